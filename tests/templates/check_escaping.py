#!/usr/bin/env python3
"""Checks that no page template uses an unescaped Mustache form, an inline script or an inline style."""
import pathlib
import re
import sys

FORBIDDEN = {
    # A drawing is markup that the program makes and that escapes its own texts (web/parts/chart.hpp, chart_test.cpp).
    r"\{\{\{(?!\w+_svg\}\}\})|\{\{&": "writes a value without escaping it",
    r"<script(?![^>]*\bsrc=)": "holds an inline script",
    r"<style\b|\sstyle=": "holds an inline style",
    r"\son\w+=": "holds an event handler",
    r"\{\{=": "changes the delimiters",
}


def main(folder: pathlib.Path) -> int:
    templates = sorted(folder.glob("*.mustache"))
    faults = []
    for path in templates:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for pattern, what in FORBIDDEN.items():
                if re.search(pattern, line):
                    faults.append(f"{path.name}:{number}: {what}")
    print("\n".join(faults) if faults else f"{len(templates)} templates escape every value")
    return 1 if faults or not templates else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
