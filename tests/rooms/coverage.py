#!/usr/bin/env python3
"""Prints what share of each room's lines the tests ran, from a build with the preset "coverage" whose tests have run.

    coverage.py ROOT BUILD COMPILER [ROOM]    with ROOM: its files one by one, the least covered first
"""
import collections
import json
import pathlib
import subprocess
import sys


def counts(root: pathlib.Path, build: pathlib.Path, gcov: str) -> dict[str, dict[int, bool]]:
    """File → line → whether anything ran it. A header's line counts once, whoever includes it."""
    found: dict[str, dict[int, bool]] = collections.defaultdict(dict)
    data = sorted(str(path) for path in build.rglob("*.gcno"))  # of every source, those among them that nothing ran
    for start in range(0, len(data), 20):
        call = subprocess.run([gcov, "--json-format", "--stdout", *data[start:start + 20]], capture_output=True, text=True, cwd=build)
        for text in call.stdout.splitlines():
            for file in json.loads(text)["files"]:
                path = (build / file["file"]).resolve()
                if not path.is_relative_to(root / "src") or path.is_relative_to(build):
                    continue
                name = str(path.relative_to(root / "src"))
                if "_test." in name or "/fuzz/" in name or "fixture" in name:
                    continue
                lines = found[name]
                for line in file["lines"]:
                    lines[line["line_number"]] = lines.get(line["line_number"], False) or line["count"] > 0
    return found


def main(root: pathlib.Path, build: pathlib.Path, compiler: str, only: str = "") -> int:
    found = counts(root, build, compiler.replace("g++", "gcov")) if any(build.rglob("*.gcda")) else {}
    if not found:
        print("coverage: no test has run; first: ctest --preset coverage", file=sys.stderr)
        return 1
    rows: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for name, lines in found.items():
        room = name.split("/")[0]
        if only in ("", room) and lines:
            for row in (name if only else room, "all"):
                rows[row][0] += sum(lines.values())
                rows[row][1] += len(lines)
    print(f"{'':40} {'lines':>7} {'ran':>7} {'share':>7}")
    for row, (ran, lines) in sorted(rows.items(), key=lambda item: (item[0] == "all", item[1][0] / item[1][1])):
        print(f"{row:40} {lines:>7} {ran:>7} {100 * ran / lines:>6.1f}%")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), *sys.argv[3:]))
