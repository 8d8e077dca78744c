#!/usr/bin/env python3
"""Fetches every address that a served register leads to and stores the answers, so that two programs can be compared.

usage: crawl.py DATABASE FOLDER [--most N]   serve DATABASE with $TAMGA, crawl it, write FOLDER/answers.json
       crawl.py --compare FOLDER FOLDER      what differs; exit 1 if anything does

Starts from the start page in each language and follows links on pages, in every format and with every query, each
address once, N of them at most (20,000 unless told otherwise). One database for both programs: the journal's times and hashes
are part of the answers, and so is the day.
"""
import concurrent.futures
import difflib
import hashlib
import html
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Server  # noqa: E402

STARTS = ["/", "/healthz", "/robots.txt", "/favicon.ico", "/en/", "/zh/", "/ru/", "/en/index.json", "/en/search?q=trade",
          "/zh/search?q=%E8%B4%B8%E6%98%93&kind=commitment", "/ru/search.json?q=%D1%82%D0%BE%D1%80%D0%B3%D0%BE%D0%B2*"]
# The servers stand at ports of the moment, and what leads back to one may be within a workbook.
NAME = "https://register.test"
# What a list can be asked for besides what pages link to.
FORMS = ["?q=centre", "?sort=title", "?sort=-title"]


def links_of(text):
    for link in re.findall(r'(?:href|src|action)="([^"]*)"', text):
        link = html.unescape(link).split("#")[0]
        if link.startswith("/") and not link.startswith("/files/"):
            yield link


def text_of(body):
    """What the body says, or the hash of one that is no text."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"sha256 {hashlib.sha256(body).hexdigest()}"


def crawl(database, most):
    """Gives what each address answers, by address."""
    server = Server("--db", database, "--public-url", NAME)
    answers, seen, wave = {}, set(STARTS), list(STARTS)
    try:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            while wave:
                following = []
                for target, (status, headers, body) in zip(wave, pool.map(server.get, wave)):
                    text = text_of(body)
                    answers[target] = {"status": status, "type": headers["Content-Type"], "location": headers["Location"],
                                       "cache": headers["Cache-Control"], "body": text}
                    if "html" not in (headers["Content-Type"] or "") or "?" in target:
                        continue
                    found = list(links_of(text))
                    if 'class="filters"' in text:
                        found += [target + form for form in FORMS]
                    following += [link for link in found if link not in seen and not seen.add(link)]
                wave = sorted(following)[:max(0, most - len(answers))]
    finally:
        if server.stop() != 0:
            raise RuntimeError("the server did not end well")
    return answers


def compare(before, after):
    before, after = (json.loads((folder / "answers.json").read_text(encoding="utf-8")) for folder in (before, after))
    # Assets are named by their content, which a change of style changes.
    names = re.compile(r"(?<=/assets/)(\w+)-[0-9a-f]{12}")
    differing = 0
    for target in sorted(before.keys() | after.keys()):
        one, other = (names.sub(r"\1", json.dumps(side.get(target), ensure_ascii=False)) for side in (before, after))
        if one == other:
            continue
        differing += 1
        if differing > 40:
            continue
        print(f"--- {target}")
        if one == "null" or other == "null":
            print("    only " + ("after" if one == "null" else "before"))
            continue
        one, other = json.loads(one), json.loads(other)
        print(*(f"    {key}: {one[key]} -> {other[key]}" for key in one if key != "body" and one[key] != other[key]), sep="\n", end="")
        lines = difflib.unified_diff(one["body"].splitlines(), other["body"].splitlines(), lineterm="", n=0)
        print("\n".join("    " + line[:300] for line in list(lines)[2:14]))
    print(f"{differing} of {len(before.keys() | after.keys())} answers differ")
    return 1 if differing else 0


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--compare":
        return compare(*map(pathlib.Path, arguments[1:]))
    if len(arguments) not in (2, 4) or (len(arguments) == 4 and arguments[2] != "--most"):
        print(__doc__, file=sys.stderr)
        return 2
    answers, folder = crawl(arguments[0], int(arguments[3]) if len(arguments) == 4 else 20_000), pathlib.Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
    print(f"{len(answers)} answers in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
