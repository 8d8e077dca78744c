#!/usr/bin/env python3
"""Checks that each room in src/ includes only itself and rooms above it in src/README.md's list.

A room may have sub-rooms, listed below it: `web/parts/`. A file belongs to the innermost room that it lies in. Where a room has one
sub-room, each of its folders with sources must be one; `fuzz/` belongs to the room that it lies in.

Prints every include that breaks the order, as file:line, and exits 1 if there is one.
"""
import pathlib
import re
import sys


def main(root: pathlib.Path) -> int:
    source = root / "src"
    rooms = re.findall(r"^ *- `([\w/]+)/`", (source / "README.md").read_text(), re.MULTILINE)
    divided = {room.split("/")[0] for room in rooms if "/" in room}
    folders = {path.parent.relative_to(source).as_posix() for path in source.rglob("*.[ch]pp")
               if path.parent.name != "fuzz"}
    expected = {folder if folder.split("/")[0] in divided else folder.split("/")[0] for folder in folders - {"."}}
    faults = [f"src/README.md: the room {name}/ is not in the list" for name in sorted(expected - set(rooms))]
    faults += [f"src/README.md: there is no room {name}/" for name in rooms if not (source / name).is_dir()]

    def room_of(path: str):
        while path and path not in rooms:
            path = path.rpartition("/")[0]
        return path

    checked = 0
    for path in sorted(source.rglob("*.[ch]pp")):
        room = room_of(path.parent.relative_to(source).as_posix())
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#include "([\w/]+)/[^/"]+"', line)
            used = room_of(found.group(1)) if found else ""
            if not used or not room:
                continue
            checked += 1
            if rooms.index(used) > rooms.index(room):
                faults.append(f"{path.relative_to(root)}:{number}: {room}/ includes {used}/, which stands below it")
    print("\n".join(faults) if faults else f"{checked} includes in {len(rooms)} rooms keep the order")
    return 1 if faults or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
