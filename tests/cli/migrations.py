#!/usr/bin/env python3
"""A register as it was after each step of the schema: it is read, and the first command that writes brings it up to date, with every entry,
every root and what people left."""
import contextlib
import pathlib
import re
import sqlite3
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import POSTGRES, ROOT, Case, Cluster  # noqa: E402

SCHEMA = (ROOT / "src/store" / ("schema.postgres.sql" if POSTGRES else "schema.sqlite.sql")).read_text(encoding="utf-8")
# Of each step its statements.
STEPS = [re.sub(r"^[^\n]*\n", "", step) for step in re.split(r"^-- step \d+:", SCHEMA, flags=re.MULTILINE)[1:]]
COUNTED, ERASURES, PRIVATE = 2, 3, 8  # The steps that made the tables journal, redactions and events.


class Migrations(Case):
    def setUp(self):
        super().setUp()
        folder = self.write("r", parties="id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n",
                            commitments="id,title@en,by,made,due\nroad,To build a road,cn;kz,2020-01-01,2021-01-01\n")
        self.succeed("import", folder, "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)
        self.succeed("redact", "party:kz", "--entry", "2", "--reason", "a court's order", "--db", self.db)
        self.head, self.root = re.match("(\\d+) entries checked, all agree; root (\\w+)", self.succeed("verify", "--db", self.db)).groups()
        if POSTGRES:
            Cluster.get().sql(self.db, "ALTER SCHEMA tamga RENAME TO good; CREATE SCHEMA tamga")
            return
        with contextlib.closing(sqlite3.connect(self.db)) as good:
            self.pragmas = {pragma: good.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in ("page_size", "application_id", "user_version")}

    def made_by_step(self, step):
        """A register with the same journal, as a program left it whose schema ended there; its tables are still to be made."""
        sql = ["CREATE TABLE schema (version INTEGER NOT NULL)", *STEPS[:step], *(f"INSERT INTO schema VALUES ({one + 1})" for one in range(step)),
               *(f"INSERT INTO {table} SELECT * FROM good.{table}" for table in ("entries", "payloads", "nodes"))]
        if step >= COUNTED:
            sql.append(f"UPDATE journal SET entries = {self.head}")
        if step >= ERASURES:
            sql.append("INSERT INTO redactions SELECT * FROM good.redactions")
        if step >= PRIVATE:
            sql.append("INSERT INTO events VALUES (1, 2, 'ana', 'signed-in', '', '')")
        text = ";\n".join(re.sub("^ *--.*$", "", one, flags=re.MULTILINE).strip().rstrip(";") for one in sql) + ";"
        if POSTGRES:
            Cluster.get().sql(self.db, "SET client_min_messages TO warning; DROP SCHEMA tamga CASCADE; CREATE SCHEMA tamga; SET search_path TO tamga; " + text)
            return self.db
        path = self.dir / f"step{step}.db"
        with contextlib.closing(sqlite3.connect(path)) as old:
            for pragma, value in self.pragmas.items():
                old.execute(f"PRAGMA {pragma} = {value}")
            old.execute("ATTACH ? AS good", (str(self.db),))
            old.executescript(text)
        return path

    def events(self, database):
        if POSTGRES:
            return Cluster.get().sql(database, "SELECT count(*) FROM tamga.events WHERE account = 'ana'")
        with contextlib.closing(sqlite3.connect(database)) as opened:
            return str(opened.execute("SELECT count(*) FROM events WHERE account = 'ana'").fetchone()[0])

    def test_a_register_of_each_step_is_brought_up_to_date_by_the_first_that_writes(self):
        self.assertGreater(len(STEPS), PRIVATE)
        for step in range(1, len(STEPS)):
            with self.subTest(step=step):
                old = self.made_by_step(step)
                self.succeed("rename", "party:kz", "qazaqstan", "--db", old)
                out = self.succeed("verify", "--root", self.root, "--at", self.head, "--db", old)
                self.assertTrue(out.startswith(f"{int(self.head) + 1} entries checked, all agree"), out)
                out = self.dir / f"out{step}"
                self.succeed("export", "--to", out, "--db", old)
                for name, row in (("parties", "\nchina,China,state\n"), ("commitments", "\nroad,To build a road,cn;kz,2020-01-01,2021-01-01\n")):
                    self.assertIn(row, (out / f"{name}.csv").read_text(encoding="utf-8"))
                self.assertEqual(self.events(old), "1" if step >= PRIVATE else "0")


if __name__ == "__main__":
    unittest.main()
