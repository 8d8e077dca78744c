#!/usr/bin/env python3
"""Checks docs/coverage.md against the shipped register: every sentence is there, every record it names exists.

usage: coverage.py REPOSITORY
"""
import csv
import pathlib
import re
import sys


def main(root: pathlib.Path) -> int:
    plurals = dict(re.findall(r'\{Kind::\w+,\s*"(\w+)",\s*"(\w+)"', (root / "src/model/kind_table.hpp").read_text()))
    register = root / "registers/china-central-asia"
    ids = {}
    for kind, plural in plurals.items():
        path = register / f"{plural}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                ids[kind] = {row["id"] for row in csv.DictReader(file)}
    text = (root / "docs/coverage.md").read_text()
    rows = re.findall(r"^\|\s*(\d+)\s*\|(.*)\|\s*$", text, re.MULTILINE)
    faults = []
    numbers = [int(number) for number, _ in rows]
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"the sentences are not numbered from 1 without a gap: {numbers}")
    named = 0
    for number, row in rows:
        for kind, record in re.findall(r"`(\w+):([a-z0-9-]+)`", row):
            named += 1
            if kind not in plurals:
                faults.append(f"sentence {number}: there is no kind '{kind}'")
            elif record not in ids.get(kind, set()):
                faults.append(f"sentence {number}: the register holds no {kind}:{record}")
    print("\n".join(faults) if faults else f"{len(rows)} sentences name {named} records, and each exists")
    return 1 if faults or not rows or not named else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
