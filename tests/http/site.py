"""The pages and data over real sockets: one server with the shipped register, asked as browsers and programs ask."""
import concurrent.futures
import contextlib
import csv
import gzip
import hashlib
import html.parser
import http.client
import io
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import unittest
import uuid
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import crawl  # noqa: E402
from support import LANGUAGES, REGISTER, Case, Server, new_database, of_files, tamga  # noqa: E402

ATOM = "{http://www.w3.org/2005/Atom}"
VOID = {"meta", "link", "input", "img", "br", "hr"}


class Page(html.parser.HTMLParser):
    """A page's links and headings; fails where tags are not nested as they should be."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.ids, self.headings, self.faults, self.text = [], [], [], [], [], []
        self.meta, self.canonical = {}, None
        self.feed(text)
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if len(values) != len(attributes):
            self.faults.append(f"an attribute twice in <{tag}>")
        self.links += [values[name] for name in ("href", "src", "action") if name in values]
        self.ids += [values["id"]] if "id" in values else []
        if tag == "meta":
            self.meta[values.get("name", values.get("property"))] = values.get("content")
        if values.get("rel") == "canonical":
            self.canonical = values["href"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name in values:
            if name.startswith("on") or name == "style":
                self.faults.append(f"inline {name} in <{tag}>")
        if tag == "script" and "src" not in values and values.get("type") != "application/ld+json" or tag == "style":
            self.faults.append(f"inline <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text.append(data)


class Site(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        cls.db = new_database(pathlib.Path(cls.folder.name))
        for command in (["init"], ["rename", "centre:poverty-reduction", "poverty-reduction-centre"],
                        ["rename", "centre:poverty-reduction-centre", "poverty-reduction"],
                        ["import", cls.extra(), "--author", "tests"],
                        ["withdraw", "update:test-update", "--reason", "it was a test"]):
            status, _, err = tamga(*command, "--db", cls.db)
            assert status == 0, err
        cls.server = Server("--db", cls.db, "--public-url", "https://register.example.org/")

    @classmethod
    def extra(cls):
        """A few records with texts that are an attack if anything forgets to escape them."""
        folder = pathlib.Path(cls.folder.name) / "extra"
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "page.html").write_text("<script>alert(1)</script>")
        rows = 'id,title@en,date,about\r\ntest-update,"<script>alert(1)</script>""\'&{{x}}",2026-01-01,party:cn\r\n'
        (folder / "updates.csv").write_text(rows, newline="")
        (folder / "instruments.csv").write_text(
            'id,title@en,type,original\r\ntest-instrument,"</title><img src=x onerror=alert(1)>",other,page.html\r\n', newline="")
        return folder

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, cls.server.errors
        assert "Sanitizer" not in cls.server.errors, cls.server.errors

    def page(self, target, status=200):
        told, headers, body = self.server.get(target)
        self.assertEqual(told, status, target)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8", target)
        page = Page(body.decode())
        self.assertEqual(page.faults, [], target)
        self.assertEqual(len(page.ids), len(set(page.ids)), f"{target}: ids are there once")
        self.assertEqual(page.headings[:1], [1], target)
        self.assertEqual(page.headings.count(1), 1, target)
        for before, after in zip(page.headings, page.headings[1:]):
            self.assertLessEqual(after, before + 1, f"{target}: headings keep their order")
        return page

    def json(self, target, status=200):
        told, headers, body = self.server.get(target)
        self.assertEqual(told, status, target)
        self.assertIn("json", headers["Content-Type"])
        return json.loads(body)

    def test_every_page_that_pages_lead_to_is_there_and_well_formed(self):
        seen, waiting = {"/en/"}, ["/en/"]
        while waiting:
            target = waiting.pop()
            page = self.page(target)
            # What knows who asks is found by nobody.
            self.assertEqual(page.canonical, None if "/desk/" in target else "https://register.example.org" + target)
            self.assertTrue(0 < len(page.meta["description"]) <= 201 or "/search" in target, (target, page.meta["description"]))
            for link in page.links:
                link = link.split("#")[0]
                if link.startswith("https://register.example.org"):
                    continue
                # Citations lead to where they were published; nothing else leaves the site.
                if not link.startswith("/"):
                    self.assertRegex(link, "^(https?://|$)", target)
                    continue
                if link in seen or not link.startswith("/en/") or "?" in link:
                    continue
                seen.add(link)
                if re.search(r"\.(json|csv|xlsx|atom|feed|ics|geojson|svg|png|xml)$", link):
                    self.assertEqual(self.server.get(link)[0], 200, link)
                else:
                    waiting.append(link)
        self.assertGreater(len(seen), 1000)

    def test_every_kind_answers_in_every_language_and_form(self):
        for language in LANGUAGES:
            counts = self.json(f"/{language}/index.json")["counts"]
            for kind, count in counts.items():
                self.page(f"/{language}/{kind}")
                data = self.json(f"/{language}/{kind}.json")
                self.assertEqual(len(data["records"]), count)
                rows = list(csv.DictReader(io.StringIO(self.server.get(f"/{language}/{kind}.csv")[2].decode(), newline="")))
                self.assertEqual([row["id"] for row in rows], [record["id"] for record in data["records"]])

    def test_what_is_downloaded_can_be_imported(self):
        folder = pathlib.Path(self.folder.name) / "downloaded"
        folder.mkdir()
        for kind, count in self.json("/en/index.json")["counts"].items():
            if count and kind != "instruments":  # The test's own one names a file.
                (folder / f"{kind}.csv").write_bytes(self.server.get(f"/en/{kind}.csv")[2])
        (folder / "instruments.csv").write_bytes((REGISTER / "instruments.csv").read_bytes())
        shutil.copytree(REGISTER / "files", folder / "files")
        status, out, err = tamga("import", folder, "--db", folder / "again.db")
        self.assertEqual((status, err), (0, ""), out)

    def test_escapes_what_records_say(self):
        for target in ("/en/instruments/test-instrument", "/en/instruments", "/en/instruments/test-instrument/history"):
            page = self.page(target)
            self.assertIn("<img src=x onerror=alert(1)>", "".join(page.text))
            self.assertNotIn(b"<img src=x", self.server.get(target)[2])

    def test_search_terms_come_back_escaped(self):
        body = self.server.get("/en/commitments?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")[2]
        self.assertNotIn(b"<script>alert", body)
        self.assertIn(b"&lt;script&gt;alert", body)

    def test_serves_kept_files_as_downloads_only(self):
        field = self.json("/en/instruments/test-instrument.json")["body"]["original"]
        status, headers, body = self.server.get(f"/files/{field['sha256']}/page.html")
        self.assertEqual((status, body), (200, b"<script>alert(1)</script>"))
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertIn("sandbox", headers["Content-Security-Policy"])
        self.assertEqual(self.server.get("/files/" + "0" * 64 + "/x")[0], 404)
        self.assertEqual(self.server.get("/files/..%2f..%2fetc%2fpasswd")[0], 400)

    def test_sends_the_headers_that_keep_readers_safe(self):
        for target in ("/en/", "/en/no-such-page", "/en/parties.json", "/"):
            headers = self.server.get(target)[1]
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")

    def test_answers_conditionally_compressed_and_by_head(self):
        status, headers, body = self.server.get("/en/sources")
        tag = headers["ETag"]
        self.assertEqual(headers["Cache-Control"], "no-cache")
        self.assertEqual(self.server.get("/en/sources", If_None_Match=tag)[0], 304)
        status, zipped, content = self.server.get("/en/sources", Accept_Encoding="gzip")
        self.assertEqual(zipped["Content-Encoding"], "gzip")
        self.assertIn("Accept-Encoding", zipped["Vary"])
        self.assertNotEqual(zipped["ETag"], tag)
        self.assertEqual(gzip.decompress(content), body)
        self.assertLess(len(content) * 4, len(body))
        status, head, nothing = self.server.get("/en/sources", method="HEAD")
        self.assertEqual((status, nothing, head["Content-Length"], head["ETag"]), (200, b"", str(len(body)), tag))
        status, headers, _ = self.server.get("/en/sources", method="POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))

    def test_assets_are_kept_for_ever_under_names_of_their_content(self):
        assets = {link for link in self.page("/en/series").links if link.startswith("/assets/")}
        self.assertGreaterEqual(len(assets), 3)
        for asset in assets:
            status, headers, _ = self.server.get(asset)
            self.assertEqual((status, headers["Cache-Control"]), (200, "public, max-age=31536000, immutable"), asset)
            self.assertRegex(asset, r"-[0-9a-f]{12}\.")

    def test_finds_the_language(self):
        for asked, language in (("zh-CN,zh;q=0.9", "zh"), ("ru", "ru"), ("fr-CH, de", "fr"), ("de", "en"), ("", "en"), (";;q=,", "en")):
            status, headers, _ = self.server.get("/commitments?by=cn", Accept_Language=asked)
            self.assertEqual((status, headers["Location"]), (302, f"/{language}/commitments?by=cn"), asked)
            self.assertEqual(headers["Vary"], "Accept-Language")
        links = self.page("/zh/parties/cn").links
        for language in LANGUAGES:
            self.assertIn(f"https://register.example.org/{language}/parties/cn", links)
            self.assertIn(f"/{language}/parties/cn", links)

    def test_shows_the_past(self):
        head = self.json("/en/index.json")["as_of"]["position"]
        self.assertEqual(self.json("/en/index.json?as_of=@1")["counts"]["sources"], 1)
        self.assertEqual(self.json("/en/index.json?as_of=2000-01-01")["counts"]["sources"], 0)
        page = self.page("/en/sources?as_of=@1")
        self.assertIn("You are viewing an earlier state of the register.", "".join(page.text))
        inner = [link for link in page.links if link.startswith("/en/sources/")]
        self.assertTrue(inner and all("as_of=@1" in link for link in inner), inner)
        self.page("/en/mechanisms/china-central-asia?as_of=@1", status=404)
        for wrong, status in ((f"@{head + 1}", 400), ("@x", 422), ("2025-13-01", 422), ("2999-01-01", 400)):
            self.page(f"/en/sources?as_of={wrong}", status=status)
            self.assertEqual(self.json(f"/en/sources.json?as_of={wrong}", status=status)["status"], status)

    def test_leads_from_old_ids_and_tells_of_withdrawn_records(self):
        status, headers, _ = self.server.get("/en/centres/poverty-reduction-centre.json")
        self.assertEqual((status, headers["Location"]), (301, "/en/centres/poverty-reduction.json"))
        self.page("/en/updates/test-update", status=410)
        history = self.json("/en/updates/test-update/history.json")["versions"]
        self.assertEqual([version["withdrawn"] for version in history], [False, True])
        self.page("/en/updates/test-update/history")
        self.page("/en/parties/nobody", status=404)
        self.assertEqual(self.json("/en/parties/nobody.json", status=404)["title"], "not_found")

    def test_lists_come_in_pages(self):
        for kind, query in (("sources", "sort=-date"), ("commitments", "sort=state&scale=score"), ("parties", "type=state&sort=country"),
                            ("projects", ""), ("observations", "qualifier=not-stated")):
            target = f"/en/{kind}.json?{query}"
            whole = self.json(target)
            self.assertEqual(self.server.get(target + "&first=all")[2], self.server.get(target)[2], kind)
            ids, next = [], target + "&first=7"
            while next:
                status, headers, body = self.server.get(next)
                self.assertEqual(status, 200, next)
                data = json.loads(body)
                self.assertEqual((data["count"], data["total"]), (whole["count"], whole["total"]))
                ids += [record["id"] for record in data["records"]]
                next = data.get("next")
                self.assertEqual(headers.get("Link"), f'<{next}>; rel="next"' if next else None)
            self.assertEqual(ids, [record["id"] for record in whole["records"]], kind)
            self.assertEqual(len(ids), whole["count"])
            table = self.server.get(f"/en/{kind}.csv?{query}")[2].decode()
            rows = list(csv.reader(io.StringIO(table)))
            self.assertEqual([row[0] for row in rows[1:]], ids)
            part = list(csv.reader(io.StringIO(self.server.get(f"/en/{kind}.csv?{query}&first=3&after={ids[1]}")[2].decode())))
            self.assertEqual([row[0] for row in part[1:]], ids[2:5])
            # Pages for people are the same rows, there and back, and keep what was asked for.
            asked = f"/en/{kind}?{query}&first=7&as_of=@{whole['as_of']['position']}".replace("?&", "?")
            seen, there, page, before = [], [], asked, None
            while page:
                status, headers, body = self.server.get(page)
                self.assertEqual(status, 200, page)
                text = body.decode()
                seen.append(re.findall(rf'<th scope="row">\s*<a href="/en/{kind}/([^"/?]+)', text))
                there.append(page)
                back = re.search(r'<a rel="prev" href="([^"]*)"', text)
                self.assertEqual(html.unescape(back[1]) if back else None, before, page)
                on = re.search(r'<a rel="next" href="([^"]*)"', text)
                before, page = page, html.unescape(on[1]) if on else None
                self.assertEqual(headers.get("Link"), f'<{page}>; rel="next"' if page else None)
                if page:
                    self.assertLessEqual(set(asked.partition("?")[2].split("&")), set(page.partition("?")[2].split("&")))
                if len(ids) > 7:
                    self.assertIn(f"Page {len(there)} of {-(-len(ids) // 7)}<", text)
            self.assertEqual([one for page in seen for one in page], ids, kind)
        for wrong, status in (("first=0", 400), ("first=1001", 400), ("first=x", 400), ("after=No", 400), ("after=nobody", 404)):
            self.assertEqual(self.json(f"/en/parties.json?{wrong}", status=status)["status"], status, wrong)

    def test_filters_and_sorts_by_the_address(self):
        everything = self.json("/en/commitments.json")
        by_china = self.json("/en/commitments.json?by=cn")
        self.assertTrue(0 < by_china["count"] <= everything["count"])
        self.assertTrue(all("cn" in record["body"]["by"] for record in by_china["records"]))
        for state in ("kept", "in-progress", "not-started"):
            listed = self.json(f"/en/commitments.json?state={state}")["records"]
            self.assertTrue(all(record["status"]["pledge"] == state for record in listed))
        ids = [record["id"] for record in self.json("/en/parties.json?sort=-title")["records"]]
        self.assertEqual(ids, list(reversed([record["id"] for record in self.json("/en/parties.json?sort=title")["records"]])))
        self.page("/en/commitments?by=cn&state=kept&q=centre&sort=-due")

    def test_explains_each_status(self):
        rules = set(self.page("/en/status-rules").ids)
        for record in self.json("/en/commitments.json")["records"]:
            self.assertIn(record["status"]["rule"], rules)
            self.assertIn("By rule", "".join(self.page(f"/en/commitments/{record['id']}").text))

    def test_what_all_reporters_say_is_drawn_and_told(self):
        for language, amount in (("en", "106.3 billion USD"), ("zh", "1063亿美元"), ("ru", "106,3\xa0млрд долл. США")):
            target = f"/{language}/series/trade-total-c5-gacc"
            page = self.page(target)
            self.assertIn(amount, "".join(page.text), target)
            self.assertIn(target + ".svg", page.links)
            data = json.loads(self.server.get(target + ".json")[2])
            told = sum(len(row["figures"]) for row in data["comparison"])
            self.assertGreater(told, 15)
            self.assertEqual(sum("/observations/" in link for link in page.links), told)
            then = f"?as_of=@{data['as_of']['position'] - 1}"
            status, headers, body = self.server.get(target + ".svg" + then)
            self.assertEqual((status, headers["Content-Type"]), (200, "image/svg+xml"))
            self.assertIn(f"/{language}/embed/series/trade-total-c5-gacc.png", page.links)
            status, headers, picture = self.server.get(f"/{language}/embed/series/trade-total-c5-gacc.png" + then)
            self.assertEqual((status, headers["Content-Type"]), (200, "image/png"))
            self.assertEqual((picture[:8], int.from_bytes(picture[16:20], "big")), (b"\x89PNG\r\n\x1a\n", 1520))
            drawing = xml.fromstring(body)
            self.assertEqual(drawing.tag, "{http://www.w3.org/2000/svg}svg")
            self.assertEqual(drawing.get("{http://www.w3.org/XML/1998/namespace}lang"), language)
            words = ["".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
            self.assertIn("2015", words)
        self.assertIn("/en/series/trade-total-c5-gacc.svg" + then,
                      self.page("/en/series/trade-total-c5-gacc" + then).links)
        self.assertEqual(self.server.get("/en/series/no-such.svg")[0], 404)
        self.assertEqual(self.server.get("/en/parties/kz.svg")[0], 404)

    def test_a_chart_may_be_framed_and_nothing_else(self):
        page = self.page("/ru/series/trade-total-c5-gacc")
        position = self.json("/ru/series/trade-total-c5-gacc.json")["as_of"]["position"]
        frame = f"/ru/embed/series/trade-total-c5-gacc?as_of=%40{position}".replace("%40", "@")
        self.assertIn(frame, page.links)
        status, headers, body = self.server.get(frame)
        self.assertEqual(status, 200)
        self.assertIn("frame-ancestors *", headers["Content-Security-Policy"])
        self.assertIn("form-action 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("script", headers["Content-Security-Policy"])
        self.assertNotIn(b"<form", body)
        self.assertIn(f'href="https://register.example.org/ru/series/trade-total-c5-gacc?as_of=@{position}" target="_top"'.encode(), body)
        for other in ("/ru/series/trade-total-c5-gacc", "/ru/", "/ru/embed/series/no-such"):
            self.assertIn("frame-ancestors 'none'", self.server.get(other)[1]["Content-Security-Policy"])

    def test_pages_have_a_picture_where_others_link_to_them(self):
        then = f"?as_of=@{self.json('/en/commitments/trade-70-billion-2030.json')['as_of']['position']}"
        for target, picture in (("/en/", "/en/index.png"), ("/zh/commitments", "/zh/commitments.png"), ("/ru/about", "/ru/about.png"),
                                ("/zh/commitments/trade-70-billion-2030" + then, "/zh/commitments/trade-70-billion-2030.png" + then),
                                ("/fr/series/trade-total-c5-gacc", "/fr/series/trade-total-c5-gacc.png")):
            self.assertEqual(self.page(target).meta["og:image"], "https://register.example.org" + picture)
            status, headers, body = self.server.get(picture)
            self.assertEqual((status, headers["Content-Type"]), (200, "image/png"), picture)
            self.assertEqual((int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")), (1200, 630))
            self.assertLess(len(body), 200_000)
            self.assertEqual(self.server.get(picture, If_None_Match=headers["ETag"])[0], 304)
        for none in ("/en/validate", "/en/search?q=trade", "/en/parties/kz/history"):
            self.assertNotIn("og:image", self.page(none).meta)
        self.assertEqual(self.server.get("/en/parties/no-such.png")[0], 404)

    def test_the_list_of_series_stands_under_what_they_measure(self):
        _, _, body = self.server.get("/en/series")
        text = body.decode()
        self.assertGreater(text.count('scope="rowgroup"'), 10)
        self.assertGreater(text.count('class="spark"'), 10)
        self.assertIn("Last figure", text)
        self.assertNotIn('scope="rowgroup"', self.server.get("/en/series?sort=unit")[2].decode())

    def test_feeds_are_what_their_standards_ask(self):
        feed = xml.fromstring(self.server.get("/en/updates.atom")[2])
        self.assertEqual(feed.tag, ATOM + "feed")
        entries = feed.findall(ATOM + "entry")
        self.assertGreater(len(entries), 3)
        for element in [feed, *entries]:
            for name in ("id", "title", "updated"):
                self.assertEqual(len(element.findall(ATOM + name)), 1)
        ids = [entry.find(ATOM + "id").text for entry in entries]
        self.assertEqual(len(ids), len(set(ids)))
        for link in feed.iter(ATOM + "link"):
            self.assertTrue(link.get("href").startswith("https://register.example.org/en/"))
        # Named by the journal, not by the server: RFC 9562's version 8 over the first entry's root and the record.
        journal = self.json("/en/index.json?as_of=@1")["as_of"]["root"]
        for entry in entries:
            record = entry.find(ATOM + "link").get("href").rsplit("/", 1)[1]
            digest = bytearray(hashlib.sha256(f"{journal}\nupdate:{record}".encode()).digest()[:16])
            digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
            self.assertEqual(entry.find(ATOM + "id").text, uuid.UUID(bytes=bytes(digest)).urn)
        self.assertEqual(ids, [entry.find(ATOM + "id").text for entry in xml.fromstring(self.server.get("/ru/updates.atom")[2]).findall(ATOM + "entry")])
        items = self.json("/en/updates.feed")
        self.assertEqual(items["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual([item["id"] for item in items["items"]], ids)

    def test_answers_many_at_once_as_it_answers_one(self):
        targets = [f"/{language}/{kind}{ending}" for language in ("en", "zh", "ru") for ending in ("", ".json", ".csv", "?q=a")
                   for kind in ("commitments", "projects", "series", "parties", "updates")]
        alone = {target: self.server.get(target) for target in targets}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for target, (status, headers, body) in zip(targets * 3, pool.map(self.server.get, targets * 3)):
                self.assertEqual((status, headers["ETag"], body), (200, alone[target][1]["ETag"], alone[target][2]), target)

    def test_is_healthy(self):
        health = self.json("/healthz")
        self.assertEqual(health["status"], "ok")

    def raw(self, target):
        """The status and headers of a target that http.client would not send."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=600) as connection:
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.headers

    def test_sends_nobody_to_another_host(self):
        for target in (b"//evil.example", b"//evil.example/en/", b"/\\evil.example", b"/%5cevil.example", b"/%2fevil.example",
                       b"/en//evil.example", b"http://x//evil.example"):
            status, headers = self.raw(target)
            self.assertEqual((status, headers["Location"]), (404, None), target)

    def test_percent_encodes_where_it_sends_readers(self):
        for target, location in ((b"/a%3fb%23c?d=e", "/en/a%3Fb%23c?d=e"), ("/中?q=中".encode(), "/en/%E4%B8%AD?q=%E4%B8%AD"),
                                 (b"/%22%3E%0a", None), (b'/a"b?c="', "/en/a%22b?c=%22")):
            status, headers = self.raw(target)
            self.assertEqual((status, headers["Location"]), (302, location) if location else (400, None), target)

    def test_takes_heads_as_long_as_the_documentation_says(self):
        self.assertEqual(self.server.get("/en/", X_Long="x" * 15000)[0], 200)

    def test_refuses_what_is_too_long(self):
        self.assertEqual(self.server.get("/en/?q=" + "x" * 20000)[0], 414)
        self.assertEqual(self.server.get("/en/", X_Long="x" * 40000)[0], 431)
        self.assertEqual(self.server.get("/en/", method="POST", Content_Length=str(17 << 20))[0], 413)

    def test_reads_hostile_addresses(self):
        for target in ("/en/%00", "/en/%ff", "/en/../../etc/passwd", "/en/%2e%2e/x", "/en/parties/%3Cscript%3E", "//x", "/en//parties",
                       "/en/commitments?state[]=1&sort=;drop&page=-1&page=99999999999999999999", "/en/parties.exe", "/en/." + "a" * 300):
            connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=600)
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            self.assertIn(answer.status, (200, 301, 302, 400, 404), target)
            answer.close()
            connection.close()


