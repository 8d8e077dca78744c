#!/usr/bin/env python3
"""Makes a large IATI file from small ones: their activities again and again, each time under other identifiers.

usage: make_file.py MEGABYTES SAMPLE.xml…  > big.xml

All samples must be files of activities; the version written is that of the first.
"""
import re
import sys


def main():
    wanted = float(sys.argv[1]) * 1024 * 1024
    activities, version, spaces = [], None, set()
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        root = re.search(r"<iati-activities\b[^>]*>", text)
        if root is None:
            continue
        spaces.update(re.findall(r"xmlns:[^=]*=\"[^\"]*\"", root.group(0)))
        version = version or re.search(r'\bversion="([^"]*)"', root.group(0)).group(1)
        activities += re.findall(r"<iati-activity\b.*?</iati-activity>", text, re.S)
    out = sys.stdout
    declared = "".join(f" {space}" for space in sorted(spaces))
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="{version}"{declared}>\n')
    written, round_ = 0, 0
    while written < wanted:
        for activity in activities:
            again = re.sub(r"</iati-identifier>", f"-{round_}</iati-identifier>", activity, count=1)
            out.write(again)
            out.write("\n")
            written += len(again.encode())
            if written >= wanted:
                break
        round_ += 1
    out.write("</iati-activities>\n")


main()
