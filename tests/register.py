#!/usr/bin/env python3
"""Checks the shipped register as an editor would: who says a thing, where it was read, what was computed, in which languages.

usage: register.py REPOSITORY
"""
import csv
import pathlib
import re
import sys

# The news page that the register began with: what it says is its author's word, and no promise of a state.
PAGE = "seed"
COMPUTED = "Derived, printed by no source: "
LANGUAGES = ("en", "zh", "ru")
# A document bears its title, and a source its name for a thing, in the languages that they have; who is quoted speaks in one.
AS_PUBLISHED = {("sources", "title"), ("names", "title"), ("commitments", "quote"), ("statements", "quote")}
# One rule for ё: words that the register has written without it.
WITHOUT_YO = re.compile(r"\b(ее|еще|трех|четырех|объем|партнер|договоренн|приведенн|дает\b|внес\b|принес(ет)?\b)", re.IGNORECASE)


def read(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cited(row: dict[str, str]) -> set[str]:
    return {place.split("#")[0] for place in (row.get("sources") or "").replace("\\;", ",").split(";") if place}


def wording_faults(kind: str, row: dict[str, str], keys: re.Pattern[str]) -> list[str]:
    """What is wrong with the row's texts: a language missing, a key where a reader needs a name, half-width or wrong letters."""
    faults = []
    for field in dict.fromkeys(column.split("@")[0] for column in row if "@" in column):
        texts = {language: row.get(f"{field}@{language}", "") for language in LANGUAGES}
        if (kind, field) in AS_PUBLISHED:
            continue
        if any(texts.values()) and not all(texts.values()):
            faults.append(f"has {field} only in {', '.join(language for language, text in texts.items() if text)}")
        for language, text in texts.items():
            if key := keys.search(text):
                faults.append(f"names {key[0]} in {field}@{language}, which no reader knows")
            if field == "title" and text.endswith((".", "。")):
                faults.append(f"ends its title@{language} with a full stop, which lists then double")
        if found := re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", texts["zh"]):
            faults.append(f"has half-width punctuation in {field}@zh: {found[0]}")
        if found := WITHOUT_YO.search(texts["ru"]):
            faults.append(f"has {found[0]} without ё in {field}@ru")
    return faults


def faults_of(register: dict[str, list[dict[str, str]]]) -> list[str]:
    faults = []
    # An id of several parts is a key, and no word that a text could hold.
    ids = {row["id"] for kind, rows in register.items() for row in rows if row["id"].count("-") > (kind != "sources")}
    keys = re.compile(rf"(?<![\w./-])({'|'.join(map(re.escape, sorted(ids, reverse=True)))})(?![\w-])")
    for kind, rows in register.items():
        for row in rows:
            where = f"{kind}:{row['id']}"
            if kind == "sources":
                if not row["retrieved@en"]:
                    faults.append(f"{where} does not say how it was read")
            elif kind != "imprints" and not cited(row):  # Who runs the register says so itself.
                faults.append(f"{where} cites no source")
            faults += [f"{where} {fault}" for fault in wording_faults(kind, row, keys)]
            # A capital is a city, and its party says no more; what else stands somewhere says how exactly that is known.
            if "precision" in row and bool(row["latitude"]) != bool(row["precision"]):
                faults.append(f"{where} does not say how exact its coordinates are")
    for row in register["commitments"]:
        if cited(row) <= {PAGE}:
            faults.append(f"commitments:{row['id']} rests on the news page alone, which can promise nothing")
    computed = {row["id"] for row in register["series"] if row["reporter_name@en"].startswith("derived from ")}
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
