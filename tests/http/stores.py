#!/usr/bin/env python3
"""One register in SQLite and in PostgreSQL: every answer is the same to the byte; servers of one cluster see each other's writes."""
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import crawl  # noqa: E402
from support import Case, Cluster, Server  # noqa: E402


class Stores(Case):
    def test_give_the_same_answers(self):
        self.succeed("init", "--db", self.db)
        self.succeed("rename", "centre:poverty-reduction", "poverty-reduction-centre", "--db", self.db)
        self.succeed("withdraw", "update:astana-declaration", "--reason", "a test", "--db", self.db)
        address = Cluster.get().database()
        self.succeed("copy", self.db, address)
        most = int(os.environ.get("TAMGA_CRAWL", "4000"))  # 20000: all that there are.
        for name, database in (("sqlite", self.db), ("postgres", address)):
            answers = crawl.crawl(database, most)
            (self.dir / name).mkdir()
            (self.dir / name / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
            self.assertGreaterEqual(len(answers), min(most, 5_000))
        self.assertEqual(crawl.compare(self.dir / "sqlite", self.dir / "postgres"), 0)

    def test_a_server_sees_what_was_written_through_the_cluster_and_lives_when_its_sessions_end(self):
        address = Cluster.get().database()
        folder = self.write("r", parties="id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n")
        self.succeed("import", folder, "--db", address)
        one, other = Server("--db", address), Server("--db", address)
        try:
            for number, name in enumerate(("china", "zhongguo", "prc")):
                self.succeed("rename", f"party:{('cn', 'china', 'zhongguo')[number]}", name, "--db", address)
                for server in (one, other):
                    self.assertEqual(json.loads(server.get("/healthz")[2])["state"].split("@")[0], str(3 + number))
                    self.assertEqual(server.get(f"/en/parties/{name}")[0], 200)
                Cluster.get().sql(address, "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
                                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        finally:
            self.assertEqual((one.stop(), other.stop()), (0, 0))


if __name__ == "__main__":
    unittest.main()
