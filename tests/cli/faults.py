"""Disks and files that fail: each is told clearly, nothing is made worse, and reading goes on where it can."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, Server, tamga  # noqa: E402

PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n"
MANY = 500
# Fails the n-th fsync or fdatasync of a program, where n is in FAIL_SYNC, and notes each in SYNC_LOG.
SHIM = r"""
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
static int synced(long call, int file) {
    static std::atomic<int> count{0};
    const int log = open(getenv("SYNC_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || write(log, "\n", 1) != 1) abort();
    close(log);
    if (++count == atoi(getenv("FAIL_SYNC"))) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(syscall(call, file));
}
extern "C" int fsync(int file) { return synced(SYS_fsync, file); }
extern "C" int fdatasync(int file) { return synced(SYS_fdatasync, file); }
"""
# A public key: of RFC 8032, 7.1, TEST 3.
KEY = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"


class Faults(Case):
    def many(self):
        rows = "".join(f"p{i},{'x' * 3600},state\n" for i in range(MANY))
        return self.write("many", parties="id,title@en,type\n" + rows)

    def few(self):
        self.succeed("import", self.write("few", parties=PARTIES), "--db", self.db)

    def entries(self):
        """How many entries the register has; it must be whole."""
        out = self.succeed("verify", "--db", self.db)
        self.assertIn("all agree", out)
        return int(out.split(" ")[0])

    def head(self, server):
        status, _, body = server.get("/healthz")
        self.assertEqual(status, 200, body)
        return int(json.loads(body)["state"].split("@")[0])


class FullDisk(Faults):
    def test_a_file_that_may_not_grow_is_told_and_undone_while_the_server_goes_on(self):
        self.few()
        many = self.many()
        with self.serving() as server:
            # From nothing at all to most of what is needed.
            for room in (0, 4096, 100_000, 1_000_000):
                limit = self.db.stat().st_size + room
                done = subprocess.run([os.environ["TAMGA"], "import", many, "--db", self.db], capture_output=True, text=True,
                                      preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
                self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
                self.assertIn("ulimit -f", done.stderr)
                self.assertEqual(self.head(server), 2)
                self.assertEqual(server.get("/en/parties/cn.json")[0], 200)
                self.assertEqual(self.entries(), 2)
            self.assertIn(f"{MANY} new", self.succeed("import", many, "--db", self.db))
            self.assertEqual(self.head(server), MANY + 2)
        self.assertEqual(self.entries(), MANY + 2)

    def test_what_is_on_a_full_disk_is_read(self):
        disk = self.dir / "disk"
        disk.mkdir()
        self.db = disk / "register.db"
        self.write("few", parties=PARTIES)
        self.many()
        script = (f"mount -t tmpfs -o size=2m none {disk} && exec {sys.executable} {__file__} --on-a-full-disk {self.dir}")
        done = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", script], capture_output=True, text=True)
        if "unshare:" in done.stderr or "mount:" in done.stderr:
            self.skipTest("no file system can be mounted here: " + done.stderr.strip())
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "read"), done.stderr)


def on_a_full_disk(folder):
    """Runs where folder/disk is a small file system of its own."""
    case = Faults()
    case.dir, case.db = folder, folder / "disk" / "register.db"
    case.succeed("import", folder / "few", "--db", case.db)
    with open(folder / "disk" / "rest", "wb", buffering=0) as rest, contextlib.suppress(OSError):
        while True:
            rest.write(bytes(4096))
    status, out, err = tamga("import", folder / "many", "--db", case.db)
    case.assertEqual((status, out), (3, ""), err)
    case.assertIn("make room on the disk", err)
    case.assertEqual(case.entries(), 2)
    case.succeed("export", "--to", folder / "out", "--db", case.db)
    case.assertIn("China", (folder / "out" / "parties.csv").read_text())
    case.succeed("backup", folder / "copy.db", "--db", case.db)
    server = Server("--db", case.db)
    case.assertEqual(case.head(server), 2)
    case.assertEqual((server.get("/readyz")[0], server.get("/en/parties/cn")[0]), (200, 200))
    case.assertEqual(server.stop(), 0)
    print("read")


class Sync(Faults):
    def shim(self):
        source, library = self.dir / "shim.cpp", self.dir / "shim.so"
        source.write_text(SHIM)
        subprocess.run(["g++", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
        return library

    def import_with(self, shim, fails):
        """Imports while the sync of that number fails; gives how it ended and how many syncs there were."""
        log = self.dir / "syncs"
        log.unlink(missing_ok=True)
        done = subprocess.run([os.environ["TAMGA"], "import", self.dir / "many", "--db", self.db], capture_output=True, text=True,
                              env={**os.environ, "LD_PRELOAD": str(shim), "FAIL_SYNC": str(fails), "SYNC_LOG": str(log)})
        return done, len(log.read_text()) if log.exists() else 0

    def each_sync_in_turn(self, prepare, before):
        shim = self.shim()
        self.many()
        failed, number = 0, 0
        while True:
            number += 1
            prepare()
            done, syncs = self.import_with(shim, number)
            if syncs < number:
                break
            self.assertIn(done.returncode, (0, 3), done.stderr)
            if done.returncode == 3:
                failed += 1
                self.assertNotIn("new", done.stdout)
                self.assertTrue(done.stderr.startswith("tamga: "), done.stderr)
                there = self.entries() if self.db.exists() else 0
                self.assertIn(there, (before, MANY + before), "all or nothing")
                # The next one needs no repair, and writes what is not there.
                self.succeed("import", self.dir / "many", "--db", self.db)
            # What was said to be written is.
            self.assertEqual(self.entries(), MANY + before, number)
        self.assertGreater(number, 2)
        self.assertGreater(failed, 0)

    def test_each_failing_sync_of_an_import_leaves_all_or_nothing(self):
        self.few()
        good = self.db.read_bytes()

        def prepare():
            self.db.write_bytes(good)
            self.assertEqual([path.name for path in self.dir.glob("register.db?*")], [])
        self.each_sync_in_turn(prepare, 2)

    def test_each_failing_sync_of_a_new_register_leaves_all_or_nothing(self):
        self.each_sync_in_turn(lambda: self.db.unlink(missing_ok=True), 0)


class ReadOnly(Faults):
    def setUp(self):
        super().setUp()
        self.few()
        self.good = self.db.read_bytes()
        self.out = self.dir / "out"
        self.out.mkdir()
        self.dir.chmod(0o755)
        self.out.chmod(0o777)
        self.program = os.environ["TAMGA"]
        # The superuser may write everywhere; this one nowhere, and perhaps not reach the program.
        self.user = 65534 if os.getuid() == 0 else os.getuid()
        with contextlib.suppress(PermissionError):
            if subprocess.run([self.program, "--version"], user=self.user, capture_output=True).returncode == 0:
                return
        self.program = shutil.copy(self.program, self.dir / "tamga")

    def run_as(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments), "--db", self.db], user=self.user, cwd=self.out,
                              capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def is_read_and_not_written(self):
        self.assertEqual(self.run_as("verify")[:2], (0, self.succeed("verify", "--db", self.db)))
        self.assertEqual(self.run_as("export", "--to", self.out / "export")[0], 0)
        self.assertIn("China", (self.out / "export" / "parties.csv").read_text())
        self.assertEqual(self.run_as("backup", self.out / "copy.db")[0], 0)
        server = subprocess.Popen([self.program, "serve", "--port", "0", "--db", self.db], user=self.user, cwd=self.out,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        asked = Server.__new__(Server)
        asked.process, asked.port = server, int(server.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        self.assertEqual(self.head(asked), 2)
        self.assertEqual((asked.get("/readyz")[0], asked.get("/en/parties/cn")[0]), (200, 200))
        self.assertEqual(asked.stop(), 0)
        for command in (["import", self.dir / "few"], ["rename", "party:cn", "china"], ["withdraw", "party:cn", "--reason", "r"],
                        ["redact", "party:cn", "--entry", "1", "--reason", "r"],
                        ["assent", "centre:hub", "--party", "cn", "--answer", "yes", "--author", "party:cn"],
                        ["key", "register", KEY, "--party", "cn", "--author", "party:cn"],
                        ["rebuild"]):
            status, out, err = self.run_as(*command)
            self.assertEqual((status, out), (3, ""), command)
            self.assertRegex(err, "check that the file and its folder may be (read and )?written")
        self.assertEqual(self.db.read_bytes(), self.good)

    def test_a_file_in_a_folder_that_may_not_be_written_to(self):
        self.db.chmod(0o444)
        before = sorted(path.name for path in self.dir.iterdir())
        self.is_read_and_not_written()
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), before)

    def test_a_file_that_may_not_be_written_to_in_a_folder_that_may(self):
        self.db.chmod(0o444)
        self.dir.chmod(0o777)
        self.is_read_and_not_written()


class Newer(Faults):
    def test_a_register_of_a_newer_program_is_left_alone_by_every_command(self):
        self.few()
        with contextlib.closing(sqlite3.connect(self.db)) as database:
            database.execute("INSERT INTO schema VALUES (1000)")
            database.commit()
        good = self.db.read_bytes()
        for command in (["serve", "--port", "0"], ["serve", "--init", "--port", "0"], ["import", self.dir / "few"], ["verify"],
                        ["export", "--to", self.dir / "out"], ["publish", "--to", self.dir / "site"], ["backup", self.dir / "copy.db"],
                        ["rename", "party:cn", "china"], ["withdraw", "party:cn", "--reason", "r"],
                        ["redact", "party:cn", "--entry", "1", "--reason", "r"],
                        ["assent", "centre:hub", "--party", "cn", "--answer", "yes", "--author", "party:cn"],
                        ["key", "register", KEY, "--party", "cn", "--author", "party:cn"],
                        ["rebuild"]):
            status, out, err = tamga(*command, "--db", self.db)
            self.assertEqual((status, out), (1, ""), command)
            self.assertIn("it was made by a newer Tamga (schema 1000)", err)
            self.assertIn("run that one", err)
            self.assertEqual(self.db.read_bytes(), good, command)
        self.assertEqual([path.name for path in self.dir.glob("register.db*")], ["register.db"])
        # It is no backup to be put in a register's place either.
        status, _, err = tamga("restore", self.db, "--db", self.dir / "other.db")
        self.assertEqual(status, 1)
        self.assertIn("newer Tamga", err)
        self.assertFalse((self.dir / "other.db").exists())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--on-a-full-disk"]:
        on_a_full_disk(pathlib.Path(sys.argv[2]))
    else:
        unittest.main()