class Stop(Case):
    def test_goes_on_when_its_terminal_or_its_log_ends(self):
        with self.serving("--init", "--access-log") as server:
            server.process.send_signal(signal.SIGHUP)
            server.process.send_signal(signal.SIGPIPE)
            self.assertEqual(server.get("/healthz")[0], 200)
            server.process.stderr.close()
            for _ in range(3):  # each is written to a log that nobody reads
                self.assertEqual(server.get("/healthz")[0], 200)
            server.process.terminate()
            self.assertEqual(server.process.wait(timeout=600), 0)

    def test_writes_lines_of_ascii_to_its_access_log(self):
        with self.serving("--init", "--access-log") as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=600) as connection:
                connection.sendall('GET /en/parties?q="200"&q=\u202e\\ HTTP/1.0\r\n\r\n'.encode())
                while connection.recv(4096):
                    pass
            self.assertEqual(server.stop(), 0)
            self.assertIn(r'"GET /en/parties?q=\x22200\x22&q=\xE2\x80\xAE\x5C" 200', server.errors)

    def test_stops_gracefully(self):
        with self.serving("--init") as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
            connection.request("GET", "/healthz")
            connection.getresponse().read()  # Kept alive, idle.
            self.assertEqual(server.stop(), 0)


class Feeds(Case):
    def test_say_which_language_a_text_is_in(self):
        folder = self.write("folder", updates="id,title@en,title@ru,text@en,date\nhalf,Half,Половина,Only English,2025-01-02\nplain,Plain,,,2025-01-03\n")
        self.succeed("import", folder, "--db", self.db, "--author", "tests")
        with self.serving() as server:
            for language, half in (("en", "en"), ("zh", "en"), ("ru", "ru"), ("fr", "en")):
                feed = xml.fromstring(server.get(f"/{language}/updates.atom")[2])
                told = {(entry.find(ATOM + element).text, entry.find(ATOM + element).get("{http://www.w3.org/XML/1998/namespace}lang", language))
                        for entry in feed.findall(ATOM + "entry") for element in ("title", "content")}
                self.assertEqual(told, {("Половина" if half == "ru" else "Half", half), ("Only English", "en"), ("Plain", "en")})
                items = json.loads(server.get(f"/{language}/updates.feed")[2])["items"]
                self.assertEqual({(item["content_text"], item.get("language", language)) for item in items}, {("Only English", "en"), ("Plain", "en")})


