#!/usr/bin/env python3
"""Checks that each header of src/ compiles alone: that it includes all that it uses. No precompiled header takes part.

    check_headers.py ROOT BUILD          those that include what changed since the branch left main, or on main since the commit before
    check_headers.py ROOT BUILD --all    every one, four minutes of two processors; also: cmake --build --preset tidy

With the include folders and definitions of that build; by clang where there is one: it is quicker. BUILD/headers.json keeps
what compiled: while nothing that a header includes of src/ has changed, it is not compiled again.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys


def options(build: pathlib.Path) -> list[str]:
    """Every include folder and definition of the build, once each."""
    found: dict[str, None] = {}
    for command in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        words = iter(shlex.split(command["command"]))
        for word in words:
            if word == "-isystem":
                found[word + next(words)] = None
            elif word.startswith(("-I", "-DFMT", "-DSPDLOG", "-DTAMGA")):
                found[word] = None
    return list(found)


def with_all_it_includes(header: str, source: pathlib.Path, seen: set[str]) -> set[str]:
    """The header and the headers of src/ that it reaches."""
    if header not in seen and (source / header).is_file():
        seen.add(header)
        for included in re.findall(r'^#include "([^"]+)"', (source / header).read_text(encoding="utf-8"), re.MULTILINE):
            with_all_it_includes(included, source, seen)
    return seen


def changed_headers(root: pathlib.Path) -> set[str] | None:
    """Headers of src/ that differ from what tests/base names; None: there is nothing to compare with."""
    base = subprocess.run([root / "tests" / "base"], capture_output=True, text=True).stdout.strip()
    if not base:
        return None
    told = subprocess.run(["git", "diff", "--name-only", base, "--", "src/"], cwd=root, capture_output=True, text=True, check=True).stdout
    return {name.removeprefix("src/") for name in told.split("\n") if name.endswith(".hpp")}


def main(root: pathlib.Path, build: pathlib.Path, every: bool) -> int:
    compiler = shutil.which("clang++-19") or shutil.which("g++") or "c++"
    call = [compiler, "-std=c++23", "-fsyntax-only", "-w", *options(build), "-x", "c++", "-"]
    headers = sorted(str(path.relative_to(root / "src")) for path in (root / "src").rglob("*.hpp"))

    def digest(header: str) -> str:
        texts = [(root / "src" / name).read_bytes() for name in sorted(with_all_it_includes(header, root / "src", set()))]
        return hashlib.sha256(b"\0".join([" ".join(call).encode(), *texts])).hexdigest()

    kept = build / "headers.json"
    compiled = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    digests = {header: digest(header) for header in headers}

    def compile_alone(header: str) -> str:
        done = subprocess.run(call, input=f'#include "{header}"\n', capture_output=True, text=True, cwd=root)
        return "" if done.returncode == 0 else f"src/{header} does not compile alone:\n{done.stderr}"

    touched = None if every else changed_headers(root)

    def is_wanted(header: str) -> bool:
        return touched is None or bool(with_all_it_includes(header, root / "src", set()) & touched)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as several:
        changed = [header for header in headers if compiled.get(header) != digests[header] and is_wanted(header)]
        faults = {header: fault for header, fault in zip(changed, several.map(compile_alone, changed)) if fault}
    compiled |= {header: digests[header] for header in changed if header not in faults}
    kept.write_text(json.dumps(compiled), encoding="utf-8")
    print("\n".join(faults.values()) if faults else f"{len(changed)} of {len(headers)} headers were compiled alone")
    return 1 if faults or not headers else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), "--all" in sys.argv[3:]))
