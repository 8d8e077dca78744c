#!/usr/bin/env python3
"""Checks that `setup` names every package that building and testing need, and no other.

What is needed is read from the sources: headers that they include (their package is asked of dpkg), what CMake looks for,
and the commands that scripts and tests call. Prints each package that is missing or that nothing needs, and exits 1 then.
"""
import functools
import pathlib
import re
import shutil
import subprocess
import sys

# What find_package() of CMake finds, by Debian's package; None for what comes with the compiler.
CMAKE_PACKAGES = {
    "Boost": "libboost1.81-dev", "CLI11": "libcli11-dev", "CURL": "libcurl4-openssl-dev", "GTest": "libgtest-dev", "Gettext": "gettext", "ICU": "libicu-dev",
    "LibArchive": "libarchive-dev", "OpenSSL": "libssl-dev", "PkgConfig": "pkgconf", "PostgreSQL": "libpq-dev", "Python3": "python3", "SQLite3": "libsqlite3-dev", "Threads": None,
    "ZLIB": "zlib1g-dev", "benchmark": "libbenchmark-dev", "fmt": "libfmt-dev", "mimalloc": "libmimalloc-dev",
    "nlohmann_json": "nlohmann-json3-dev", "spdlog": "libspdlog-dev", "EXPAT": "libexpat1-dev", "pugixml": "libpugixml-dev",
}
# Needed without being named in a source.
OTHERWISE = {
    "ca-certificates": "npm fetches over TLS",
    "default-jre-headless": "tests/pages/nu.mjs runs the Nu HTML checker with it",
    "fonts-noto-cjk": "the browser's tests measure Chinese text",
    "libclang-rt-19-dev": "the fuzzers link the sanitizers' runtime of clang",
    "g++": "CMakePresets.json names the compiler",
    "librsvg2-dev": "src/formats/CMakeLists.txt asks pkg-config for it",
    "python3-aiosmtpd": "tests/http/following.py starts a mail server with it",
    "python3-icalendar": "tests/http/formats.py reads calendars with it",
    "python3-odf": "tests/cli/workbooks.py writes workbooks with it",
    "python3-openpyxl": "tests/cli/workbooks.py writes workbooks with it",
    "postgresql-15": "tests/postgres/cluster runs a server",
    "ninja-build": "CMakePresets.json names the generator",
    "sqlmap": "tests/attack/run lets it loose on a server",
    "wapiti": "tests/attack/run lets it loose on a server",
}
CALLS = [
    r'shutil\.which\("([\w.+-]+)"',
    r'(?:subprocess\.\w+|Popen|run|check_output)\(\s*\[\s*"([\w./+-]+)"',
    r'(?:spawn|execFile)(?:Sync)?\(\s*["\'`]([\w./+-]+)["\'`]',
    r'executablePath:[^"\n]*"([\w./+-]+)"',
    r'find_program\(\s*\w+\s+(?:NAMES\s+)?([\w.+-]+)',
    r'"CMAKE_CXX_COMPILER": *"([\w.+-]+)"',
]
# Words that open a command in a shell script; each is then looked up on the machine.
SHELL_WORD = re.compile(r"(?:^|[|;&({`]|\$\(|\b(?:then|do|else|if|exec|nice|while|until|PATH=\S+|!)\s)\s*"
                        r"(?:/usr/s?bin/)?([a-z][\w.+-]*)(?=\s|$)", re.MULTILINE)

BUILT_INTO_THE_SHELL = {"kill", "time", "test", "wait", "trap", "read", "printf", "echo", "pwd"}


def parse_setup(text: str) -> dict[str, dict[str, str]]:
    """The lists: package → the command that will do in its place (or "")."""
    lists: dict[str, dict[str, str]] = {}
    for name, words in re.findall(r'^(build|package|tests|bench|attack)="([^"]*)"', text, re.MULTILINE):
        entries: dict[str, str] = {}
        for word in words.split():
            if word.startswith("$"):
                entries |= lists[word[1:]]
            else:
                package, _, command = word.partition(":")
                entries[package] = command.rsplit("/", 1)[-1]
        lists[name] = entries
    return lists


def owners(paths: list[str]) -> dict[str, str]:
    """Each path's package, as dpkg knows it."""
    if not paths:
        return {}
    out = subprocess.run(["dpkg-query", "-S", *paths], capture_output=True, text=True).stdout
    found = {}
    for line in out.splitlines():
        names, _, path = line.partition(": ")
        found[path] = names.split(",")[0].split(":")[0].strip()
    return found


@functools.cache
def owner_of_command(command: str) -> str | None:
    path = shutil.which(command)
    if not path:
        return None
    for candidate in (path, "/usr" + path, path.removeprefix("/usr"), str(pathlib.Path(path).resolve())):
        if package := owners([candidate]).get(candidate):
            return package
    return None


