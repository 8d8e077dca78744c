"""Runs the tamga program for tests. The environment variable TAMGA names it; TAMGA_TEST_DB=postgresql lets the tests work on
databases of PostgreSQL."""
import atexit
import contextlib
import http.client
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The languages of the interface: English, and each that has a catalogue.
LANGUAGES = ("en", *sorted(path.stem for path in (ROOT / "po").glob("*.po") if path.stem != "en"))
REGISTER = ROOT / "registers" / "china-central-asia"


def tamga(*arguments, cwd=None):
    """Runs a command to its end; gives (exit status, standard output, standard error)."""
    done = subprocess.run([os.environ["TAMGA"], *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout, done.stderr


POSTGRES = os.environ.get("TAMGA_TEST_DB") == "postgresql"


def of_files(test):
    """A test, or a class of them, that looks into SQLite's file."""
    return unittest.skipIf(POSTGRES, "looks into SQLite's file")(test)


class Cluster:
    """A cluster of PostgreSQL for as long as this process runs."""
    _one = None

    @classmethod
    def get(cls):
        cls._one = cls._one or cls()
        return cls._one

    def __init__(self):
        self.process = subprocess.Popen([ROOT / "tests/postgres/cluster"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.databases = 0
        if not self.process.stdout.readline():
            if self.process.wait() == 77:
                raise unittest.SkipTest("the server of PostgreSQL is not installed: run ./setup --tests")
            raise RuntimeError("the cluster did not start")
        atexit.register(self.stop)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def database(self):
        """The address of a new, empty database."""
        self.databases += 1
        return self.ask(f"t{self.databases}")

    def sql(self, address, text):
        """Runs SQL in a database, as somebody who is not Tamga; gives the rows on one line."""
        return self.ask(re.search("/(t[0-9]+)[?]", address)[1] + " " + " ".join(text.split()))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def new_database(folder):
    """Where a test's register goes: a file in the folder, or a database of its own."""
    return Cluster.get().database() if POSTGRES else folder / "register.db"


class Server:
    """A running server; `port` is where it listens."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([os.environ["TAMGA"], "serve", "--port", "0", *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().rstrip("/")
        if not self.url:
            raise RuntimeError(self.process.communicate()[1])
        self.port = int(self.url.rsplit(":", 1)[1])

    def get(self, target, method="GET", **headers):
        """One request on a connection of its own; gives (status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def stop(self):
        """Stops it as an operator would; gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.errors = self.process.communicate(timeout=600)[1]
        return self.process.returncode


class Served(unittest.TestCase):
    """Tests that read one server of the shipped register, in a folder of their own: cls.path."""
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        cls.path = pathlib.Path(cls.folder.name)
        cls.db = new_database(cls.path)
        status, _, err = tamga("import", REGISTER, "--db", cls.db)
        assert status == 0, err
        cls.server = Server("--db", cls.db, *cls.options)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, cls.server.errors


class Case(unittest.TestCase):
    """A test with a folder of its own, self.dir."""
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.db = new_database(self.dir)

    def write(self, folder, **tables):
        """Makes a register folder; each table's lines are given without the id column's repetition."""
        path = self.dir / folder
        path.mkdir(exist_ok=True)
        for name, text in tables.items():
            (path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        return path

    def succeed(self, *arguments):
        status, out, err = tamga(*arguments)
        self.assertEqual((status, err), (0, ""), f"tamga {arguments}: {out}{err}")
        return out

    @contextlib.contextmanager
    def serving(self, *arguments):
        server = Server("--db", self.db, *arguments)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
