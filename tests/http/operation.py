"""What an operator relies on: figures for Prometheus, readiness, what the service manager is told, logs that are rotated."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402

PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n"
# A line of the text format 0.0.4, as Prometheus' documentation of its exposition formats has it.
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)")
LOG_LINE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 127\.0\.0\.1 "GET (/\S*)" (\d{3}) (\d+) \d+ us\n')


def until(holds, seconds=600):
    """Waits for what must come; the time is only to end a test that failed."""
    end = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > end:
            raise AssertionError("it never came")
        time.sleep(0.002)
    return value


class Operated(Case):
    @contextlib.contextmanager
    def operated(self, *arguments):
        """A server with a second address for its operator; gives it and a function that asks that address."""
        with self.serving("--metrics", "0", *arguments) as server:
            line = server.process.stdout.readline().strip()
            self.assertRegex(line, r"^http://127\.0\.0\.1:\d+/metrics$")
            port = int(line.split(":")[2].split("/")[0])

            def ask(target, method="GET"):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
                try:
                    connection.request(method, target)
                    answer = connection.getresponse()
                    return answer.status, answer.headers, answer.read().decode()
                finally:
                    connection.close()
            yield server, ask


class Metrics(Operated):
    def samples(self, ask):
        """All values by name and labels; fails unless every line is in the format."""
        status, headers, text = ask("/metrics")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertTrue(text.endswith("\n"))
        values, types, helped = {}, {}, set()
        for line in text.splitlines():
            if found := re.fullmatch(rf"# HELP ({NAME}) (.+)", line):
                self.assertNotIn(found[1], helped)
                helped.add(found[1])
            elif found := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
                self.assertIn(found[1], helped)
                types[found[1]] = found[2]
            else:
                found = SAMPLE.fullmatch(line)
                self.assertTrue(found, line)
                family = found[1] if found[1] in types else re.sub("_(bucket|sum|count)$", "", found[1])
                # Values stand beneath their metric, and only a histogram has parts.
                self.assertEqual(family, list(types)[-1], line)
                self.assertEqual(family != found[1], types[family] == "histogram", line)
                self.assertNotIn((found[1], found[2]), values, line)
                values[found[1], found[2]] = float(found[3])
        return values

    def test_tells_what_was_answered_by_route_and_never_by_path(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with self.operated() as (server, ask):
            sent = 0
            for target, status in (("/en/parties/cn", 200), ("/en/parties/kz", 200), ("/en/parties/cn", 200), ("/en/parties/secret", 404),
                                   ("/en/parties.csv", 200), ("/no-such-page", 302), ("/healthz", 200), ("/en/?x=secret", 400)):
                got, _, body = server.get(target)
                self.assertEqual(got, status, target)
                sent += len(body)

            def counted():
                values = self.samples(ask)
                answers = {labels: count for (name, labels), count in values.items() if name == "tamga_http_answers_total"}
                return values if sum(answers.values()) == 8 else None
            # An answer is counted after its last byte is sent, and so may be read before.
            values = until(counted)
            for labels, count in (('route="/{language}/{kinds}/{id}",status="2xx"', 3), ('route="/{language}/{kinds}/{id}",status="4xx"', 1),
                                  ('route="/{language}/{kinds}",status="2xx"', 1), ('route="none",status="3xx"', 1),
                                  ('route="/healthz",status="2xx"', 1), ('route="/{language}/",status="4xx"', 1)):
                self.assertEqual(values["tamga_http_answers_total", labels], count, labels)
            buckets = [(labels, count) for (name, labels), count in values.items()
                       if name == "tamga_http_answer_seconds_bucket" and labels.startswith('route="/{language}/{kinds}/{id}",')]
            counts = [count for _, count in buckets]
            self.assertEqual(counts, sorted(counts))
            self.assertTrue(buckets[-1][0].endswith('le="+Inf"'))
            self.assertEqual(counts[-1], 4)
            self.assertEqual(values["tamga_http_answer_seconds_count", 'route="/{language}/{kinds}/{id}"'], 4)
            self.assertGreater(values["tamga_http_answer_seconds_sum", 'route="/{language}/{kinds}/{id}"'], 0)
            self.assertNotIn("secret", ask("/metrics")[2])
            self.assertGreater(values["tamga_http_sent_bytes_total", None], sent)
            self.assertEqual(values["tamga_cache_hits_total", None], 1)
            self.assertGreaterEqual(values["tamga_cache_misses_total", None], 4)
            self.assertEqual(values["tamga_http_connections_total", None], 8)
            self.assertEqual(values["tamga_http_connections_refused_total", None], 0)
            version = tamga("--version")[1].split()[1]
            self.assertEqual(values["tamga_build_info", f'version="{version}"'], 1)

    def test_tells_the_state_of_the_register_and_of_the_process(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        begun = time.time()
        with self.operated() as (server, ask):
            self.assertEqual(self.samples(ask)["tamga_register_entries", None], 2)
            self.succeed("rename", "party:cn", "china", "--db", self.db)
            values = self.samples(ask)
            self.assertEqual((values["tamga_register_readable", None], values["tamga_register_entries", None]), (1, 3))
            self.assertLess(abs(values["tamga_register_last_entry_timestamp_seconds", None] - time.time()), 600)
            pid = server.process.pid
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) * 1024
            self.assertLess(abs(values["process_resident_memory_bytes", None] - resident), resident / 2)
            self.assertLess(abs(values["process_start_time_seconds", None] - begun), 60)
            self.assertGreater(values["process_cpu_seconds_total", None], 0)
            self.assertGreater(values["process_open_fds", None], 5)
            self.assertGreater(values["process_max_fds", None], values["process_open_fds", None])
            held = [socket.create_connection(("127.0.0.1", server.port), timeout=600) for _ in range(3)]
            until(lambda: self.samples(ask)["tamga_http_connections_open", None] == 3)
            for connection in held:
                connection.close()
            until(lambda: self.samples(ask)["tamga_http_connections_open", None] == 0)

    def test_is_told_on_an_address_of_its_own_only(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with self.operated() as (server, ask):
            self.assertEqual(server.get("/metrics")[0], 302)
            self.assertEqual(server.get("/en/metrics")[0], 404)
            self.assertEqual([ask(target)[0] for target in ("/healthz", "/readyz", "/", "/en/parties")], [200, 200, 404, 404])
            self.assertEqual(ask("/metrics", "POST")[0], 405)
            status, out, err = tamga("serve", "--db", self.db, "--port", "0", "--metrics", str(server.port))
            self.assertEqual((status, out), (1, ""))
            self.assertIn("is in use by another program", err)


class Readiness(Operated):
    def test_is_ready_while_the_register_can_be_read(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        with self.operated() as (server, ask):
            status, headers, body = server.get("/readyz")
            self.assertEqual((status, json.loads(body)), (200, {"status": "ready", "entries": 2}))
            self.assertEqual((headers["Content-Type"], headers["Cache-Control"]), ("application/json; charset=utf-8", "no-store"))
            subprocess.run([sys.executable, "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript("
                            "'ALTER TABLE entries RENAME TO gone')", self.db], check=True)
            status, _, body = server.get("/readyz")
            told = json.loads(body)
            self.assertEqual((status, told["status"]), (503, "not ready"))
            self.assertNotEqual(told["reason"], "")
            self.assertIn("tamga_register_readable 0\n", ask("/metrics")[2])

    def test_is_not_ready_while_it_stops_and_says_why(self):
        with self.operated("--init") as (server, ask):
            self.assertEqual(ask("/readyz")[0], 200)
            file = (pathlib.Path(__file__).parent.parent / "iati" / "road.xml").read_bytes()
            with socket.create_connection(("127.0.0.1", server.port), timeout=600) as upload:
                upload.sendall(f"POST /api/v1/iati/validate HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                               f"Content-Length: {len(file)}\r\n\r\n".encode())
                # The head has been read: from here on the server has something to finish.
                self.assertIn(b" 100 ", upload.recv(1000))
                server.process.send_signal(signal.SIGTERM)
                status, _, text = until(lambda: answer if (answer := ask("/readyz"))[0] != 200 else None)
                self.assertEqual((status, json.loads(text)), (503, {"status": "not ready", "reason": "the server is stopping"}))
                self.assertEqual(ask("/healthz")[0], 200)
                upload.sendall(file)
                self.assertIn(b"HTTP/1.1 200 ", upload.recv(1000))
            self.assertEqual(server.process.wait(timeout=600), 0)

    def test_tells_the_service_manager_when_it_is_ready_and_when_it_stops(self):
        for name in (str(self.dir / "notify"), f"\0tamga-test-{os.getpid()}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(name)
                manager.settimeout(600)
                with unittest.mock.patch.dict(os.environ, NOTIFY_SOCKET=name.replace("\0", "@")), self.serving("--init") as server:
                    self.assertEqual(manager.recv(100), b"READY=1")
                    self.assertEqual(server.get("/readyz")[0], 200)
                    server.process.send_signal(signal.SIGTERM)
                    self.assertEqual(manager.recv(100), b"STOPPING=1")
                    self.assertEqual(server.stop(), 0)


class Rotation(Operated):
    def test_loses_no_line_while_its_log_is_rotated_under_load(self):
        log = self.dir / "access.log"
        done, asked = threading.Event(), [[] for _ in range(4)]
        with self.serving("--init", "--access-log-file", log) as server:
            def ask(number):
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
                while not done.is_set():
                    target = f"/page-{number}-{len(asked[number])}"
                    connection.request("GET", target)
                    connection.getresponse().read()
                    asked[number].append(target)
                connection.close()
            clients = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
            for client in clients:
                client.start()
            for rotation in range(30):
                # There are lines in it, so that each is renamed in the midst of the load.
                until(lambda: log.exists() and log.stat().st_size > 0)
                log.rename(self.dir / f"access.log.{rotation}")
                server.process.send_signal(signal.SIGHUP)
            until(lambda: log.exists() and log.stat().st_size > 0)
            done.set()
            for client in clients:
                client.join()
            self.assertEqual(server.stop(), 0)
        written = []
        for file in self.dir.glob("access.log*"):
            for line in file.read_text("ascii").splitlines(keepends=True):
                self.assertRegex(line, LOG_LINE)
                written.append(LOG_LINE.fullmatch(line)[1])
        self.assertEqual(len(list(self.dir.glob("access.log*"))), 31)
        self.assertEqual(sorted(written), sorted(target for targets in asked for target in targets))

    def test_goes_on_where_its_log_cannot_be_opened_or_written(self):
        status, _, err = tamga("serve", "--init", "--db", self.db, "--port", "0", "--access-log-file", self.dir / "none" / "access.log")
        self.assertEqual(status, 3)
        self.assertIn("name a file in a folder that the server may write to", err)
        folder = self.dir / "logs"
        folder.mkdir()
        with self.serving("--access-log-file", folder / "access.log") as server:
            self.assertEqual(server.get("/one")[0], 302)
            folder.rename(self.dir / "moved")
            server.process.send_signal(signal.SIGHUP)
            self.assertIn("lines go on to the file of before", server.process.stderr.readline())
            self.assertEqual(server.get("/two")[0], 302)
            self.assertEqual(server.stop(), 0)
        self.assertEqual(LOG_LINE.findall((self.dir / "moved" / "access.log").read_text()).__len__(), 2)
        with self.operated("--access-log-file", "/dev/full") as (server, ask):
            for _ in range(3):
                self.assertEqual(server.get("/one")[0], 302)
            until(lambda: "tamga_access_log_lost_lines_total 3\n" in ask("/metrics")[2])
            self.assertEqual(server.stop(), 0)
        self.assertEqual(server.errors.count("cannot write to the access log"), 1)


if __name__ == "__main__":
    unittest.main()
