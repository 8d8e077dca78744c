#!/usr/bin/env python3
"""One register in SQLite and in PostgreSQL: every answer is the same to the byte; servers of one cluster see each other's writes."""
import http.client
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import crawl  # noqa: E402
from operation import until  # noqa: E402
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

    def test_publish_the_same_files(self):
        # Notes of every kind of sign, over more than a page.
        rows = "".join(f"p{i},Party {i} ё’“中国”,state\n" for i in range(120))
        self.succeed("import", self.write("r", parties="id,title@en,type\n" + rows, sources="id,title@en\npact,The pact\n"), "--db", self.db)
        address = Cluster.get().database()
        self.succeed("copy", self.db, address)
        written = []
        for name, database in (("one", self.db), ("other", address)):
            self.succeed("publish", "--to", self.dir / name, "--db", database)
            written.append({path.relative_to(self.dir / name): path.read_bytes() for path in (self.dir / name).rglob("*") if path.is_file()})
        self.assertGreater(len(written[0]), 600)
        self.assertEqual(written[0].keys(), written[1].keys())
        self.assertEqual([path for path, content in written[0].items() if written[1][path] != content], [])

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

    def test_a_commit_is_announced_to_every_server_that_nobody_asks_and_again_when_its_session_ended(self):
        address = Cluster.get().database()
        folder = self.write("r", parties="id,title@en,type\ncn,China,state\n")
        self.succeed("import", folder, "--db", address)
        servers = [Server("--db", address, "--metrics", "0") for _ in range(2)]
        ports = [int(server.process.stdout.readline().split(":")[2].split("/")[0]) for server in servers]

        def announced(port):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            connection.close()
            return int(re.search(r"^tamga_register_announced_total (\d+)$", text, re.MULTILINE)[1])
        try:
            name = "cn"
            for number in range(3):
                # Each listens before anything is committed.
                listening = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN tamga_commit'"
                until(lambda: Cluster.get().sql(address, listening) == "2")
                before = [announced(port) for port in ports]
                self.succeed("rename", f"party:{name}", f"cn{number}", "--db", address)
                name = f"cn{number}"
                for port, earlier in zip(ports, before):
                    until(lambda: announced(port) > earlier)
                Cluster.get().sql(address, "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
                                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        finally:
            self.assertEqual([server.stop() for server in servers], [0, 0])


if __name__ == "__main__":
    unittest.main()
