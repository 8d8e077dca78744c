"""The commands from end to end, on real files and databases."""
import filecmp
import os
import pathlib
import sqlite3
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, ROOT, Case, tamga  # noqa: E402

PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n"
CENTRES = "id,title@en,type,country\nhub,Hub,platform,cn\n"


def same_files(first, second):
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    other = sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    return names == other and not filecmp.cmpfiles(first, second, names, shallow=False)[1] and len(names) > 0


class Import(Case):
    def test_takes_the_shipped_register_and_gives_it_back_to_the_byte(self):
        self.succeed("import", REGISTER, "--db", self.db)
        self.succeed("export", "--to", self.dir / "one", "--db", self.db)
        self.assertTrue(same_files(REGISTER, self.dir / "one"), "the shipped folder is in canonical form")
        self.succeed("import", self.dir / "one", "--db", self.dir / "two.db")
        self.succeed("export", "--to", self.dir / "two", "--db", self.dir / "two.db")
        self.assertTrue(same_files(self.dir / "one", self.dir / "two"))

    def test_adds_nothing_the_second_time(self):
        folder = self.write("r", parties=PARTIES, centres=CENTRES)
        self.assertIn("3 new", self.succeed("import", folder, "--db", self.db))
        self.assertIn("0 new, 0 changed, 3 unchanged", self.succeed("import", folder, "--db", self.db))
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--db", self.db))

    def test_reads_what_spreadsheets_save(self):
        self.write("r", parties="\ufeff" + PARTIES.replace("\n", "\r\n") + ",,\r\n", centres=CENTRES)
        self.assertIn("3 new", self.succeed("import", self.dir / "r", "--db", self.db))

    def test_rehearses_without_writing(self):
        folder = self.write("r", parties=PARTIES, centres=CENTRES)
        out = self.succeed("import", folder, "--dry-run", "--db", self.db)
        self.assertIn("new       party:cn\n", out)
        self.assertIn("would be: 3 new", out)
        self.assertFalse(self.db.exists())
        self.succeed("import", folder, "--db", self.db)
        self.write("r", parties=PARTIES.replace("China", "People's Republic of China"), centres=CENTRES)
        (folder / "centres.csv").unlink()
        out = self.succeed("import", folder, "--dry-run", "--withdraw-missing", "--db", self.db)
        self.assertEqual(out.splitlines()[:-1], ["changed   party:cn", "withdrawn centre:hub"])
        self.assertIn("0 new, 1 changed, 1 unchanged, 1 withdrawn", out)
        self.assertIn("3 entries", self.succeed("verify", "--db", self.db))

    def test_tells_all_errors_with_their_places_and_writes_nothing(self):
        folder = self.write("r", parties="id,title@en,type\ncn,China,kingdom\nKZ,Kazakhstan,state\n",
                            centres="id,title@en,type,country,opened\nhub,Hub,platform,xx,31.12.2025\n")
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual((status, out), (1, ""))
        places = [line.removeprefix(str(folder) + "/").split(": ")[0] for line in err.splitlines()[:-1]]
        self.assertEqual(places, ["centres.csv:2:4", "centres.csv:2:5", "parties.csv:2:3", "parties.csv:3:1"])
        self.assertIn("there is no party 'xx'", err)
        self.assertTrue(err.endswith("tamga: 4 errors; nothing was written\n"))
        self.assertIn("0 entries", self.succeed("verify", "--db", self.db))

    def test_keeps_old_ids_as_redirects(self):
        folder = self.write("r", parties=PARTIES, centres=CENTRES)
        self.succeed("import", folder, "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)
        self.succeed("export", "--to", self.dir / "out", "--db", self.db)
        self.assertEqual((self.dir / "out" / "redirects.csv").read_bytes(), b"kind,from,to\r\nparty,cn,china\r\n")
        self.succeed("import", self.dir / "out", "--db", self.dir / "two.db")
        self.succeed("export", "--to", self.dir / "two", "--db", self.dir / "two.db")
        self.assertTrue(same_files(self.dir / "out", self.dir / "two"))

    def test_keeps_files_by_their_content(self):
        folder = self.write("r", parties=PARTIES, instruments="id,title@en,type,original\nt,Treaty,treaty,t.pdf\n")
        status, _, err = tamga("import", folder, "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("instruments.csv:2:4: there is no file 't.pdf' in files/", err)
        (folder / "files").mkdir()
        (folder / "files" / "t.pdf").write_bytes(bytes(range(256)) * 100)
        self.succeed("import", folder, "--db", self.db)
        self.succeed("export", "--to", self.dir / "out", "--db", self.db)
        self.assertEqual((self.dir / "out/files/t.pdf").read_bytes(), bytes(range(256)) * 100)


class Journal(Case):
    def test_rebuild_makes_every_table_the_same_to_the_byte(self):
        self.succeed("init", "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)

        def tables():
            with sqlite3.connect(self.db) as database:
                names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
                dump = {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
            return dump

        before = tables()
        self.assertGreater(len(before["versions"]), 500)
        with sqlite3.connect(self.db) as database:
            database.execute("DELETE FROM links WHERE to_kind = 'party'")
            database.execute("UPDATE versions SET valid_until = 1 WHERE kind = 'centre'")
        self.assertNotEqual(tables(), before)
        self.succeed("rebuild", "--db", self.db)
        self.assertEqual(tables(), before)

    def test_verify_finds_what_was_changed_behind_the_journal(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with sqlite3.connect(self.db) as database:
            database.execute("UPDATE payloads SET body = replace(body, 'China', 'Chile') WHERE pos = 1")
        status, out, err = tamga("verify", "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("journal position 1: the payload is not the one that the header tells", err)
        self.assertIn("1 disagreement", out)

    def test_redact_erases_and_leaves_the_entry(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        status, _, err = tamga("redact", "party:cn", "--entry", "2", "--reason", "r", "--db", self.db)
        self.assertEqual((status, err), (1, "tamga: entry 2 is of party:kz\n"))
        self.succeed("redact", "party:cn", "--entry", "1", "--reason", "a court's order", "--db", self.db)
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--db", self.db))
        self.assertNotIn(b"China", self.db.read_bytes() + self.db.with_name("register.db-wal").read_bytes()
                         if self.db.with_name("register.db-wal").exists() else self.db.read_bytes())

    def test_withdraw_says_what_still_links(self):
        self.succeed("import", self.write("r", parties=PARTIES, centres=CENTRES), "--db", self.db)
        status, _, err = tamga("withdraw", "party:cn", "--reason", "r", "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("centre:hub still links to party:cn (country)", err)
        self.succeed("withdraw", "centre:hub", "--reason", "r", "--db", self.db)
        self.succeed("withdraw", "party:cn", "--reason", "r", "--db", self.db)


class Program(Case):
    def test_refuses_wrong_usage_with_status_2(self):
        for arguments in ([], ["no-such-command"], ["import"], ["serve", "--port", "x"], ["export", "--db", "x"]):
            self.assertEqual(tamga(*arguments)[0], 2, arguments)

    def test_says_that_there_is_no_register(self):
        for command in (["serve"], ["verify"], ["rebuild"], ["export", "--to", self.dir / "out"],
                        ["withdraw", "party:cn", "--reason", "r"]):
            status, out, err = tamga(*command, "--db", self.db)
            self.assertEqual((status, out), (1, ""), command)
            self.assertIn("there is no register", err)
            self.assertFalse(self.db.exists(), command)

    def test_refuses_a_database_that_is_not_its_own(self):
        with sqlite3.connect(self.db) as database:
            database.execute("CREATE TABLE songs (title TEXT)")
        status, _, err = tamga("import", self.write("r", parties=PARTIES), "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("is a database of another program", err)
        self.db.write_bytes(b"no database at all, but long enough to be looked at" * 100)
        status, _, err = tamga("verify", "--db", self.db)
        self.assertEqual(status, 3, err)

    def test_one_process_holds_a_database(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with self.serving() as server:
            for command in (["serve", "--port", "0"], ["import", self.dir / "r"], ["rebuild"]):
                status, _, err = tamga(*command, "--db", self.db)
                self.assertEqual(status, 1)
                self.assertIn(f"is in use by process {server.process.pid}", err)
            self.succeed("export", "--to", self.dir / "out", "--db", self.db)
            self.assertEqual(server.stop(), 0)
        self.succeed("rebuild", "--db", self.db)

    def test_explains_every_field_as_the_documentation_does(self):
        documentation = (ROOT / "docs/formats/register-folder.md").read_text(encoding="utf-8")
        self.assertIn(self.succeed("fields", "--markdown"), documentation)
        self.assertIn("due_basis", self.succeed("fields", "commitment"))


if __name__ == "__main__":
    unittest.main()
