#!/usr/bin/env python3
"""Checks that no page's context holds a key that no template reads: what is made for nobody is a mistake or a leftover.

The other way round, a key that a template reads and no context has, ends a program that is built with tests.
"""
import pathlib
import re
import sys

# Functions that make answers as data, not contexts: their keys are read by other programs.
DATA = re.compile(r"^[\w:<>&\* ]*\b(?:\w*_data|json_feed|add_redaction|problem|health|ready|counts|about|problem_page)\([^;]*?\) (?:const )?\{$.*?^\}",
                  re.MULTILINE | re.DOTALL)
# What stands first in a list, and is no key: formats, a template, values and codes, filters; and the members of a problem as data.
WORDS = {"json", "csv", "xlsx", "atom", "feed", "ics", "geojson", "html", "png", "sarif", "svg", "xml", "home", "yes", "no", "signature", "ratification", "reservation",
         "parameter", "known", "nearest", "flow", "area", "partner", "silent"}
# Rows of tables and arguments that look like members: headers of answers, media types, marks of texts.
NOT_KEYS = re.compile(r'\{"(?:[A-Z][\w-]*|[\w-]+/[\w+-]+|\.\w+)",')


def written(text):
    text = DATA.sub("", re.sub(r"//[^\n]*", "", text))
    text = NOT_KEYS.sub("", text)
    return set(re.findall(r'\{"(\w+)",', text)) | set(re.findall(r'\["(\w+)"\]\s*=[^=]', text))


def main(web: pathlib.Path) -> int:
    read = set()
    for path in sorted((web / "templates").glob("*.mustache")):
        for key in re.findall(r"\{\{[#^/]?([\w.]+)\}\}", path.read_text(encoding="utf-8")):
            read.update(key.split("."))
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(web.rglob("*.cpp")) if not path.name.endswith("_test.cpp")}
    for text in sources.values():
        # What another function reads of a context, or of a record, is no key of a template.
        read.update(re.findall(r'\["(\w+)"\](?!\s*=[^=])', text))
        read.update(re.findall(r'(?:text_of|list_of|contains|find|value|date|erase)\([^()"]*(?:\([^()]*\))?[^()"]*"(\w+)"', text))
    faults = [f"{path.relative_to(web)}: '{key}' is read by no template" for path, text in sources.items() for key in sorted(written(text) - read - WORDS)]
    print("\n".join(faults) if faults else f"{len(sources)} sources write only what templates read")
    return 1 if faults or len(read) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
