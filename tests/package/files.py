"""What the program is installed with: the unit of systemd, the container, the package's scripts. Each is read as its reader
would, and what it starts is started.

A container cannot be built where no registry of images is reachable, so that its file is checked instruction by instruction.
"""
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, ROOT, Case  # noqa: E402

UNIT = ROOT / "packaging" / "tamga.service"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


class Unit(Case):
    def settings(self):
        out = {}
        for line in UNIT.read_text().splitlines():
            if match := re.fullmatch(r"(\w+)=(.*)", line):
                out.setdefault(match[1], []).append(match[2])
        return out

    def test_systemd_finds_nothing_to_say_of_it(self):
        # As it is installed, but for the program's place.
        unit = self.dir / UNIT.name
        unit.write_text(UNIT.read_text().replace("/usr/bin/tamga", os.environ["TAMGA"]))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        told = [line for line in done.stderr.splitlines() if UNIT.name in line]
        self.assertEqual((done.returncode, told), (0, []), done.stderr)

    def test_it_exposes_little(self):
        # 0 is closed, 100 open; systemd's own words for up to 20 are "OK".
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("OK", done.stdout.splitlines()[-1])

    def test_what_it_starts_serves_and_says_so(self):
        settings = self.settings()
        self.assertEqual(settings["Type"], ["notify"])
        default = dict(re.findall(r'^(\w+)="(.*)"$', (ROOT / "packaging" / "tamga.default").read_text(), re.MULTILINE))
        self.assertEqual(default, {"TAMGA_OPTIONS": ""})
        command = settings["ExecStart"][0].replace("/usr/bin/tamga", os.environ["TAMGA"]).replace("/var/lib/tamga", str(self.dir))
        command = command.replace("/var/log/tamga", str(self.dir)).replace("$TAMGA_OPTIONS", "--port 0")
        self.succeed("import", REGISTER, "--db", self.db)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(self.dir / "notify"))
            manager.settimeout(600)
            process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, text=True,
                                       env={**os.environ, "NOTIFY_SOCKET": str(self.dir / "notify")})
            self.assertEqual(manager.recv(100), b"READY=1")
            # What logrotate's file asks systemd for.
            self.assertIn("systemctl reload tamga.service", (ROOT / "packaging" / "tamga.logrotate").read_text())
            self.assertEqual(settings["ExecReload"], ["/bin/sh -c 'kill -HUP $MAINPID'"])
            process.terminate()
            self.assertEqual((process.communicate(timeout=600)[0].count("\n"), process.returncode), (1, 0))
        self.assertTrue((self.dir / "access.log").exists())


class Container(Case):
    def instructions(self):
        text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE))
        return [tuple(line.split(" ", 1)) for line in text.splitlines() if line]

    def test_each_instruction_is_one_and_names_what_is_there(self):
        stages, user = [], None
        for name, rest in self.instructions():
            self.assertIn(name, INSTRUCTIONS)
            if name == "FROM":
                self.assertRegex(rest, r"^debian:12-slim( AS \w+)?$")
                stages.append(rest.partition(" AS ")[2])
                user = None
            elif name == "COPY" and rest.startswith("--from="):
                stage, source, target = rest.removeprefix("--from=").split()
                self.assertIn(stage, stages[:-1])
                self.assertTrue(target.endswith("/"), "several files go into a folder")
                # What CPack makes there, by its own account: tamga_VERSION_ARCHITECTURE.deb.
                self.assertEqual(source, "/src/build/release/tamga_*.deb")
                self.assertIn("set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)", (ROOT / "cmake" / "package.cmake").read_text())
            elif name == "COPY":
                self.assertEqual(rest, ". .")
            elif name == "RUN":
                self.assertEqual(subprocess.run(["sh", "-n", "-c", rest]).returncode, 0, rest)
                for path in re.findall(r"(?:^|\s)\./(\S+)", rest):
                    self.assertTrue(os.access(ROOT / path, os.X_OK), path)
                for preset in re.findall(r"--preset (\S+)", rest):
                    self.assertIn(preset, {one["name"] for one in json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]})
                for option in re.findall(r"\./setup (--\S+)", rest):
                    self.assertIn(f"\n{option}) wanted=", (ROOT / "setup").read_text())
            elif name == "USER":
                user = rest
            elif name in ("ENTRYPOINT", "CMD"):
                self.assertIsInstance(json.loads(rest), list)
        self.assertEqual(len(stages), 2)
        # The package makes that user, and its folder.
        self.assertEqual(user, "tamga")
        self.assertIn("adduser --system", (ROOT / "packaging" / "postinst").read_text())

    def test_what_it_starts_serves_and_its_health_check_sees_it(self):
        said = dict(self.instructions())
        command = json.loads(said["ENTRYPOINT"]) + json.loads(said["CMD"]) + ["--port", "0"]
        command = [os.environ["TAMGA"] if word == "tamga" else word.replace("/var/lib/tamga", str(self.dir)) for word in command]
        self.succeed("import", REGISTER, "--db", self.db)
        check = json.loads(said["HEALTHCHECK"].partition(" CMD ")[2])
        self.assertIn("/8080 ", check[2])
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
            port = server.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1]
            check[2] = check[2].replace("/8080 ", f"/{port} ")
            self.assertEqual(subprocess.run(check).returncode, 0)
            server.terminate()
            server.communicate(timeout=600)
        self.assertNotEqual(subprocess.run(check, capture_output=True).returncode, 0)


class Scripts(unittest.TestCase):
    def test_are_sh_and_executable(self):
        for name in ("postinst", "prerm", "postrm"):
            script = ROOT / "packaging" / name
            self.assertTrue(os.access(script, os.X_OK), name)
            self.assertEqual(subprocess.run(["sh", "-n", script]).returncode, 0, name)
            self.assertTrue(script.read_text().startswith("#!/bin/sh\n"))

    def test_the_package_has_the_version_of_the_program(self):
        version = re.search(r"project\(tamga VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertRegex((ROOT / "packaging" / "changelog").read_text(), rf"\Atamga \({re.escape(version)}-1\) ")


if __name__ == "__main__":
    unittest.main()
