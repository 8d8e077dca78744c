"""The IATI engine from outside: the command line, packed files and encodings, the page and the address for programs."""
import gzip
import http.client
import json
import os
import pathlib
import resource
import subprocess
import sys
import threading
import unittest
import urllib.request
import uuid
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, Server, tamga  # noqa: E402

GOOD = """<?xml version="1.0" encoding="{encoding}"?>
<iati-activities version="2.03">
  <iati-activity xml:lang="en" default-currency="EUR">
    <iati-identifier>GB-COH-1-a</iati-identifier>
    <reporting-org ref="GB-COH-1" type="10"><narrative>Caf\u00e9</narrative></reporting-org>
    <title><narrative>A title</narrative></title>
    <description><narrative>A description</narrative></description>
    <participating-org ref="GB-COH-1" role="1"/>
    <activity-status code="2"/>
    <activity-date type="1" iso-date="2020-01-01"/>
    <recipient-country code="KZ"/>
    <sector code="11220"/>
  </iati-activity>
</iati-activities>
"""
BAD = GOOD.replace('iso-date="2020-01-01"', 'iso-date="1 January"').replace('code="KZ"', 'code="XX"')


class Command(Case):
    def file(self, text=GOOD, encoding="utf-8", name="file.xml"):
        path = self.dir / name
        path.write_bytes(text.format(encoding=encoding).encode(encoding))
        return path

    def test_exit_status_tells_valid_not_valid_and_not_read(self):
        self.assertEqual(tamga("iati", "validate", self.file())[0], 0)
        self.assertEqual(tamga("iati", "validate", self.file(BAD))[0], 1)
        status, out, err = tamga("iati", "validate", self.dir / "none.xml", self.file())
        self.assertEqual(status, 3)
        self.assertIn("none.xml", err)
        self.assertIn("valid", out)
        self.assertEqual(tamga("iati", "validate", "--checks", "nonsense", self.file())[0], 2)
        self.assertEqual(tamga("iati", "validate")[0], 2)
        self.assertEqual(tamga("iati", "validate", "--now", "tomorrow", self.file())[0], 2)

    def test_text_tells_place_value_and_hint(self):
        path = self.file(BAD)
        _, out, _ = tamga("iati", "validate", path)
        self.assertIn(f"{path}:10:38", out)
        self.assertIn("1 January", out)
        self.assertIn("2026-11-23", out)
        self.assertIn("0.3.1", out)
        self.assertNotIn("\x1b", out)
        self.assertIn("\x1b", tamga("iati", "validate", "--color", "always", path)[1])
        self.assertIn("1  critical  0.3.1", tamga("iati", "validate", "--summary", path)[1])
        two = self.file(BAD.replace('code="XX"', 'code="XX"/><recipient-country code="YY"'), name="two.xml")
        self.assertIn("9.50.1  A code is not on the list Country.", tamga("iati", "validate", "--summary", two)[1])

    def test_json_is_the_public_shape(self):
        _, out, _ = tamga("iati", "validate", "--format", "json", "--meta", self.file(BAD))
        report = json.loads(out)
        self.assertEqual(list(report), ["valid", "fileType", "iatiVersion", "rulesetCommitSha", "codelistCommitSha",
                                        "orgIdPrefixFileName", "apiVersion", "summary", "iati-activities", "errors"])
        self.assertEqual(report["summary"], {"critical": 1, "error": 1, "warning": 0, "advisory": 0})
        self.assertEqual([error["id"] for error in report["errors"]], ["0.3.1", "9.50.1"])
        self.assertEqual(report["iati-activities"], [{"identifier": "GB-COH-1-a", "valid": False, "index": 0}])
        grouped = json.loads(tamga("iati", "validate", "--format", "json", "--group", self.file(BAD))[1])
        self.assertEqual([group["category"] for group in grouped["errors"][0]["errors"]], ["schema", "geo"])

    def test_reads_packed_files_encodings_and_standard_input(self):
        for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
            self.assertEqual(tamga("iati", "validate", self.file(encoding=encoding))[0], 0, encoding)
        data = GOOD.format(encoding="utf-8").encode()
        (self.dir / "file.xml.gz").write_bytes(gzip.compress(data))
        with zipfile.ZipFile(self.dir / "file.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("file.xml", data)
        for name in ("file.xml.gz", "file.zip"):
            status, out, err = tamga("iati", "validate", self.dir / name)
            self.assertEqual(status, 0, out + err)
        done = subprocess.run([os.environ["TAMGA"], "iati", "validate", "-"], input=data, capture_output=True, timeout=600)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"standard input", done.stdout)
        # What is wrong with the encoding is a fault of the document; what cannot be unpacked cannot be read.
        utf16 = GOOD.format(encoding="utf-16").encode("utf-16")
        for wrong in (utf16[:-1], utf16[:200] + b"\x00\xd8" + utf16[200:], data.replace(b"utf-8", b"utf-16"),
                      data.replace(b"utf-8", b"utf-99"), b"\xef\xbb\xbf" + data.replace(b"utf-8", b"iso-8859-1"),
                      data.replace(b"A title", b"A t\xeftle"), data.replace(b"A title", b"A\x00title")):
            (self.dir / "wrong.xml").write_bytes(wrong)
            status, out, _ = tamga("iati", "validate", "--format", "json", self.dir / "wrong.xml")
            self.assertEqual((status, [error["id"] for error in json.loads(out)["errors"]]), (1, ["0.1.1"]), wrong[:80])
        broken = (self.dir / "file.xml.gz").read_bytes()[:-20]
        (self.dir / "cut.gz").write_bytes(broken)
        self.assertEqual(tamga("iati", "validate", self.dir / "cut.gz")[0], 3)
        with zipfile.ZipFile(self.dir / "two.zip", "w") as archive:
            archive.writestr("a.xml", data)
            archive.writestr("b.xml", data)
        status, _, err = tamga("iati", "validate", self.dir / "two.zip")
        self.assertEqual(status, 3)
        self.assertIn("more than one file", err)

    def test_bounds_what_a_file_may_cost(self):
        twice = self.dir / "twice.xml.gz"
        twice.write_bytes(gzip.compress(gzip.compress(GOOD.format(encoding="utf-8").encode())))
        status, _, err = tamga("iati", "validate", twice)
        self.assertEqual(status, 3)
        self.assertIn("it is a packed file within a packed file; unpack it once", err)
        large = self.dir / "large.xml.gz"
        large.write_bytes(gzip.compress(b"<iati-activities version='2.03'>" + b"<!---->" * 3_000_000 + b"</iati-activities>"))
        status, _, err = tamga("iati", "validate", "--max-ratio", "100", large)
        self.assertEqual(status, 3)
        self.assertIn("it unpacks to more than 100 times its size", err)
        status, _, err = tamga("iati", "validate", "--max-unpacked", "1", large)
        self.assertEqual(status, 3)
        self.assertIn("it holds more than 1048576 bytes", err)
        many = self.file(GOOD.replace("<title>", "<title " + " ".join(f'a{i}=""' for i in range(500)) + ">"))
        status, out, _ = tamga("iati", "validate", "--format", "json", many)
        report = json.loads(out)
        self.assertEqual((status, report["summary"]["critical"], len(report["errors"])), (1, 500, 500))
        self.assertNotIn("leftOut", report)
        report = json.loads(tamga("iati", "validate", "--format", "json", "--max-findings", "7", many)[1])
        self.assertEqual((report["summary"]["critical"], len(report["errors"])), (500, 7))
        self.assertEqual(report["leftOut"], {"critical": 493, "error": 0, "warning": 0, "advisory": 0, "places": 0})
        for kind in ("text", "html", "sarif"):
            out = tamga("iati", "validate", "--format", kind, "--max-findings", "7", many)[1]
            self.assertIn("493 critical findings", " ".join(out.split()))

    def test_ends_a_check_for_which_there_is_no_memory(self):
        if b"__asan_init" in pathlib.Path(os.environ["TAMGA"]).read_bytes() or b"__tsan_init" in pathlib.Path(os.environ["TAMGA"]).read_bytes():
            self.skipTest("a sanitizer needs more room for addresses than the test leaves")
        path = self.dir / "one.xml"
        path.write_bytes(b"<iati-activities version='2.03'><iati-activity>" + b"<x/>" * 7_000_000
                         + b"</iati-activity></iati-activities>")
        status, _, err = tamga("iati", "validate", path)
        self.assertEqual((status, err), (3, f"tamga: {path}:1:8388652: one element here holds more than 2097152 elements, texts and "
                                            "attributes; split it, or raise the limit\n"))
        for jobs in ("1", "2"):
            done = subprocess.run([os.environ["TAMGA"], "iati", "validate", "--max-element", "1024", "--jobs", jobs, path],
                                  capture_output=True, timeout=600,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20)))
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(b"there is not enough memory left to check this file", done.stderr)

    def test_knows_the_activities_of_all_files_given(self):
        link = '<related-activity ref="{}" type="1"/></iati-activity>'
        first = self.file(GOOD.replace("</iati-activity>", link.format("GB-COH-1-b")))
        second = self.dir / "second.xml"
        second.write_text(GOOD.replace("GB-COH-1-a", "GB-COH-1-b")
                          .replace("</iati-activity>", link.format("GB-COH-1-a")).format(encoding="utf-8"))
        self.assertIn("1000.0.6", tamga("iati", "validate", "--summary", first)[1])
        self.assertIn("1000.0.6", tamga("iati", "validate", "--summary", second)[1])
        self.assertNotIn("1000.0.6", tamga("iati", "validate", "--summary", first, second)[1])

    def test_says_the_same_of_files_whatever_becomes_of_the_others(self):
        good, missing = self.file(), self.dir / "none.xml"
        status, out, err = tamga("iati", "validate", "--format", "json", missing, good)
        self.assertEqual(status, 3)
        self.assertIn("none.xml", err)
        first, second = json.loads(out)
        self.assertEqual((first["file"], list(first)), (str(missing), ["file", "error"]))
        self.assertTrue(second["valid"])
        self.assertEqual(list(json.loads(tamga("iati", "validate", "--format", "json", missing)[1])), ["error"])
        sarif = json.loads(tamga("iati", "validate", "--format", "sarif", missing, good)[1])
        self.assertFalse(sarif["runs"][0]["invocations"][0]["executionSuccessful"])
        out = tamga("iati", "validate", missing, good)[1]
        self.assertIn("1 file could not be read; the others are valid.", out)
        self.assertNotIn(" MB/s", out, "what goes to a file is the same each time")
        self.assertIn("Not read", tamga("iati", "validate", "--format", "html", missing)[1])
        self.assertIn("the schema was not checked", tamga("iati", "validate", "--checks", "rules", good)[1])
        self.assertEqual(tamga("iati", "validate", "--checks", "", good)[0], 2)
        status, _, err = tamga("iati", "validate", "--publishers", missing, good)
        self.assertEqual(status, 3)
        self.assertIn("none.xml", err)
        with zipfile.ZipFile(self.dir / "empty.zip", "w"):
            pass
        self.assertIn("holds no file", tamga("iati", "validate", self.dir / "empty.zip")[2])

    def test_takes_lists_and_the_moment_from_outside(self):
        path = self.file(GOOD.replace("GB-COH-1", "44000"))
        self.assertIn("1.14.8", tamga("iati", "validate", "--summary", path)[1])
        (self.dir / "publishers").write_text("# known\n44000\n")
        self.assertNotIn("1.14.8", tamga("iati", "validate", "--summary", "--publishers", self.dir / "publishers", path)[1])
        started = self.file(GOOD.replace('type="1" iso', 'type="2" iso'))
        self.assertNotIn("11.1.4", tamga("iati", "validate", "--summary", started)[1])
        self.assertIn("11.1.4", tamga("iati", "validate", "--summary", "--now", "2019-06-01", started)[1])
        linked = self.file(GOOD.replace("</iati-activity>", '<related-activity ref="X-1" type="1"/></iati-activity>'))
        self.assertIn("1000.0.6", tamga("iati", "validate", "--summary", linked)[1])
        (self.dir / "known").write_text("X-1\n")
        self.assertNotIn("1000.0.6", tamga("iati", "validate", "--summary", "--known-activities", self.dir / "known", linked)[1])

    def test_takes_rules_of_ones_own(self):
        (self.dir / "rules.json").write_text(json.dumps({"/iati-activities/iati-activity": {"atleast_one": {"cases": [
            {"paths": ["budget"], "ruleInfo": {"id": "own.1", "severity": "warning", "category": "own", "message": "A budget."}}]}}}))
        self.assertIn("own.1", tamga("iati", "validate", "--summary", "--ruleset", self.dir / "rules.json", self.file())[1])
        (self.dir / "rules.json").write_text("{")
        self.assertEqual(tamga("iati", "validate", "--ruleset", self.dir / "rules.json", self.file())[0], 3)

    def test_filters_into_a_file_that_is_valid(self):
        two = GOOD.replace("</iati-activities>\n", GOOD[GOOD.index("  <iati-activity "):].replace("GB-COH-1-a", "GB-COH-1-b")
                           .replace('"KZ"', '"UZ"'))
        out = self.dir / "out.xml"
        status, _, err = tamga("iati", "filter", self.file(two), "--country", "UZ,TJ", "--out", out)
        self.assertEqual((status, err), (0, "1 of 2 activities kept\n"))
        self.assertIn("GB-COH-1-b", out.read_text())
        self.assertNotIn("GB-COH-1-a", out.read_text())
        self.assertEqual(tamga("iati", "validate", out)[0], 0)
        self.assertEqual(tamga("iati", "filter", "--country", "UZ", "--country", "TJ", self.file(two))[0], 0, "the file comes last")
        status, _, err = tamga("iati", "filter", self.file(two), "--country", "XX", "--out", out)
        self.assertEqual((status, err), (1, "0 of 2 activities kept\ntamga: no activity fits --country; the file names KZ, UZ\n"))
        self.assertEqual(tamga("iati", "filter", self.file(two), "--country", "uz", "--out", out)[2], "1 of 2 activities kept\n")
        self.assertEqual(tamga("iati", "filter", self.file(two), "--from", "May", "--out", out)[0], 2)
        (self.dir / "broken.xml").write_text(two.format(encoding="utf-8")[:-30])
        before = out.read_text()
        self.assertEqual(tamga("iati", "filter", self.dir / "broken.xml", "--out", out)[0], 3)
        self.assertEqual(out.read_text(), before, "nothing half-written")
        self.assertEqual(sorted(path.name for path in self.dir.iterdir() if path.name.endswith(".part")), [])

    def test_lists_may_begin_with_a_byte_order_mark(self):
        # As some editors write them: a mark, and line ends of two characters.
        ids = self.dir / "ids.txt"
        ids.write_bytes(b"\xef\xbb\xbfGB-COH-1-a\r\n")
        out = self.dir / "out.xml"
        self.assertEqual(tamga("iati", "filter", self.file(), "--identifiers", ids, "--out", out)[2], "1 of 1 activity kept\n")
        linked = self.file(GOOD.replace("</iati-activity>", '<related-activity ref="GB-COH-1-z" type="1"/></iati-activity>'))
        ids.write_bytes(b"\xef\xbb\xbfGB-COH-1-z\r\n")
        self.assertNotIn("1000.0.6", tamga("iati", "validate", "--summary", "--known-activities", ids, linked)[1])
        short = self.file(GOOD.replace("GB-COH-1", "44000"))
        ids.write_bytes(b"\xef\xbb\xbf44000\r\n")
        self.assertNotIn("1.14.8", tamga("iati", "validate", "--summary", "--publishers", ids, short)[1])
        self.assertIn("1.14.8", tamga("iati", "validate", "--summary", short)[1])
        ids.write_bytes(b"\xef\xbb\xbf{}")
        self.assertEqual(tamga("iati", "validate", "--ruleset", ids, self.file())[0], 0)

    def test_refuses_versions_before_2(self):
        old = self.file(GOOD.replace("2.03", "1.05"))
        for command in ("filter", "totals"):
            status, out, err = tamga("iati", command, old)
            self.assertEqual((status, out), (3, ""))
            self.assertIn("'1.05' is no version of the standard that is known here", err)
            self.assertIn("give a file of version 2.01, 2.02 or 2.03", err)

    def test_adds_up_what_is_counted_once(self):
        money = ('<transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-01"/>'
                 '<value value-date="2020-01-01">12.50</value></transaction></iati-activity>')
        path = self.file(GOOD.replace("</iati-activity>", money))
        self.assertIn("12.5", tamga("iati", "totals", path)[1])
        status, out, _ = tamga("iati", "totals", path, "--by", "country,year", "--format", "json")
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["columns"], ["country", "year", "type", "currency", "amount", "transactions", "reported", "in_another_copy", "in_another_report",
                          "at_children", "at_level_below", "at_provider", "at_receiver", "unreadable"])
        self.assertEqual(json.loads(out)["rows"],
                         [["KZ", "2020", "3", "EUR", "12.5", "1", "12.5", "0", "0", "0", "0", "0", "0", "0"]])
        self.assertEqual(tamga("iati", "totals", path, "--format", "csv")[1].splitlines(),
                         ["type,currency,amount,transactions,reported,in_another_copy,in_another_report,at_children,"
                          "at_level_below,at_provider,at_receiver,unreadable", "3,EUR,12.5,1,12.5,0,0,0,0,0,0,0"])
        self.assertEqual(tamga("iati", "totals", path, "--list")[1].splitlines()[1], "3,EUR,12.5,GB-COH-1-a,13,12.50,counted")
        # What is left out stands beside what is counted, in each format.
        twice = GOOD[GOOD.index("  <iati-activity "):GOOD.index("</iati-activities>")].replace("</iati-activity>", money)
        path = self.file(GOOD.replace("</iati-activity>", money).replace("</iati-activities>", twice + "</iati-activities>"))
        self.assertEqual(tamga("iati", "totals", path)[1].splitlines()[:2],
                         ["type  currency  amount  transactions  reported  in_another_copy",
                          "3     EUR         12.5             1        25             12.5"])
        self.assertEqual(tamga("iati", "totals", path, "--format", "csv")[1].splitlines()[1], "3,EUR,12.5,1,25,12.5,0,0,0,0,0,0")
        self.assertEqual(json.loads(tamga("iati", "totals", path, "--format", "json")[1])["rows"][0][4:6], ["25", "12.5"])
        self.assertEqual([line.rsplit(",", 1)[1] for line in tamga("iati", "totals", path, "--list")[1].splitlines()[1:]],
                         ["counted", "left out: stands in another copy of the activity"])
        self.assertEqual(tamga("iati", "totals", path, "--by", "month")[0], 2)
        self.assertEqual(tamga("iati", "totals", self.dir / "none.xml")[0], 3)
        status, out, err = tamga("iati", "totals", path, "--type", "3,D")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("'D' is no code of the list TransactionType; write some of 1 (Incoming Funds), 2", err)

    def test_totals_for_spreadsheets_hold_no_formula(self):
        money = ('<transaction><transaction-type code="=1+1"/><transaction-date iso-date="2020-01-01"/>'
                 '<value value-date="2020-01-01" currency="@X">-1</value></transaction></iati-activity>')
        path = self.file(GOOD.replace("</iati-activity>", money))
        for option in (["--format", "csv"], ["--list"]):
            self.assertEqual(tamga("iati", "totals", path, *option)[1].splitlines()[1].split(",")[:3], ["'=1+1", "'@X", "-1"])
        self.assertEqual(json.loads(tamga("iati", "totals", path, "--format", "json")[1])["rows"][0][:3], ["=1+1", "@X", "-1"])

    def test_explains_the_standard(self):
        status, out, _ = tamga("iati", "standard", "2.03", "transaction")
        self.assertEqual(status, 0)
        self.assertIn("transaction-date", out)
        self.assertIn("3.7.2  A recipient country or region must stand", out)
        status, _, err = tamga("iati", "standard", "2.03", "transacton")
        self.assertEqual(status, 2)
        self.assertIn("transaction", err)


