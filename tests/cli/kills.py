"""kill -9 at random moments: no acknowledged write is lost, none is half there, and nothing needs repair.

TAMGA_KILLS is how many times (30; over PostgreSQL 10).
"""
import contextlib
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import POSTGRES, Case, Cluster  # noqa: E402

KILLS = int(os.environ.get("TAMGA_KILLS", "10" if POSTGRES else "30"))
BATCH = 200


class Kills(Case):
    def batch(self, number):
        rows = "".join(f"p{number}-{i},Party {number} {i},state\n" for i in range(BATCH))
        folder = self.dir / f"batch{number}"
        folder.mkdir()
        (folder / "parties.csv").write_text("id,title@en,type\n" + rows, encoding="utf-8")
        return folder

    def start(self, number):
        return subprocess.Popen([os.environ["TAMGA"], "import", self.batch(number), "--db", self.db],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def counts(self):
        """The batches that are there and how many records of each, and how many entries there are."""
        if POSTGRES:
            rows = Cluster.get().sql(self.db, "SELECT string_agg(batch || ' ' || n, ' ') FROM (SELECT substr(id, 2, strpos(id, '-') - 2) AS batch, "
                                     "count(*) AS n FROM tamga.versions GROUP BY 1) AS counted").split()
            return list(zip(rows[::2], map(int, rows[1::2]))), int(Cluster.get().sql(self.db, "SELECT entries FROM tamga.journal"))
        with contextlib.closing(sqlite3.connect(self.db)) as database:
            counts = database.execute("SELECT substr(id, 2, instr(id, '-') - 2), count(*) FROM versions GROUP BY 1").fetchall()
            return counts, database.execute("SELECT entries FROM journal").fetchone()[0]

    def kept(self):
        counts, head = self.counts()
        for number, count in counts:
            self.assertEqual(count, BATCH, f"batch {number} is half there")
        self.assertEqual(head, BATCH * len(counts))
        return {int(number) for number, _ in counts}

    def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_half_there(self):
        chance = random.Random(20250617)
        # What an import takes here, once the program is in memory; moments are drawn from a little more.
        whole, acknowledged, without_word = 60.0, set(), 0
        for number in (1, 2, 3):
            begun = time.monotonic()
            self.assertEqual(self.start(number).wait(), 0)
            whole = min(whole, time.monotonic() - begun)
            acknowledged.add(number)
        with self.serving() as server:
            for number in range(4, KILLS + 4):
                process = self.start(number)
                moment = chance.uniform(0, 1.1 * whole)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(moment)
                process.send_signal(signal.SIGKILL)
                out = process.communicate()[0]
                # A server of PostgreSQL may still be at what it was sent.
                while POSTGRES and Cluster.get().sql(self.db, "SELECT count(*) FROM pg_stat_activity WHERE application_name "
                                                     f"LIKE 'tamga: process {process.pid} %'") != "0":
                    pass
                there = self.kept()
                # The register grows, and the machine is not always as busy: the commit stays among the moments.
                if moment > 0.8 * whole:
                    whole *= 0.98 if number in there else 1.05
                if f"{BATCH} new" in out:
                    acknowledged.add(number)
                elif number in there:  # Committed, and killed before it could say so.
                    without_word += 1
                    acknowledged.add(number)
                self.assertEqual(there, acknowledged)
                # Readers, who came before the kill, see what is there.
                state = server.get("/healthz")[2].decode()
                self.assertIn(f'"{BATCH * len(there)}@', state)
                if number % 10 == 0:
                    self.assertRegex(self.succeed("verify", "--db", self.db), f"^{BATCH * len(there)} entries checked, all agree")
            self.assertEqual(server.stop(), 0)
        killed = KILLS + 3 - len(acknowledged)
        print(f"{KILLS} kills: {killed} imports undone, {len(acknowledged) - 3} whole, {without_word} of them without a word", file=sys.stderr)
        if KILLS >= 30:
            self.assertGreater(killed, 0)
        # The next one writes without repair.
        self.assertEqual(self.start(KILLS + 4).wait(), 0)
        self.assertEqual(self.kept(), acknowledged | {KILLS + 4})
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))


if __name__ == "__main__":
    unittest.main()
