#!/usr/bin/env python3
"""Checks the shipped register as an editor would: who says a thing, where it was read, what was computed.

usage: register.py REPOSITORY
"""
import csv
import pathlib
import sys

# The news page that the register began with: what it says is its author's word, and no promise of a state.
PAGE = "seed"
COMPUTED = "Derived, printed by no source: "


def read(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cited(row: dict[str, str]) -> set[str]:
    return {place.split("#")[0] for place in (row.get("sources") or "").replace("\\;", ",").split(";") if place}


def faults_of(register: dict[str, list[dict[str, str]]]) -> list[str]:
    faults = []
    for kind, rows in register.items():
        for row in rows:
            where = f"{kind}:{row['id']}"
            if kind == "sources":
                if not row["retrieved@en"]:
                    faults.append(f"{where} does not say how it was read")
            elif not cited(row):
                faults.append(f"{where} cites no source")
            for column, text in row.items():
                if column.endswith("@zh") and text and kind != "sources" and kind != "names" and not row[column[:-2] + "ru"]:
                    faults.append(f"{where} has {column[:-3]} in Chinese and not in Russian")
            if ("latitude" in row) and bool(row["latitude"]) != bool(row["precision"]):
                faults.append(f"{where} does not say how exact its coordinates are")
    for row in register["commitments"]:
        if cited(row) <= {PAGE}:
            faults.append(f"commitments:{row['id']} rests on the news page alone, which can promise nothing")
    computed = {row["id"] for row in register["series"] if row["reporter_name"].startswith("derived from ")}
    for row in register["series"]:
        if row["id"] in computed and row["reporter"]:
            faults.append(f"series:{row['id']} is computed, and names a party as its reporter")
    for row in register["observations"]:
        if (row["series"] in computed) != row["note@en"].startswith(COMPUTED):
            faults.append(f"observations:{row['id']}: a computed value says how, in a series of computed values")
    return faults


def main(root: pathlib.Path) -> int:
    register = {path.stem: read(path) for path in sorted((root / "registers/china-central-asia").glob("*.csv"))}
    faults = faults_of(register)
    count = sum(map(len, register.values()))
    print("\n".join(faults) if faults else f"{count} records: each says where it was read, and what is computed says how")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
