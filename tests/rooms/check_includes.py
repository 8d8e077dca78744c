#!/usr/bin/env python3
"""Checks that each room in src/ includes only itself and rooms above it in src/README.md's list.

Prints every include that breaks the order, as file:line, and exits 1 if there is one.
"""
import pathlib
import re
import sys


def main(root: pathlib.Path) -> int:
    source = root / "src"
    rooms = re.findall(r"^- `(\w+)/`", (source / "README.md").read_text(), re.MULTILINE)
    folders = sorted(entry.name for entry in source.iterdir() if entry.is_dir())
    faults = [f"src/README.md: the room {name}/ is not in the list" for name in folders if name not in rooms]
    faults += [f"src/README.md: there is no room {name}/" for name in rooms if name not in folders]
    checked = 0
    for path in sorted(source.rglob("*.[ch]pp")):
        room = path.relative_to(source).parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#include "(\w+)/', line)
            if not found or room not in rooms:
                continue
            checked += 1
            used = found.group(1)
            if used in rooms and rooms.index(used) > rooms.index(room):
                faults.append(f"{path.relative_to(root)}:{number}: {room}/ includes {used}/, which stands below it")
    print("\n".join(faults) if faults else f"{checked} includes in {len(folders)} rooms keep the order")
    return 1 if faults or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
