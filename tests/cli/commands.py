"""The commands from end to end, on real files and databases."""
import contextlib
import fcntl
import filecmp
import json
import os
import pathlib
import pty
import random
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import POSTGRES, REGISTER, ROOT, Case, of_files, tamga  # noqa: E402

FLIPS = int(os.environ.get("TAMGA_FLIPS", "8"))
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
        self.assertIn("there is no register", tamga("verify", "--db", self.db)[2])
        self.succeed("import", folder, "--db", self.db)
        self.write("r", parties=PARTIES.replace("China", "People's Republic of China"), centres=CENTRES)
        self.write("r", centres=CENTRES.splitlines()[0] + "\n")
        out = self.succeed("import", folder, "--dry-run", "--withdraw-missing", "--yes", "--db", self.db)
        self.assertEqual(out.splitlines()[:-1],
                         ["changed   party:cn", '          title@en: "China" → "People\'s Republic of China"',
                          "withdrawn centre:hub"])
        self.assertIn("0 new, 1 changed, 1 unchanged, 1 withdrawn", out)
        self.assertIn("3 entries", self.succeed("verify", "--db", self.db))

    def test_leaves_fields_without_a_column_and_tells_what_changes(self):
        folder = self.write("r", parties=PARTIES, centres=CENTRES)
        self.succeed("import", folder, "--db", self.db)
        partial = self.write("p", centres="id,title@en,opened\nhub,The hub,2024-05\n")
        out = self.succeed("import", partial, "--db", self.db)
        self.assertEqual(out.splitlines(), ['centre:hub title@en: "Hub" → "The hub"',
                                            'centre:hub opened: nothing → "2024-05"',
                                            "0 new, 1 changed, 0 unchanged, 0 withdrawn, 0 renamed; the journal has 4 entries"])
        self.succeed("export", "--to", self.dir / "out", "--db", self.db)
        self.assertEqual((self.dir / "out/centres.csv").read_bytes().decode(),
                         "id,title@en,type,opened,country\r\nhub,The hub,platform,2024-05,cn\r\n")

    def test_tells_no_more_changes_than_somebody_reads(self):
        rows = [f"p{number},State {number},state" for number in range(1, 1201)]
        head = "id,title@en,type\n"
        folder = self.write("r", parties=head + "\n".join(rows))
        self.assertIn("… and 900 more lines", self.succeed("import", folder, "--dry-run", "--db", self.db))
        self.succeed("import", folder, "--db", self.db)
        self.write("r", parties=head + "\n".join(rows).replace("State", "The state"))
        out = self.succeed("import", folder, "--db", self.db)
        self.assertEqual(len(out.splitlines()), 302)
        self.assertIn("… and 900 more lines", out)

    def test_asks_before_it_withdraws_much(self):
        folder = self.write("r", parties=PARTIES, centres=CENTRES)
        self.succeed("import", folder, "--db", self.db)
        (folder / "centres.csv").unlink()
        self.assertIn("0 withdrawn", self.succeed("import", folder, "--withdraw-missing", "--db", self.db))
        self.write("r", centres="id,title@en\n")
        status, out, err = tamga("import", folder, "--withdraw-missing", "--db", self.db)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("--withdraw-missing would withdraw 1 of the register's 3 records\n", err)
        self.assertIn("nothing was written", err)
        status, out, err = tamga("import", folder, "--withdraw-missing", "--dry-run", "--db", self.db)
        self.assertEqual(status, 0)
        self.assertIn("with --yes only", err)
        self.assertIn("3 entries", self.succeed("verify", "--db", self.db))
        self.assertIn("1 withdrawn", self.succeed("import", folder, "--withdraw-missing", "--yes", "--db", self.db))

    def test_asks_before_it_brings_back_what_was_erased(self):
        folder = self.write("r", parties=PARTIES)
        self.succeed("import", folder, "--db", self.db)
        self.succeed("redact", "party:cn", "--entry", "1", "--reason", "a court's order", "--db", self.db)
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"party:cn: its entry 1 was erased on \d{4}-\d\d-\d\d \(a court's order\)")
        self.assertIn("3 entries", self.succeed("verify", "--db", self.db))
        with self.serving() as server:
            status, _, body = server.get("/en/parties/cn.json")
            answer = json.loads(body)
            self.assertEqual((status, answer["redacted"], answer["redaction"]["position"], answer["redaction"]["reason"]),
                             (200, True, 3, "a court's order"))
            self.assertNotIn("redacted", json.loads(server.get("/en/parties/kz.json")[2]))
            entry = json.loads(server.get("/en/parties/cn/history.json")[2])["versions"][0]
            self.assertEqual((entry["redacted"], entry["redaction"]["reason"]), (True, "a court's order"))
        self.assertIn("1 changed", self.succeed("import", folder, "--yes", "--db", self.db))

    def test_passes_over_what_spreadsheets_leave(self):
        folder = self.write("r", parties=PARTIES)
        (folder / "~$parties.csv").write_bytes(b"\x15")
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual(status, 0)
        self.assertIn("2 new", out)
        self.assertEqual(err, f"{folder}/~$parties.csv: passed over; an editor or a spreadsheet left it there\n")

    def test_memory_does_not_grow_with_a_file(self):
        def peak(name, rows):
            folder = self.dir / name
            folder.mkdir()
            with open(folder / "sources.csv", "w", encoding="utf-8") as file:
                file.write("id,title@en,url\n")
                file.writelines(f"source-{row},A document of some length and of number {row},nowhere\n" for row in range(rows))
            # Every row is refused, so that the database's own pages stay few.
            with open(self.dir / "told", "w", encoding="utf-8") as told:
                process = subprocess.Popen([os.environ["TAMGA"], "import", folder, "--db", self.dir / f"{name}.db"], stderr=told,
                                           env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"})
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 1)
            self.assertIn(f"tamga: {rows} errors; nothing was written", (self.dir / "told").read_text(encoding="utf-8"))
            return usage.ru_maxrss

        few = peak("few", 20_000)
        self.assertLess(peak("many", 200_000) - few, 64 * 1024, "kilobytes")

    def test_shows_on_a_terminal_how_far_it_is_and_nowhere_else(self):
        rows = "".join(f"p{i},Party {i},state\n" for i in range(9000))
        folder = self.write("r", parties="id,title@en,type\n" + rows)
        terminal, end = pty.openpty()
        with subprocess.Popen([os.environ["TAMGA"], "import", folder, "--db", self.db], stdout=subprocess.DEVNULL, stderr=end) as process:
            os.close(end)
            shown = b""
            # A terminal whose other end is closed gives an error, or nothing.
            with contextlib.suppress(OSError):
                while part := os.read(terminal, 1000):
                    shown += part
            self.assertEqual(process.wait(), 0)
        os.close(terminal)
        self.assertIn(b"\r\x1b[K4096\r\x1b[K8192", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), "nothing of it is left")
        self.write("r", parties="id,title@en,type\n" + rows.replace("Party", "State"))
        self.succeed("import", folder, "--db", self.db)

    def test_counts_errors_and_writes_with_warnings(self):
        rows = "".join(f"s{number},Source,31.12.2025\n" for number in range(1500))
        folder = self.write("r", sources="id,title@en,date\n" + rows)
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual((status, out, len(err.splitlines())), (1, "", 2))
        self.assertIn("and 1499 more like it in this column (lines 3, 4, ", err)
        self.assertTrue(err.endswith("tamga: 1500 errors; nothing was written\n"))
        self.assertIn("1500 new", self.succeed("import", folder, "--dates", "dmy", "--db", self.db))
        self.write("r", sources="id,title@en,date\ns0,Source,2999\n")
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual((status, err), (0, f"warning: {folder}/sources.csv:2:3: date: '2999' is still to come; "
                                            "correct it if it is a slip\n"))

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
    @of_files
    def test_rebuild_makes_every_table_the_same_to_the_byte(self):
        self.succeed("init", "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)

        def tables():
            with sqlite3.connect(self.db) as database:
                names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
                # Of the index of words, what it says: how it is kept depends on how often it was written to.
                names = [name for name in names if not name.startswith("text_index") or name == "text_index_words"]
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

    @of_files
    def test_verify_finds_what_was_changed_behind_the_journal(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with sqlite3.connect(self.db) as database:
            database.execute("UPDATE payloads SET body = replace(body, 'China', 'Chile') WHERE pos = 1")
        status, out, err = tamga("verify", "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("journal position 1: the payload is not the one that the header tells", err)
        self.assertIn("1 disagreement", out)

    @of_files
    def test_verify_compares_with_a_root_that_was_kept_elsewhere(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        kept = self.succeed("verify", "--db", self.db).split("root ")[1].strip()
        self.succeed("rename", "party:cn", "china", "--db", self.db)
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--root", kept, "--at", "2", "--db", self.db))
        status, out, err = tamga("verify", "--root", kept, "--db", self.db)
        self.assertEqual(status, 1)
        self.assertRegex(err, "^the root of the first 3 entries is [0-9a-f]{64}, not the one that was kept")
        self.assertIn("1 disagreement", out)
        # The same words, written anew as a whole: nothing in the file tells it, the root does.
        self.db.unlink()
        self.succeed("import", self.dir / "r", "--db", self.db)
        self.succeed("verify", "--db", self.db)
        self.assertEqual(tamga("verify", "--root", kept, "--at", "2", "--db", self.db)[0], 1)
        status, _, err = tamga("verify", "--root", kept, "--at", "9", "--db", self.db)
        self.assertEqual((status, err), (1, "the root was that of 9 entries, but the journal has 2\n"))
        for wrong in (["--root", "12"], ["--root", kept.upper()], ["--at", "2"], ["--root", kept, "--at", "0"]):
            self.assertEqual(tamga("verify", *wrong, "--db", self.db)[0], 2, wrong)

    @of_files
    def test_says_of_a_byte_that_flipped_what_it_can_and_reads_on_where_it_can(self):
        self.succeed("init", "--db", self.db)
        good = self.db.read_bytes()
        chance = random.Random(1)
        told = 0
        for number in range(FLIPS):
            at = chance.randrange(len(good))
            self.db.write_bytes(good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1:])
            damaged = self.db.read_bytes()
            status, out, err = tamga("verify", "--db", self.db)
            # 0: a byte that no row uses. Never a crash, never a silent "all agree" of what reads otherwise.
            self.assertIn(status, (0, 1, 3), (at, err))
            told += status != 0
            self.assertEqual(status != 0, err != "", (at, out, err))
            self.assertIn(tamga("export", "--to", self.dir / f"out{number}", "--db", self.db)[0], (0, 3), at)
            self.assertEqual(self.db.read_bytes(), damaged)
            if status == 0:
                self.assertTrue(same_files(REGISTER, self.dir / f"out{number}"), at)
        self.assertGreater(told, FLIPS // 2)

    @of_files
    def test_verify_compares_every_table_with_the_journal(self):
        self.succeed("import", self.write("r", parties=PARTIES, centres=CENTRES), "--db", self.db)
        self.succeed("rename", "party:kz", "qazaqstan", "--db", self.db)
        good = self.db.read_bytes()
        for change in ("UPDATE versions SET withdrawn = 1 WHERE id = 'cn'", "UPDATE links SET field = 'x'",
                       "UPDATE records SET first_pos = 3 WHERE id = 'cn'", "DELETE FROM redirects",
                       "INSERT INTO files VALUES ('aa', 'b')"):
            with contextlib.closing(sqlite3.connect(self.db)) as database:
                database.execute(change)
                database.commit()
            status, out, err = tamga("verify", "--db", self.db)
            self.assertEqual(status, 1, change)
            self.assertIn("disagreement", out)
            self.assertRegex(err, "^(table (versions|links|records|redirects), row |file aa: )", change)
            self.db.write_bytes(good)
        self.succeed("verify", "--db", self.db)

    def test_backs_up_beside_a_server_and_never_over_a_file(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        copy = self.dir / "copy.db"
        with self.serving():
            self.assertEqual(self.succeed("backup", copy, "--db", self.db), f"{copy}: 2 entries\n")
        self.assertIn("2 entries checked, all agree", self.succeed("verify", "--db", copy))
        before = copy.read_bytes()
        status, _, err = tamga("backup", copy, "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("name a file that is not there yet", err)
        self.assertEqual(copy.read_bytes(), before)
        self.assertEqual([path.name for path in self.dir.glob("copy.db*")], ["copy.db"])

    def test_a_backup_made_while_writes_go_on_is_the_register_of_one_moment(self):
        batch, made, enough = 40, [], threading.Event()

        def write():
            while not enough.is_set():
                number = len(made)
                rows = "".join(f"p{number}-{i},Party {number} {i},state\n" for i in range(batch))
                self.succeed("import", self.write(f"batch{number}", parties="id,title@en,type\n" + rows), "--db", self.db)
                made.append(number)
        write_one = threading.Thread(target=write)
        write_one.start()
        try:
            sizes = []
            while len(set(sizes)) < 3:
                while not made:
                    time.sleep(0.01)
                copy, before = self.dir / f"copy{len(sizes)}.db", len(made)
                out = self.succeed("backup", copy, "--db", self.db)
                sizes.append(int(re.search(r": (\d+) entries\n$", out)[1]))
                # Whole batches, all that were acknowledged when it began.
                self.assertEqual(sizes[-1] % batch, 0)
                self.assertGreaterEqual(sizes[-1], before * batch)
                self.assertIn(f"{sizes[-1]} entries checked, all agree", self.succeed("verify", "--db", copy))
        finally:
            enough.set()
            write_one.join()
        back = self.dir / "back.db"
        self.succeed("restore", copy, "--db", back)
        self.assertIn(f"{sizes[-1]} entries checked, all agree", self.succeed("verify", "--db", back))
        self.assertIn(f"{len(made) * batch} entries checked, all agree", self.succeed("verify", "--db", self.db))

    @of_files
    def test_restores_a_backup_whatever_stands_there_and_keeps_what_stood_there(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        copy = self.dir / "copy.db"
        self.succeed("backup", copy, "--db", self.db)
        self.succeed("import", self.write("s", parties=PARTIES.replace("China", "Zhongguo")), "--db", self.db)
        kept = self.dir / f"{self.db.name}.replaced-1"
        with self.serving():
            status, out, err = tamga("restore", copy, "--db", self.db)
            self.assertEqual((status, out), (1, ""))
            self.assertIn("is in use", err)
        self.assertFalse(kept.exists())
        self.assertEqual(self.succeed("restore", copy, "--db", self.db),
                         f"{self.db}: 2 entries\nwhat was there is now {kept}\n")
        self.assertIn("2 entries checked, all agree", self.succeed("verify", "--db", self.db))
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--db", kept))
        # A damaged register, and a log that is not the backup's.
        self.db.write_bytes(self.db.read_bytes()[:5000])
        log = self.dir / f"{self.db.name}-wal"
        log.write_bytes(b"of another file")
        self.succeed("restore", copy, "--db", self.db)
        self.assertFalse(log.exists())
        self.assertEqual((self.dir / f"{self.db.name}.replaced-2-wal").read_bytes(), b"of another file")
        self.assertIn("2 entries checked, all agree", self.succeed("verify", "--db", self.db))
        # To a place where nothing is; and from what is no backup.
        self.assertEqual(self.succeed("restore", copy, "--db", self.dir / "new.db"), f"{self.dir / 'new.db'}: 2 entries\n")
        good = self.db.read_bytes()
        with contextlib.closing(sqlite3.connect(copy)) as database:
            database.execute("UPDATE payloads SET body = replace(body, 'China', 'Chile')")
            database.commit()
        status, out, err = tamga("restore", copy, "--db", self.db)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("nothing was restored", err)
        self.assertEqual(self.db.read_bytes(), good)
        self.assertEqual(sorted(path.name for path in self.dir.glob("*.restored*")), [])

    @of_files
    def test_tells_a_database_that_lost_its_end(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        good = self.db.read_bytes()
        for length, cause in ((len(good) - 100, "is cut short"), (len(good) - 4096, "is cut short"), (0, "is empty")):
            for command in (["verify"], ["export", "--to", self.dir / "out"], ["serve", "--port", "0"],
                            ["serve", "--init", "--port", "0"], ["import", self.dir / "r"], ["rebuild"]):
                self.db.write_bytes(good[:length])
                status, out, err = tamga(*command, "--db", self.db)
                self.assertEqual((status, out), (3, ""), command)
                self.assertIn(cause, err)
                self.assertIn("restore it from a backup", err)
                self.assertEqual(self.db.read_bytes(), good[:length])

    @of_files
    def test_says_that_the_disk_is_full(self):
        folder = self.write("r", parties="id,title@en,type\n" + "".join(
            f"p{i},{'x' * 900},state\n" for i in range(2000)))
        command = (f"mount -t tmpfs -o size=1m none {self.dir}/disk && {os.environ['TAMGA']} import {folder} "
                   f"--db {self.dir}/disk/register.db")
        (self.dir / "disk").mkdir()
        done = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", command], capture_output=True, text=True)
        if "unshare:" in done.stderr or "mount:" in done.stderr:
            self.skipTest("no file system can be mounted here: " + done.stderr.strip())
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("make room on the disk", done.stderr)

    def test_redact_erases_and_leaves_the_entry(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        status, _, err = tamga("redact", "party:cn", "--entry", "2", "--reason", "r", "--db", self.db)
        self.assertEqual((status, err), (1, "tamga: entry 2 is of party:kz\n"))
        self.succeed("redact", "party:cn", "--entry", "1", "--reason", "a court's order", "--db", self.db)
        self.assertIn("3 entries checked, all agree", self.succeed("verify", "--db", self.db))
        if POSTGRES:  # What its files hold is the server's.
            return
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
            self.assertIn("there is no register", tamga("verify", "--db", self.db)[2], command)

    @of_files
    def test_refuses_a_database_that_is_not_its_own(self):
        with sqlite3.connect(self.db) as database:
            database.execute("CREATE TABLE songs (title TEXT)")
        status, _, err = tamga("import", self.write("r", parties=PARTIES), "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("is a database of another program", err)
        self.db.write_bytes(b"no database at all, but long enough to be looked at" * 100)
        status, _, err = tamga("verify", "--db", self.db)
        self.assertEqual(status, 3, err)

    @of_files
    def test_leaves_nothing_beside_a_file_that_is_no_register(self):
        self.db.write_text("root:x:0:0:root:/root:/bin/sh\n")
        status, _, err = tamga("import", self.write("r", parties=PARTIES), "--db", self.db)
        self.assertEqual(status, 3)
        self.assertIn("is not a database", err)
        self.assertEqual([path.name for path in self.dir.glob("register.db*")], ["register.db"])

    def test_writes_while_it_is_served_and_readers_see_it_at_once(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with self.serving() as server, self.serving() as another:
            for number, command in enumerate((
                    ["import", self.write("s", parties=PARTIES.replace("China", "Zhongguo"))],
                    ["rename", "party:cn", "china"], ["withdraw", "party:china", "--reason", "a test"],
                    ["redact", "party:kz", "--entry", "2", "--reason", "a test"])):
                self.succeed(*command, "--db", self.db)
                for one in (server, another):
                    status, _, body = one.get("/healthz")
                    self.assertEqual((status, json.loads(body)["state"].split("@")[0]), (200, str(3 + number)), command)
            self.assertEqual(server.get("/en/parties/china")[0], 410)
            self.succeed("rebuild", "--db", self.db)
            self.assertIn("6 entries checked, all agree", self.succeed("verify", "--db", self.db))
            self.assertEqual((server.stop(), another.stop()), (0, 0))

    @of_files
    def test_two_that_write_queue_and_the_second_sees_what_the_first_wrote(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        # Holds the turn by the byte of the file that docs/operating.md names.
        with open(self.db, "r+b") as first:
            fcntl.fcntl(first, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, (1 << 30) + 1024, 1, 0))
            waiting = [subprocess.Popen([os.environ["TAMGA"], "rename", "party:cn", name, "--db", self.db], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True) for name in ("china", "zhongguo")]
            for process in waiting:
                self.assertIn("tamga: waiting: ", process.stderr.readline())
            self.assertIn("2 entries", self.succeed("verify", "--db", self.db))
        ends = sorted((process.wait(), process.stdout.read(), process.stderr.read()) for process in waiting)
        self.assertEqual([end[:2] for end in ends], [(0, "the journal has 3 entries\n"), (1, "")])
        self.assertEqual(ends[1][2], "tamga: party:cn is not in the register\n")

    @of_files
    def test_who_is_stopped_while_it_writes_writes_all_or_nothing_and_says_which(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        rows = "".join(f"p{i},Party {i},state\n" for i in range(30000))
        folder = self.write("s", parties="id,title@en,type\n" + rows)
        log = self.dir / "register.db-wal"

        def is_writing():
            with contextlib.closing(sqlite3.connect(self.db, timeout=0, isolation_level=None)) as database:
                try:
                    database.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    return True
            return False

        def stop(when):
            process = subprocess.Popen([os.environ["TAMGA"], "import", folder, "--db", self.db], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            while process.poll() is None and not when():
                time.sleep(0.001)
            process.terminate()
            return *process.communicate(), process.returncode

        # Opening the file locks it for a moment too: who is stopped there just ends.
        while (ended := stop(is_writing))[2] == -signal.SIGTERM:
            self.assertEqual(ended[0], "")
        out, err, status = ended
        self.assertEqual((out, status), ("", 1))
        self.assertIn("told to stop; nothing was written", err)
        self.assertIn("2 entries checked, all agree", self.succeed("verify", "--db", self.db))
        # The log grows while it is committed: that is too late, or it was just in time.
        out, err, status = stop(lambda: log.exists() and log.stat().st_size > 0)
        told = "30000 new" in out
        self.assertNotEqual(told, "nothing was written" in err)
        self.assertIn(f"{30002 if told else 2} entries checked, all agree", self.succeed("verify", "--db", self.db))

    def test_explains_every_field_as_the_documentation_does(self):
        documentation = (ROOT / "docs/formats/register-folder.md").read_text(encoding="utf-8")
        self.assertIn(self.succeed("fields", "--markdown"), documentation)
        text = self.succeed("fields", "commitment")
        self.assertIn("due_basis", text)
        for told in ("  id (required)\n", "date: as precise as the source", "ids: separated by ;"):
            self.assertIn(told, text)

    def test_writes_blank_files_to_be_filled_in(self):
        self.assertIn("22 blank files", self.succeed("fields", "--csv", self.dir / "blank"))
        self.assertIn("0 new", self.succeed("import", self.dir / "blank", "--db", self.db))
        self.succeed("fields", "parties", "--csv", self.dir / "one")
        self.assertEqual([path.name for path in (self.dir / "one").iterdir()], ["parties.csv"])


if __name__ == "__main__":
    unittest.main()
