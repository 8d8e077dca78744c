#!/usr/bin/env python3
"""A register that moves between databases, and what the commands say of one in PostgreSQL."""
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, Cluster, Server, tamga  # noqa: E402

PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n"


class Copy(Case):
    def setUp(self):
        super().setUp()
        self.address = Cluster.get().database()

    def test_moves_the_whole_journal_there_and_back(self):
        self.succeed("init", "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)
        folder = self.write("r", parties=PARTIES.replace("cn,", "china,"))
        self.succeed("import", folder, "--db", self.db)
        self.succeed("redact", "party:kz", "--entry", self.entry_of("party:kz"), "--reason", "a court's order", "--db", self.db)
        root = self.root(self.db)
        out = self.succeed("copy", self.db, self.address)
        self.assertRegex(out, rf"^postgresql:///t\d+\?host=/.*: \d+ entries, root {root}\n$")
        self.assertEqual(self.root(self.address), root)
        back = self.dir / "back.db"
        self.assertIn(root, self.succeed("copy", self.address, back))
        self.assertEqual(self.root(back), root)
        # Made anew, the tables are what they were.
        self.succeed("rebuild", "--db", self.address)
        self.assertEqual(self.root(self.address), root)

    def entry_of(self, record):
        """The last entry that has a body of the record."""
        with sqlite3.connect(self.db) as database:
            kind, name = record.split(":")
            return database.execute("SELECT max(payload) FROM versions WHERE kind = ? AND id = ?", (kind, name)).fetchone()[0]

    def root(self, database):
        return self.succeed("verify", "--db", database).split("root ")[1].strip()

    def test_takes_no_place_that_holds_a_register(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        self.succeed("copy", self.db, self.address)
        status, out, err = tamga("copy", self.db, self.address)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("there is one already, of 2 entries", err)
        self.assertEqual(tamga("copy", self.dir / "none.db", self.dir / "x.db")[0], 1)
        self.assertFalse((self.dir / "x.db").exists())

    def test_copies_nothing_of_a_register_that_was_changed_behind_the_journal(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.address)
        Cluster.get().sql(self.address, "UPDATE tamga.payloads SET body = replace(body, 'Kazakhstan', 'Kyrgyzstan')")
        status, out, err = tamga("verify", "--db", self.address)
        self.assertEqual(status, 1)
        self.assertIn("journal position 2: the payload is not the one that the header tells", err)
        status, out, err = tamga("copy", self.address, self.db)
        self.assertEqual((status, out), (3, ""))
        self.assertIn("the payload is not the one that the header tells", err)
        self.assertIn("0 entries", self.succeed("verify", "--db", self.db))
        self.assertEqual(tamga("backup", self.dir / "copy.db", "--db", self.address)[0], 3)
        self.assertFalse((self.dir / "copy.db").exists())

    def test_verify_compares_every_table_with_the_journal(self):
        centres = "id,title@en,type,country\nhub,Hub,platform,cn\n"
        self.succeed("import", self.write("r", parties=PARTIES, centres=centres), "--db", self.address)
        self.succeed("rename", "party:kz", "qazaqstan", "--db", self.address)
        for change in ("UPDATE tamga.versions SET withdrawn = 1 WHERE id = 'cn'", "UPDATE tamga.links SET field = 'x'",
                       "UPDATE tamga.records SET first_pos = 3 WHERE id = 'cn'", "DELETE FROM tamga.redirects"):
            Cluster.get().sql(self.address, change)
            status, out, err = tamga("verify", "--db", self.address)
            self.assertEqual(status, 1, change)
            self.assertRegex(err, "^table (versions|links|records|redirects), row ", change)
            self.succeed("rebuild", "--db", self.address)
            self.succeed("verify", "--db", self.address)

    def test_is_refused_where_a_file_is_meant(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        status, out, err = tamga("restore", self.db, "--db", self.address)
        self.assertEqual((status, out), (2, ""))
        self.assertIn("tamga copy", err)

    def test_works_for_a_user_who_owns_the_database_and_nothing_else(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        Cluster.get().sql(self.address, "CREATE ROLE registrar LOGIN")
        status, _, err = tamga("copy", self.db, own := self.address.replace("postgres@", "registrar@"))
        self.assertEqual(status, 3)
        self.assertIn("grant the right to the user that the address names", err)
        Cluster.get().sql(self.address, f"ALTER DATABASE {re.search('/(t[0-9]+)[?]', own)[1]} OWNER TO registrar")
        self.succeed("copy", self.db, own)
        self.succeed("rename", "party:cn", "china", "--db", own)
        server = Server("--db", own)
        self.assertEqual((server.get("/en/parties/china")[0], server.stop()), (200, 0))
        self.succeed("rebuild", "--db", own)
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--db", own))

    def importing(self, folder):
        """An import that has begun to write, or has ended."""
        writing = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
        process = subprocess.Popen([os.environ["TAMGA"], "import", folder, "--db", self.address], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        while process.poll() is None and Cluster.get().sql(self.address, writing) == "0":
            pass
        return process

    def test_who_is_stopped_while_it_writes_leaves_nothing(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.address)
        there = 2
        for number, stop in enumerate((signal.SIGKILL, signal.SIGTERM)):
            rows = "".join(f"p{number}-{i},Party {i},state\n" for i in range(20000))
            folder = self.write(f"s{number}", parties="id,title@en,type\n" + rows)
            process = self.importing(folder)
            process.send_signal(stop)
            out, err = process.communicate()
            told = "20000 new" in out  # It may have been too late.
            if stop == signal.SIGTERM and process.returncode != -signal.SIGTERM:
                self.assertNotEqual(told, "told to stop; nothing was written" in err)
            self.assertIn(f"{there + (20000 if told else 0)} entries checked, all agree", self.succeed("verify", "--db", self.address))
            self.assertIn("0 new" if told else "20000 new", self.succeed("import", folder, "--db", self.address))
            there += 20000

    def test_two_that_write_queue_and_the_second_sees_what_the_first_wrote(self):
        rows = "".join(f"p{i},Party {i},state\n" for i in range(5000))
        first = self.importing(self.write("s", parties="id,title@en,type\n" + rows))
        self.assertEqual(self.succeed_after_waiting("rename", "party:p7", "seven"), "the journal has 5001 entries\n")
        err = first.communicate()[1]
        self.assertEqual(first.returncode, 0, err)

    def succeed_after_waiting(self, *arguments):
        """What it says; it may be told to wait first."""
        status, out, err = tamga(*arguments, "--db", self.address)
        self.assertEqual(status, 0, err)
        self.assertRegex(err, r"^(tamga: waiting: \S+ is in use by process \d+ on \S+\n)?$")
        return out


if __name__ == "__main__":
    unittest.main()