def essential() -> set[str]:
    """What every Debian root has (debootstrap's minbase: essential packages, apt, and what they need), and git."""
    out = subprocess.run(["dpkg-query", "-W", "-f", "${Package}\t${Essential}\t${Priority}\n"], capture_output=True, text=True).stdout
    rows = [line.split("\t") for line in out.splitlines()]
    return {name for name, always, priority in rows if always == "yes" or priority == "required"} | {"apt", "git"}


def main(root: pathlib.Path) -> int:
    if not shutil.which("dpkg-query"):
        print("skipped: only Debian's dpkg can say which package a header comes from")
        return 0
    lists = parse_setup((root / "setup").read_text())
    there = essential()
    tracked = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True).stdout.split()
    if not tracked:
        tracked = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and "build/" not in str(path)]
    needed: dict[str, dict[str, str]] = {"build": {}, "package": {}, "tests": {}, "bench": {}, "attack": {}}  # list → package → where it is asked for
    unknown: list[str] = []

    def need(area: str, package: str | None, place: str) -> None:
        if package and package not in there:
            needed[area].setdefault(package, place)

    def need_command(area: str, command: str, place: str, certain: bool) -> None:
        command = command.rsplit("/", 1)[-1]
        for package, gives in lists["bench"].items():
            if gives == command:
                return need(area, package, place)
        package = owner_of_command(command)
        if package or not certain:
            return need(area, package, place)
        unknown.append(f"{place}: no package of setup gives the command {command}")

    headers: dict[str, list[tuple[str, str]]] = {}
    for name in tracked:
        path = root / name
        test = name.startswith(("tests/", "ui/test/")) or re.search(r"_test\.|fixture|sample|/fuzz/", name)
        area = "bench" if name.startswith("bench/") else "tests" if test or name == "test" else "build"
        if path.suffix in (".cpp", ".hpp"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if found := re.match(r"\s*#include <([\w./+-]+)>", line):
                    for base in ("/usr/include/", "/usr/include/x86_64-linux-gnu/"):
                        if pathlib.Path(base + found[1]).is_file():
                            headers.setdefault(base + found[1], []).append((area, f"{name}:{number}"))
            continue
        if path.name == "CMakeLists.txt" or path.suffix in (".cmake", ".py", ".mjs", ".ts") or path.name == "CMakePresets.json":
            text = path.read_text()
            for found in re.finditer(r"find_package\(\s*(\w+)", text):
                place = f"{name}:{text.count(chr(10), 0, found.start()) + 1}"
                if found[1] not in CMAKE_PACKAGES:
                    unknown.append(f"{place}: this test does not know which package gives {found[1]}")
                else:
                    need("tests" if found[1] in ("GTest", "Python3") else area, CMAKE_PACKAGES[found[1]], place)
            for pattern in CALLS:
                for found in re.finditer(pattern, text):
                    place = f"{name}:{text.count(chr(10), 0, found.start()) + 1}"
                    # What CMake looks for with find_program() it may do without: whichever list names it will do.
                    optional = "find_program" in found[0]
                    there_for = [area for area in lists if optional and found[1] in lists[area].values()] + ["tests"]
                    need_command("bench" if area == "bench" else there_for[0], found[1], place, not optional)
        elif path.is_file() and path.read_bytes()[:2] == b"#!" and b"sh" in path.read_bytes()[:20] and not name.startswith((".ci/", "packaging/")):
            # Both run on another machine: a bare root, and one where the package, which tells what it needs, is installed.
            text = re.sub(r"#[^\n]*|'[^']*'|\"[^\"\n]*\"", "", path.read_text())
            for found in SHELL_WORD.finditer(text):
                if found[1] in BUILT_INTO_THE_SHELL and "/" not in found[0]:
                    continue
                need_command(area if area == "bench" else "build" if name in ("run", "setup") else "tests", found[1], name, False)

    for path, package in owners(sorted(headers)).items():
        if package.startswith(("libc6-dev", "linux-libc-dev", "libstdc++", "libgcc")):
            continue
        for area, place in headers[path]:
            need(area, package, place)

    faults = unknown
    for area, packages in needed.items():
        for package, place in packages.items():
            if package not in lists[area]:
                faults.append(f"{place}: needs {package}, which setup does not install for {area}")
    # Each list adds to the one before; what it adds must be needed for that, or for what came before.
    wanted, listed = set(OTHERWISE) | there, set()
    for area in ("build", "package", "tests", "bench", "attack"):
        wanted |= needed[area].keys()
        faults += [f"setup: nothing needs {package} for {area}" for package in lists[area] if package not in wanted | listed]
        listed |= lists[area].keys()
    print("\n".join(sorted(faults)) if faults else
          f"setup installs what is needed: {len(lists['build'])} packages to build, {len(lists['tests'])} to test, "
          f"{len(lists['bench'])} to measure")
    return 1 if faults or not headers else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
