#!/usr/bin/env python3
"""The search over real sockets: what the shipped register and a few records more answer to what people write."""
import html
import json
import pathlib
import re
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Server, new_database, tamga  # noqa: E402


class Search(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        folder = pathlib.Path(cls.folder.name)
        cls.db = new_database(folder)
        (folder / "r").mkdir()
        (folder / "r/parties.csv").write_text(
            "id,title@en,title@zh,title@ru,type,note@en\n"
            + "".join(f"kumquat-{i},Kumquat {i},金桔国{i},Кумкват {i},state,\n" for i in range(45))
            + "pomelo,Pomelo <b>& co</b>,,,state,\"A note on the kumquat, \"\"<script>\"\", & its trade\"\n"
            + "yolka,,,Приём у ёлки,state,\n", encoding="utf-8")
        for command in (["init"], ["import", folder / "r", "--author", "tests"],
                        ["withdraw", "party:kumquat-44", "--reason", "a test"],
                        ["rename", "party:kumquat-43", "kumquat-last"]):
            status, _, err = tamga(*command, "--db", cls.db)
            assert status == 0, err
        cls.server = Server("--db", cls.db)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def ask(self, path, language="en", **query):
        return self.server.get(f"/{language}/{path}" + ("?" + urllib.parse.urlencode(query) if query else ""))

    def found(self, q, language="en", **query):
        status, headers, body = self.ask("search.json", language, q=q, **query)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def names(self, q, **query):
        return {kind["kind"]: [record["id"] for record in kind["records"]] for kind in self.found(q, **query)["kinds"]}

    def test_finds_in_every_language_whatever_the_pages_is(self):
        for language in ("en", "zh", "ru"):
            for q in ("pomelo", "POMELO co", "\"pomelo <b>& co\"", "pomel*"):
                self.assertEqual([kind["count"] for kind in self.found(q, language)["kinds"]], [1], (language, q))
        self.assertEqual(self.names("ПРИЕМ елки")["party"], ["yolka"])
        self.assertEqual(self.names("金桔国7")["party"], ["kumquat-7"])
        self.assertIn("cn", self.names("中华人民共和国")["party"])
        self.assertIn("commitment", self.names("desertification"))

    def test_finds_and_shows_a_person_in_any_script(self):
        chaired = {"summit-2022-virtual", "summit-2023-xian"}
        for language, name in (("en", "Xi Jinping"), ("zh", "习近平"), ("ru", "Си Цзиньпин")):
            self.assertLessEqual(chaired, set(self.names(name, kind="meeting")["meeting"]))
            for path in ("statements", "statements/xi-tariffs", "meetings/summit-2023-xian", "claims/sister-cities-58"):
                page = html.unescape(self.ask(path, language)[2].decode())
                self.assertIn(name, page, path)
                if language != "en":
                    self.assertNotIn("Xi Jinping", page, path)

    def test_counts_and_goes_on_to_the_last(self):
        first = self.found("kumquat")
        self.assertEqual([(kind["kind"], kind["count"], len(kind["records"])) for kind in first["kinds"]], [("party", 45, 5)])
        address, seen = first["kinds"][0]["next"], [record["id"] for record in first["kinds"][0]["records"]]
        pages = 0
        while address:
            status, _, body = self.server.get(address)
            self.assertEqual(status, 200)
            [party] = json.loads(body)["kinds"]
            self.assertEqual(party["count"], 45)
            seen += [record["id"] for record in party["records"]]
            address = party.get("next")
            pages += 1
        self.assertEqual(pages, 2)
        self.assertEqual(seen, ["kumquat-last"] + [f"kumquat-{i}" for i in range(42, -1, -1)] + ["pomelo"])

    def test_finds_what_was_known_then(self):
        head = self.found("x")["as_of"]["position"]
        self.assertIn("kumquat-43", self.names("\"kumquat 43\"", as_of=f"@{head - 1}")["party"])
        self.assertEqual(self.names("\"kumquat 43\"")["party"], ["kumquat-last"])
        self.assertEqual(self.names("\"kumquat 44\""), {})
        self.assertEqual(self.names("\"kumquat 44\"", as_of=f"@{head - 2}")["party"], ["kumquat-44"])
        self.assertEqual(self.names("kumquat", as_of="@1"), {})
        status, _, body = self.ask("search", q="kumquat", as_of=f"@{head - 1}")
        text = body.decode()
        self.assertIn(f'<input type="hidden" name="as_of" value="@{head - 1}">', text)
        self.assertIn(f"/en/parties/kumquat-43?as_of=@{head - 1}", text)

    def test_marks_what_it_found_and_escapes_the_rest(self):
        status, headers, body = self.ask("search", q='kumquat "script its"')
        text = body.decode()
        self.assertEqual(status, 200)
        self.assertEqual(headers["X-Robots-Tag"], "noindex")
        self.assertIn("A note on the <mark>kumquat</mark>, &quot;&lt;<mark>script&gt;&quot;, &amp; its</mark> trade", text)
        self.assertIn("Pomelo &lt;b&gt;&amp; co&lt;/b&gt;", text)
        self.assertIn('value="kumquat &quot;script its&quot;"', text)
        self.assertNotIn("<script>", text)
        [record] = self.found('kumquat "script its"')["kinds"][0]["records"]
        self.assertEqual(record, {"id": "pomelo", "url": "/en/parties/pomelo", "title": "Pomelo <b>& co</b>",
                                  "words": ["kumquat", "script>\", & its"],
                                  "excerpt": {"field": "note", "language": "en",
                                              "text": "A note on the kumquat, \"<script>\", & its trade"}})

    def test_says_which_language_a_text_is_in(self):
        text = self.ask("search", q="приём")[2].decode()
        self.assertRegex(text, r'<a href="/en/parties/yolka" lang="ru"><mark>Приём</mark> у ёлки</a>')
        text = self.ask("search", q="金桔国7")[2].decode()
        self.assertRegex(text, r'<a href="/en/parties/kumquat-7">Kumquat 7</a>')
        self.assertRegex(text, r'<span lang="zh"><mark>金桔国7</mark></span>')

    def test_takes_any_words_that_people_write(self):
        for q in ('"', '""', "*", "-", "NEAR(a b)", "a AND OR NOT b", "title:x", "^x", "(", "')--", "{a}: b", "\U0001f600", "a" * 3000,
                  "'; DROP TABLE texts", '"kumquat', "kumquat\"", "“kumquat", "**kumquat**"):
            for path in ("search", "search.json"):
                status, _, body = self.ask(path, q=q)
                self.assertEqual(status, 200, (q, body[:300]))
        for q in ('"kumquat', "kumquat\"", "“kumquat", "**kumquat**"):
            self.assertEqual(self.found(q)["count"], 45, q)
        for q in ("", '"', "—!"):
            self.assertEqual(self.found(q)["count"], 0)
            self.assertIn("How to search", self.ask("search", q=q)[2].decode())
        self.assertIn("There is no word to search for in this.", self.ask("search", q="—!")[2].decode())
        self.assertIn("How to search", self.ask("search")[2].decode())

    def test_leads_on_where_it_finds_nothing(self):
        text = self.ask("search", q="kumq pome")[2].decode()
        self.assertIn("No record contains all of this.", text)
        href = html.unescape(re.search(r'<a href="([^"]*)">Search for words that begin like this:', text)[1])
        self.assertIn("1 record found", self.server.get(href)[2].decode())

    def test_refuses_what_it_does_not_take(self):
        for query, parameter in (({"q": "x", "kind": "parties"}, "kind"), ({"q": "x", "after": "title-1"}, "after"),
                                 ({"q": "x", "kind": "party", "after": "7"}, "after"), ({"q": "x " * 33 + "y"}, None),
                                 ({"q": " ".join(map(str, range(33)))}, "q"), ({"page": "2"}, "page")):
            status, _, body = self.ask("search.json", **query)
            if parameter is None:
                self.assertEqual(status, 400)
                continue
            self.assertEqual((status, json.loads(body)["parameter"]), (400, parameter), query)
            self.assertEqual(self.ask("search", **query)[0], 400)
        self.assertEqual(json.loads(self.ask("search.json", q="x", kind="parties")[2])["nearest"], "party")

    def test_is_offered_on_every_page(self):
        for language, button in (("en", "Search"), ("zh", "搜索"), ("ru", "Поиск")):
            for path in ("", "commitments", "parties/cn", "about", "search", "no-such-page"):
                text = self.server.get(f"/{language}/{path}")[2].decode()
                self.assertEqual(text.count(f'class="site-search" method="get" action="/{language}/search" role="search"'), 1, path)
                self.assertIn(f"<button type=\"submit\">{button}</button>", text)


if __name__ == "__main__":
    unittest.main()
