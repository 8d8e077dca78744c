#!/usr/bin/env python3
"""Makes a register folder of many records, for measuring.

  bench/make_register.py DIR [RECORDS]                sources, parties, commitments, projects, series and observations
  bench/make_register.py DIR --design [OBSERVATIONS]  20,000 commitments, 100,000 reports and 100,000 projects of few mechanisms
                                                      and parties, 10,000 series and so many observations (1,000,000)

Made data, which stand for nothing; the same every time.
"""
import csv
import pathlib
import sys


def table_in(folder: pathlib.Path):
    folder.mkdir(parents=True)

    def table(name, columns, rows):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)

    return table


def design(folder: pathlib.Path, observations: int) -> None:
    table = table_in(folder)
    mechanisms, parties, sectors, sources, series = 5, 12, 25, 5_000, 10_000
    commitments, reports, projects = 20_000, 100_000, 100_000
    steps, states = ["not-started", "limited", "substantial", "complete"], ["pipeline", "implementation", "finalisation", "closed", "suspended"]

    def day(number):
        return f"{2015 + number % 11}-{1 + number // 11 % 12:02}-{1 + number // 132 % 28:02}"

    table("sources", ["id", "title@en", "publisher", "url", "date"],
          ([f"source-{i}", f"Document {i}", f"Office {i % 40}", f"https://example.org/{i}", day(i)] for i in range(sources)))
    table("parties", ["id", "title@en", "title@zh", "title@ru", "type"],
          ([f"party-{i}", f"Party {i}", f"第{i}方", f"Сторона {i}", "state"] for i in range(parties)))
    table("mechanisms", ["id", "title@en", "parties"],
          ([f"mechanism-{i}", f"Mechanism {i}", ";".join(f"party-{p}" for p in range(parties))] for i in range(mechanisms)))
    table("sectors", ["id", "title@en", "mechanism"], ([f"sector-{i}", f"Sector {i}", f"mechanism-{i % mechanisms}"] for i in range(sectors)))
    table("series", ["id", "title@en", "mechanism", "indicator", "flow", "reporter", "unit", "sources"],
          ([f"series-{i}", f"Trade {i}", f"mechanism-{i % mechanisms}", f"trade-{i // 4}", "turnover", f"party-{i % parties}", "USD",
            f"source-{i % sources}#table {i}"] for i in range(series)))
    table("commitments", ["id", "title@en", "title@zh", "title@ru", "mechanism", "by", "to", "sector", "made", "due", "sources"],
          ([f"commitment-{i}", f"To open place {i * 7919 % commitments} for work", f"开设第{i}个场所", f"Открыть место {i}",
            f"mechanism-{i % mechanisms}", f"party-{i % parties}", f"party-{(i + 1) % parties};party-{(i + 5) % parties}",
            f"sector-{i % sectors}", day(i), f"{2022 + i % 9}-12-31", f"source-{i % sources}#sentence {i}"] for i in range(commitments)))
    table("projects", ["id", "title@en", "mechanism", "status", "start", "sector", "countries", "latitude", "longitude", "commitments",
                       "amount", "currency", "note@en", "sources"],
          ([f"project-{i}", f"Work number {i * 104729 % projects}", f"mechanism-{i % mechanisms}", states[i % 5], day(i), f"sector-{i % sectors}",
            f"party-{i % parties}", f"{i % 120 - 50}.25", f"{i % 340 - 170}.5", f"commitment-{i % commitments}" if i % 4 == 0 else "",
            str(i * 10), "USD", "Made for measuring; it stands for no real work.", f"source-{i % sources}"] for i in range(projects)))
    table("reports", ["id", "title@en", "commitment", "party", "date", "progress", "sources"],
          ([f"report-{i}", f"Report {i}", f"commitment-{i % commitments}", f"party-{i % commitments % parties}", day(i), steps[i % 7 % 4],
            f"source-{i % sources}"] for i in range(reports)))
    # Named as an import of figures names them, after the series and the period.
    each = max(1, observations // series)

    def observation(i):
        of, period = f"series-{i // each % series}", f"{1900 + i % each // 12}-{1 + i % each % 12:02}"
        return [f"{of}-{period}", of, period, str(1_000_000 + i), "about" if i % 3 == 0 else "", f"source-{i // each % sources}"]

    table("observations", ["id", "series", "period", "value", "qualifier", "sources"], map(observation, range(observations)))


def main(folder: pathlib.Path, records: int) -> None:
    table = table_in(folder)

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
    if len(sys.argv) in (3, 4) and sys.argv[2] == "--design":
        design(pathlib.Path(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) == 4 else 1_000_000)
    elif len(sys.argv) in (2, 3):
        main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 100_000)
    else:
        sys.exit(__doc__)