class Upload(Case):
    """A large file is checked without the memory to hold it."""

    def anonymous(self, server):
        """Bytes of memory that are no file's."""
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return sum(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(("RssAnon", "VmSwap")))

    def test_memory_does_not_grow_with_the_file(self):
        # What is given back to the sanitizer's allocator is to be used again, as without it.
        os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=1:" + os.environ.get("ASAN_OPTIONS", "")
        start, rest = GOOD.format(encoding="utf-8").split("  <iati-activity ", 1)
        activity, end = ("  <iati-activity " + rest).split("</iati-activities>")
        # What is kept of each is its identifier, which must not come twice: some 200 bytes with a sanitizer's marks.
        activity = activity.replace("</iati-activity>", f"<!-- {'x' * 1000} --></iati-activity>")
        path = self.dir / "large.xml"
        with path.open("w") as file:
            file.write(start)
            for i in range(60_000):
                file.write(activity.replace("GB-COH-1-a", f"GB-COH-1-{i}"))
            file.write("</iati-activities>" + end)
        size = path.stat().st_size
        self.assertGreater(size, 30 << 20)
        self.addCleanup(os.environ.pop, "ASAN_OPTIONS")
        self.succeed("--db", self.db, "init")
        with self.serving() as server:
            self.assertEqual(server.get("/en/validate")[0], 200)
            before, most = self.anonymous(server), 0
            with path.open("rb") as file:
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
                connection.request("POST", "/api/v1/iati/validate?format=text", body=file)
                done = threading.Event()

                def watch():
                    nonlocal most
                    while not done.wait(0.05):
                        most = max(most, self.anonymous(server))

                watching = threading.Thread(target=watch)
                watching.start()
                try:
                    response = connection.getresponse()
                    text = response.read().decode()
                finally:
                    done.set()
                    watching.join()
                    connection.close()
            self.assertEqual(response.status, 200, text)
            self.assertIn("60000 activities", text.replace(",", ""))
            self.assertIn("nothing found", text)
            self.assertLess(most - before, size // 2, f"{most - before} bytes of memory for {size} of file")


class Page(Case):
    def setUp(self):
        super().setUp()
        self.server = Server("--init", "--db", self.db, "--max-upload", "1")
        self.addCleanup(self.stop)

    def stop(self):
        self.assertEqual(self.server.stop(), 0, self.server.errors)
        self.assertNotIn("Sanitizer", self.server.errors)

    def send(self, target, body, **headers):
        request = urllib.request.Request(self.server.url + target, data=body,
                                         headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=600) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def form(self, content, **fields):
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in fields.items()]
        if content is not None:
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="<b>.xml"\r\n\r\n'.encode()
                         + content + b"\r\n")
        return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"

    def test_the_form_shows_findings_with_the_lines_around(self):
        body, kind = self.form(BAD.format(encoding="utf-8").replace("A title", "<script>").replace("<script>", "&lt;script>").encode())
        status, headers, page = self.send("/en/validate", body, Content_Type=kind)
        self.assertEqual(status, 200)
        self.assertIn("The file has critical findings.", page)
        self.assertIn("line 10, column 38", page)
        self.assertIn("&lt;activity-date type=&quot;1&quot; iso-date=&quot;1 January&quot;/&gt;", page)
        self.assertIn("&lt;b&gt;.xml", page)
        self.assertNotIn("<script>", page)
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        for language in ("zh", "ru"):
            self.assertEqual(self.send(f"/{language}/validate", body, Content_Type=kind)[0], 200)

    def test_the_form_gives_reports_to_keep(self):
        for name, starts in (("json", "{"), ("sarif", "{"), ("html", "<!"), ("text", "<b>.xml")):
            body, kind = self.form(BAD.format(encoding="utf-8").encode(), format=name)
            status, headers, report = self.send("/en/validate", body, Content_Type=kind)
            self.assertEqual(status, 200)
            self.assertIn("attachment", headers["Content-Disposition"])
            self.assertIn("sandbox", headers["Content-Security-Policy"])
            self.assertTrue(report.lower().startswith(starts), report[:100])

    def test_the_form_says_what_is_wrong_with_what_was_sent(self):
        body, kind = self.form(None, format="page")
        status, _, page = self.send("/en/validate", body, Content_Type=kind)
        self.assertEqual(status, 422)
        self.assertIn("Choose a file first.", page)
        body, kind = self.form(b"", format="page")
        status, _, page = self.send("/en/validate", body, Content_Type=kind)
        self.assertEqual((status, "The file is empty." in page), (422, True))
        body, kind = self.form(b"<a/>", format="pdf")
        status, _, page = self.send("/en/validate", body, Content_Type=kind)
        self.assertEqual((status, "There is no such format." in page), (422, True))
        packed = gzip.compress(gzip.compress(GOOD.format(encoding="utf-8").encode()))
        body, kind = self.form(packed, format="page")
        status, _, page = self.send("/en/validate", body, Content_Type=kind)
        self.assertEqual((status, "a packed file within a packed file" in page), (422, True))
        self.assertEqual(self.send("/en/validate", b"x", Content_Type="text/plain")[0], 422)
        self.assertEqual(self.send("/en/validate", b"x" * (2 << 20), Content_Type="text/plain")[0], 413)
        self.assertEqual(self.server.get("/en/validate", method="PUT")[0], 405)
        self.assertEqual(self.send("/en/projects", b"x" * (128 << 10), Content_Type="text/plain")[0], 413, "no upload there")
        self.assertEqual(self.send("/en/commitments", b"x", Content_Type="text/plain")[0], 405)

    def test_programs_get_the_public_validators_statuses(self):
        api = "/api/v1/iati/validate"
        good = GOOD.format(encoding="utf-8").encode()
        status, headers, report = self.send(api, good, Content_Type="application/xml")
        self.assertEqual((status, json.loads(report)["valid"]), (200, True))
        self.assertEqual(headers["Content-Type"], "application/json; charset=utf-8")
        self.assertEqual(self.send(api, gzip.compress(good))[0], 200)
        self.assertEqual(self.send(api, BAD.format(encoding="utf-8").encode())[0], 422)
        self.assertEqual(self.send(api, b"<a>")[0], 400)
        self.assertEqual(self.send(api, b"<a/>")[0], 422)
        self.assertEqual(self.send(api, b"")[0], 400)
        for wrong in ("?format=xml", "?profile=severe"):
            status, headers, problem = self.send(api + wrong, good)
            self.assertEqual((status, headers["Content-Type"]), (400, "application/problem+json; charset=utf-8"))
            self.assertIn("there is no '" + wrong.split("=")[1], json.loads(problem)["detail"])
        self.assertEqual(self.send(api + "?format=sarif&profile=strict", good)[0], 200)
        status, _, problem = self.send(api, gzip.compress(gzip.compress(good)))
        self.assertEqual((status, "packed file within a packed file" in problem), (400, True))
        status, _, problem = self.send(api, gzip.compress(b"<iati-activities version='2.03'>" + b"<!---->" * 3_000_000))
        self.assertEqual(status, 413, problem)
        flat = json.loads(self.send(api + "?group=false&details=true", BAD.format(encoding="utf-8").encode())[2])
        self.assertEqual(flat["errors"][0]["context"][0]["lineNumber"], 10)
        self.assertEqual(self.server.get(api)[0], 405)


if __name__ == "__main__":
    unittest.main()
