#!/usr/bin/env python3
"""The primary server is killed while the register is written, its synchronous standby is promoted: no write that was acknowledged is
lost, none is there twice, and a server of Tamga goes on by itself. Prints how long nobody could write, and nobody read."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, Server, tamga  # noqa: E402

PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup"))
WRITES = int(os.environ.get("TAMGA_WRITES", "12"))  # on each side of the failover, at least


class Node:
    """A server of PostgreSQL in a folder of its own, as the user postgres where this is root."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        folder.mkdir()
        self.prefix = []
        if os.getuid() == 0:
            subprocess.run(["chown", "postgres", folder], check=True)
            self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(self, program, *arguments):
        return subprocess.run([*self.prefix, PROGRAMS[-1].with_name(program), *map(str, arguments)], cwd=self.folder, check=True,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout.strip()

    def configure(self, *lines):
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join(("", *lines, f"unix_socket_directories = '{self.folder}'", "listen_addresses = ''", "fsync = off", "")))

    def start(self):
        self.control("start", "-w", "-l", self.folder / "log")

    def control(self, *arguments):
        # Its streams are not the server's.
        subprocess.run([*self.prefix, PROGRAMS[-1].with_name("pg_ctl"), "-D", self.data, "-s", *map(str, arguments)], cwd=self.folder,
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, sql):
        return self.run("psql", "-h", self.folder, "-U", "postgres", "-qtAX", "-c", sql, "postgres")


class Writer(threading.Thread):
    """Imports one new record after the other; what was not acknowledged is tried again until it is."""

    def __init__(self, case, address):
        super().__init__(daemon=True)
        self.case, self.address = case, address
        self.acknowledged, self.gaps, self.tried = [], [], 0
        self.stopping = False
        self.more = threading.Condition()

    def run(self):
        number, last = 0, time.monotonic()
        while not self.stopping:
            folder = self.case.write(f"w{number}", parties=f"id,title@en,type\np{number},Party {number},state\n")
            self.tried += 1
            if tamga("import", folder, "--db", self.address)[0] != 0:
                time.sleep(0.05)
                continue
            now = time.monotonic()
            with self.more:
                self.acknowledged.append(number)
                self.gaps.append(now - last)
                self.more.notify_all()
            number, last = number + 1, now

    def wait_for(self, count):
        with self.more:
            assert self.more.wait_for(lambda: len(self.acknowledged) >= count, timeout=300), "writes do not go on"


@unittest.skipUnless(PROGRAMS, "the server of PostgreSQL is not installed: run ./setup --tests")
class Failover(Case):
    def read_replica_serves(self, address, standby):
        """The standby shows what has arrived there, and is written to by nobody."""
        replica = Server("--db", address)
        try:
            while replica.get("/en/parties/cn.json")[0] != 200:
                time.sleep(0.02)
            head = json.loads(replica.get("/healthz")[2])["state"].split("@")[0]
            self.assertEqual((head, replica.get("/readyz")[0], replica.get("/en/")[0]), ("1", 200, 200))
            # Nobody may listen there: the server looks by itself.
            self.assertEqual(standby.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"), "0")
        finally:
            self.assertEqual(replica.stop(), 0)
        self.assertIn("1 entry checked, all agree", self.succeed("verify", "--db", address))
        self.succeed("export", "--to", self.dir / "replica", "--db", address)
        self.assertIn("cn,China,state", (self.dir / "replica" / "parties.csv").read_text(encoding="utf-8"))
        status, out, err = tamga("rename", "party:cn", "china", "--db", address)
        self.assertEqual((status, out), (3, ""))
        self.assertIn("the server is a standby, which only reads", err)

    def test_loses_no_acknowledged_write_when_the_primary_dies(self):
        self.dir.chmod(0o755)
        primary, standby = Node(self.dir / "one"), Node(self.dir / "two")
        primary.run("initdb", "-D", primary.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        primary.configure("max_connections = 40")
        primary.start()
        self.addCleanup(lambda: primary.control("stop", "-m", "immediate") if (primary.data / "postmaster.pid").exists() else None)
        standby.run("pg_basebackup", "-D", standby.data, "-R", "-c", "fast", "--no-sync", "-d",
                    f"host={primary.folder} user=postgres application_name=two")
        standby.configure("synchronous_standby_names = ''")
        standby.start()
        self.addCleanup(lambda: standby.control("stop", "-m", "immediate"))
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'two'")
        primary.ask("SELECT pg_reload_conf()")
        while primary.ask("SELECT sync_state FROM pg_stat_replication") != "sync":
            time.sleep(0.05)
        # Only now, so that each commit of the register is waited for.
        primary.ask("CREATE DATABASE register")
        address = f"postgresql://postgres@/register?host={primary.folder},{standby.folder}&target_session_attrs=read-write"
        folder = self.write("first", parties="id,title@en,type\ncn,China,state\n")
        self.succeed("import", folder, "--db", address)

        self.read_replica_serves(f"postgresql://postgres@/register?host={standby.folder}", standby)

        writer, server = Writer(self, address), Server("--db", address)
        writer.start()
        try:
            writer.wait_for(WRITES)
            primary.control("stop", "-m", "immediate")
            died = time.monotonic()
            standby.control("promote", "-w")
            while server.get("/en/parties/cn.json")[0] != 200:
                time.sleep(0.02)
            back = time.monotonic() - died
            writer.wait_for(len(writer.acknowledged) + WRITES)
        finally:
            writer.stopping = True
            writer.join()
            stopped = server.get("/healthz")
            self.assertEqual(server.stop(), 0)
        self.assertEqual(int(json.loads(stopped[2])["state"].split("@")[0]), len(writer.acknowledged) + 1)
        # Each record that was acknowledged is there, and each was written by one entry: a lost answer, tried again, adds none.
        self.assertIn(f"{len(writer.acknowledged) + 1} entries checked, all agree", self.succeed("verify", "--db", address))
        self.succeed("export", "--to", self.dir / "out", "--db", address)
        rows = (self.dir / "out" / "parties.csv").read_text(encoding="utf-8").splitlines()[1:]
        self.assertEqual({row.split(",")[0] for row in rows}, {"cn", *(f"p{number}" for number in writer.acknowledged)})
        print(f"{len(writer.acknowledged)} writes acknowledged of {writer.tried} tried; after the primary died, pages came again "
              f"after {back:.2f} s, the next write after {max(writer.gaps):.2f} s", flush=True)


if __name__ == "__main__":
    unittest.main()
