#!/usr/bin/env python3
"""Makes a register folder of many records, for measuring: bench/make_register.py DIR [RECORDS]

Made data: sources, parties, commitments, projects, series and observations that link to each other.
"""
import csv
import pathlib
import sys


def main(folder: pathlib.Path, records: int) -> None:
    folder.mkdir(parents=True)

    def table(name, columns, rows):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)

    few, many = records // 100, (records - 4 * (records // 100)) // 3
    rest = records - 3 * few - 2 * many - few
    table("sources", ["id", "title@en", "url", "date"],
          ([f"source-{i}", f"Document {i}", f"https://example.org/{i}", "2025-06-17"] for i in range(few)))
    table("parties", ["id", "title@en", "title@zh", "type"], ([f"party-{i}", f"Party {i}", f"第{i}方", "state"] for i in range(few)))
    table("mechanisms", ["id", "title@en", "parties"], ([f"mechanism-{i}", f"Mechanism {i}", f"party-{i}"] for i in range(few)))
    table("series", ["id", "title@en", "indicator", "flow", "reporter", "unit", "sources"],
          ([f"series-{i}", f"Trade {i}", f"trade-{i}", "turnover", f"party-{i}", "USD", f"source-{i}#table {i}"] for i in range(few)))
    table("commitments", ["id", "title@en", "title@zh", "mechanism", "by", "to", "made", "target", "unit", "due", "sources"],
          ([f"commitment-{i}", f"A promise, number {i}", f"第{i}项承诺", f"mechanism-{i % few}", f"party-{i % few}",
            f"party-{(i + 1) % few};party-{(i + 2) % few}", "2025-06-17", str(i * 1000), "USD", "2027-12-31",
            f"source-{i % few}#sentence {i}"] for i in range(many)))
    table("projects", ["id", "title@en", "mechanism", "status", "start", "countries", "latitude", "longitude", "commitments", "amount",
                       "currency", "note@en", "sources"],
          ([f"project-{i}", f"Work number {i}", f"mechanism-{i % few}", "implementation", "2025-09-01", f"party-{i % few}", "43.2", "76.9",
            f"commitment-{i}", str(i * 10), "USD", "Made for measuring; it stands for no real work.", f"source-{i % few}"]
           for i in range(many)))
    table("observations", ["id", "series", "period", "value", "sources"],
          ([f"observation-{i}", f"series-{i % few}", f"{1990 + i // few % 36}", str(1_000_000 + i), f"source-{i % few}"]
           for i in range(rest)))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 100_000)
