#!/usr/bin/env python3
"""Checks that po/extract finds the sentence that says what a field holds for every field of every kind, and that English keeps it.

po/extract reads src/model/kind_table.hpp. The other reading is docs/formats/register-folder.md: there `tamga fields` has written
each field of the compiled table, and a test of the command line holds that page to what the program says.
"""
import pathlib
import re
import runpy
import sys

# Not a field of the table: every record has it.
ID = "id"


def main(root: pathlib.Path) -> int:
    extract = runpy.run_path(str(root / "po/extract"))
    messages = list(extract["of_model"]((root / "src/model/kind_table.hpp").read_text(encoding="utf-8")))
    found = {message for context, message, _ in messages if context == "field help"}
    page = (root / "docs/formats/register-folder.md").read_text(encoding="utf-8")
    told = {sentence for column, sentence in re.findall(r"^\| `([^`]+)`(?: \(required\))? \| [^|]*\| (.*) \|$", page, re.MULTILINE)
            if column != ID}
    faults = [f"po/extract does not find {sentence!r}" for sentence in sorted(told - found)]
    faults += [f"po/extract finds {sentence!r}, which is told of no field" for sentence in sorted(found - told)]
    # Language::translate makes the readable form of a name, without its hyphens, of what en.po does not hold.
    english = {message for context, message, _, strings, _ in extract["read_po"]((root / "po/en.po").read_text(encoding="utf-8"))
               if context == "field help" and strings == [message]}
    faults += [f"en.po does not keep the hyphens of {sentence!r}: it wants that sentence as its own translation"
               for sentence in sorted(found - english) if re.search("[-_]", sentence[1:])]
    kinds = {message for context, message, _ in messages if context == "kind"}
    tables = re.findall(r"^### (\w+)\.csv$", page, re.MULTILINE)
    faults += [f"po/extract does not find the kind of {table}.csv" for table in tables if table not in kinds]
    print("\n".join(faults) if faults else f"{len(found)} sentences about the fields of {len(tables)} kinds")
    return 1 if faults or not found or not tables else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