@of_files
class Unreadable(Case):
    def test_what_cannot_be_read_is_never_said_not_to_be_there(self):
        folder = self.write("folder", parties="id,title@en,type\naa,Aland,state\n",
                            commitments="id,title@en,by\ngauge,A gauge,aa\n",
                            instruments="id,title@en,type,original\nlaw,Law,other,law.txt\n")
        (folder / "files").mkdir()
        (folder / "files" / "law.txt").write_text("text")
        self.succeed("import", folder, "--db", self.db, "--author", "tests")
        self.succeed("rename", "party:aa", "ab", "--db", self.db)
        with self.serving() as server:
            stored = json.loads(server.get("/en/instruments/law.json")[2])["body"]["original"]["sha256"]
        targets = [f"/files/{stored}/law.txt", "/en/", "/zh/index.json", "/ru/parties", "/en/parties/ab", "/en/parties/aa.json", "/en/parties/ab/history",
                   "/en/commitments.json", "/en/commitments/gauge", "/en/parties?as_of=@1", "/en/updates.atom"]
        with sqlite3.connect(self.db) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        self.assertGreater(len(tables), 4)
        failures, whole = 0, self.db
        for table in tables:
            # Each time a copy of its own: the server looks at the schema when it starts.
            copy = self.dir / f"{table}.db"
            with contextlib.closing(sqlite3.connect(whole)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            self.db = copy
            with self.subTest(table=table), self.serving() as server:
                with contextlib.closing(sqlite3.connect(copy)) as database:
                    database.execute(f'ALTER TABLE "{table}" RENAME TO "gone"')
                    database.commit()
                for target in targets:
                    status, headers, body = server.get(target)
                    self.assertTrue(status in (200, 301) or status >= 500, f"{target}: {status} {body[:200]}")
                    if status >= 500:
                        failures += 1
                        self.assertNotIn(b"no such table", body, target)
                        if ".json" in target:
                            problem = json.loads(body)
                            self.assertEqual((headers["Content-Type"], problem["status"]), ("application/problem+json; charset=utf-8", status))
        self.assertGreater(failures, len(targets))


class Whole(Case):
    def test_memory_does_not_grow_with_a_list_that_is_had_whole(self):
        text, rows = "x" * 60_000, 450  # 27 MB
        self.succeed("import", self.write("r", sources="id,title@en,note@en\n" + "".join(f"s{i},Source {i},{text}\n" for i in range(rows))), "--db", self.db)
        os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=1"
        self.addCleanup(os.environ.pop, "ASAN_OPTIONS")
        with self.serving() as server:
            def held():
                return int(re.search(r"RssAnon:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1]) * 1024

            def get(target):
                """How many bytes come, and the most that the server holds meanwhile."""
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
                connection.request("GET", target)
                answer, size, most = connection.getresponse(), 0, 0
                self.assertEqual(answer.status, 200)
                while part := answer.read(1 << 20):
                    size, most = size + len(part), max(most, held())
                connection.close()
                return size, most
            few = get("/en/sources.csv?first=250")[1]  # More than is kept.
            for target in ("/en/sources.csv", "/en/sources.json?first=all"):
                size, most = get(target)
                self.assertGreater(size, len(text) * rows)
                self.assertLess(most - few, 16 << 20, target)

    def test_a_large_list_is_sent_while_it_is_made(self):
        text, rows = "x" * 60_000, 150  # 9 MB
        self.succeed("import", self.write("r", sources="id,title@en,note@en\n" + "".join(f"s{i},Source {i},{text}\n" for i in range(rows))), "--db", self.db)
        with self.serving() as server:
            def get(target, method="GET", **headers):
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
                connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
                answer = connection.getresponse()
                content = answer.read()
                connection.close()
                return answer, content
            for target in ("/en/sources.csv", "/en/sources.csv?as_of=@100", "/en/sources.json?first=all"):
                answer, content = get(target)
                self.assertEqual((answer.status, answer.headers["Transfer-Encoding"], answer.headers["Content-Length"]), (200, "chunked", None), target)
                self.assertEqual(content.count(text.encode()), 100 if "as_of" in target else rows, target)
                for name, value in {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache", "X-Robots-Tag": "noindex" if "as_of" in target else None}.items():
                    self.assertEqual(answer.headers[name], value, target)
                packed, small = get(target, Accept_Encoding="gzip")
                self.assertEqual((packed.headers["Content-Encoding"], gzip.decompress(small)), ("gzip", content), target)
                for method in ("GET", "HEAD"):
                    same, nothing = get(target, method, If_None_Match=answer.headers["ETag"])
                    self.assertEqual((same.status, same.headers["ETag"], nothing), (304, answer.headers["ETag"], b""), target)
                only, nothing = get(target, "HEAD")
                self.assertEqual((only.status, only.headers["Content-Type"], nothing), (200, answer.headers["Content-Type"], b""), target)
            self.assertEqual([get(path, If_None_Match="*")[0].status for path in ("/en/sources/none", "/en/sources/s1")], [404, 304])
            whole = get("/en/sources.csv")[0].headers["ETag"]
            self.succeed("import", self.write("s", sources="id,title@en\nt,One more\n"), "--db", self.db)
            answer, content = get("/en/sources.csv", If_None_Match=whole)
            self.assertEqual((answer.status, content.count(text.encode()), b"One more" in content), (200, rows, True), "another state has another tag")
            self.assertNotEqual(answer.headers["ETag"], whole)
            self.assertEqual(get("/en/sources.csv?first=3")[0].headers["Content-Length"], str(len(get("/en/sources.csv?first=3")[1])), "a small one is told whole")


class Crowd(Case):
    def test_answers_many_readers_at_once_while_it_is_written(self):
        self.succeed("init", "--db", self.db)
        folder = self.dir / "more"
        folder.mkdir()

        def write():
            for number in range(10):
                (folder / "parties.csv").write_text(f"id,title@en,type\nkz,Kazakhstan {number},state\n", encoding="utf-8")
                # The server, while it starts, may be in the way: then it says so, and waits.
                status, out, err = tamga("import", folder, "--db", self.db)
                self.assertEqual(status, 0, out + err)

        with concurrent.futures.ThreadPoolExecutor(1) as writer:
            written = writer.submit(write)
            answers = crawl.crawl(self.db, 300)
            written.result()
        self.assertEqual(len(answers), 300)
        self.assertEqual({target: answer["status"] for target, answer in answers.items() if answer["status"] not in (200, 301, 302)}, {})


if __name__ == "__main__":
    unittest.main()
