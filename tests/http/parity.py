#!/usr/bin/env python3
"""Rules that are the same for each party. The page of a principle names these tests: the one is the other's promise."""
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import LANGUAGES, Case, tamga  # noqa: E402
from writing import PASSWORD, Browser, fields_of, token  # noqa: E402

# Three, of which the first by name in English is not the first in Chinese or Russian, nor by its id.
PARTIES = {"cn": ("China", "中国", "Китай"), "kz": ("Kazakhstan", "哈萨克斯坦", "Казахстан"), "aa": ("Uzbekistan", "乌兹别克斯坦", "Узбекистан")}
TABLES = {
    "parties": "id,title@en,title@zh,title@ru,type\n" + "".join(f"{id},{','.join(names)},state\n" for id, names in PARTIES.items()),
    "mechanisms": "id,title@en,parties\nm,The mechanism,cn;kz;aa\nn,Another,cn;kz\n",
    "principles": "id,title@en,mechanism,position\nrespect,Mutual respect,m,1\n",
    "centres": "id,title@en,type,mechanism\nhub,Hub,platform,m\n",
    "series": "id,title@en,mechanism,indicator,flow,reporter,area,partner,unit\nout,Out,m,i,exports,cn,cn,kz;aa,USD\nin,In,m,i,imports,kz,kz,cn,USD\n"
              "gift,Gift,m,j,grants,,aa,cn,USD\nelse,Else,n,i,exports,cn,cn,kz,USD\n",
    "commitments": "id,title@en,by,to,mechanism,due,target,unit\nroad,A road,cn;kz;aa,cn;kz;aa,m,2025-01,,\nloan,A loan,cn,kz,m,2024-12-31,7,USD\n"
                   "open,Open,aa,,m,,,\nother,Of another,cn,kz,n,2025,,\n",
    "reports": "id,title@en,commitment,party,date,progress\n" + "".join(
        f"{party}-{name},Done,road,{party},{date},complete\n" for party in PARTIES for name, date in (("early", "2024-05-01"), ("late", "2025-02-01"))) +
        "cn-other,Done,other,cn,2024-01-01,complete\ncn-unclear,Done,loan,cn,2024,limited\naa-open,Done,open,aa,2024-01-01,limited\n",
}


class Parity(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def add_editors(self):
        for party in PARTIES:
            # One name for all, so that nothing but the party differs.
            subprocess.run([os.environ["TAMGA"], "account", "add", f"ed-{party}", "--name", "An editor", "--role", "party-editor",
                            "--of", party, "--db", str(self.db)], input=PASSWORD + "\n", check=True, capture_output=True, text=True, timeout=900)

    def page(self, server, target):
        status, _, body = server.get(target)
        self.assertEqual(status, 200, target)
        return body.decode()

    def neutral(self, text, party):
        """The text without what names a party, and without what is of a moment or of a key."""
        for name in PARTIES[party]:
            text = text.replace(name, "PARTY")
        text = re.sub(r"\b[0-9a-f]{64,128}\b", "HEX", text)
        text = re.sub(r"MCowBQYDK2VwAyEA[^\s&]+", "PEM", text)
        text = re.sub(r"[0-9]{1,2} \w+ 20[0-9]{2}(, [0-9:]{5} UTC)?|20[0-9]{2}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?", "DAY", text)
        text = re.sub(rf"(?<![a-z0-9]){party}(?![a-z0-9])", "ID", text)
        text = re.sub(r'id="v[0-9]+"', "VERSION", text)
        return re.sub(r"(position |as_of=@|&#34;of&#34;:|\"of\":|&quot;of&quot;:)[0-9]+", r"\1N", text)

    def assert_same(self, texts):
        """Of each party one text: the same but for who it is."""
        neutral = {party: self.neutral(text, party) for party, text in texts.items()}
        self.assertEqual(set(neutral), set(PARTIES))
        first = neutral["cn"]
        self.assertGreater(len(first), 20)
        for party, text in neutral.items():
            self.assertEqual(text, first, party)
        return first

    def card(self, page, party):
        """The card of the reply whose id ends with the party's."""
        return re.search(f'<article class="card reply[^>]*id="reply-of-{party}".*?</article>', page, re.DOTALL)[0]

    def write_replies(self, server):
        for party in PARTIES:
            browser = Browser(server).sign_in(f"ed-{party}")
            fields = fields_of(browser.ask("/en/desk/write/replies?under=commitment:road")[2])
            status, path, page = browser.ask("/en/desk/write/replies", fields | {
                "field.id": f"of-{party}", "field.text@en": "It is done.", "intent": "publish"})
            self.assertEqual((status, path.split("#")[0]), (200, "/en/commitments/road"), page)

    def test_a_reply_looks_the_same(self):
        self.add_editors()
        with self.serving() as server:
            self.write_replies(server)
            for language in LANGUAGES:
                page = self.page(server, f"/{language}/commitments/road")
                card = self.assert_same({party: self.card(page, party) for party in PARTIES})
                self.assertIn("reply--official", card)

    def test_a_correction_looks_the_same(self):
        reports = TABLES["reports"].replace("-early,Done", "-early,Nearly done")
        self.succeed("import", self.write("r2", reports=reports), "--db", self.db)
        with self.serving() as server:
            changed = {party: re.search("<main.*</main>", self.page(server, f"/en/reports/{party}-early/history"), re.DOTALL)[0] for party in PARTIES}
            # Words of a difference follow each other with marks between them.
            self.assertIn("Nearly", self.assert_same(changed))

    def test_a_seal_looks_the_same(self):
        self.add_editors()
        with self.serving() as server:
            self.write_replies(server)
        for party in PARTIES:
            key = self.dir / f"{party}.key"
            self.assertEqual(tamga("key", "new", key)[0], 0)
            for command in (("key", "register", key, "--party", party, "--author", f"account:ed-{party}"), ("sign", "--key", key)):
                self.assertEqual(tamga(*command, "--db", self.db)[0], 0)
        with self.serving() as server:
            page = self.page(server, "/en/commitments/road")
            card = self.assert_same({party: self.card(page, party) for party in PARTIES})
            self.assertIn("openssl pkeyutl -verify", card)

    def test_a_word_looks_the_same(self):
        for party in PARTIES:
            self.succeed("assent", "centre:hub", "--party", party, "--answer", "reservation", "--words", "But", "--author", f"account:ed-{party}", "--db", self.db)
        with self.serving() as server:
            rows = re.findall("<li>(.*?)</li>", re.search('<ul class="said">.*?</ul>', self.page(server, "/en/centres/hub"), re.DOTALL)[0], re.DOTALL)
            self.assert_same({party: next(row for row in rows if PARTIES[party][0] in row) for party in PARTIES})

    def test_a_refusal_is_the_same(self):
        self.add_editors()
        said = {}
        with self.serving() as server:
            for party in PARTIES:
                browser = Browser(server).sign_in(f"ed-{party}")
                for other in PARTIES:
                    form = browser.ask("/en/desk/write/reports")[2]
                    status, _, page = browser.ask("/en/desk/write/reports", {
                        "form_token": token(form), "base": "0", "intent": "publish", "field.id": f"{party}-for-{other}",
                        "field.title@en": "Done", "field.commitment": "road", "field.party": other})
                    self.assertEqual(status, 200 if party == other else 403, (party, other))
                    if party != other:
                        said[party, other] = re.search('<p class="note" role="alert"[^>]*>(.*?)</p>', page)[1]
        self.assertEqual(len({self.neutral(text, other) for (_, other), text in said.items()}), 1, said)

    def test_parties_stand_by_their_names(self):
        with self.serving() as server:
            for language, at in (("en", 0), ("zh", 1), ("ru", 2)):
                page = self.page(server, f"/{language}/principles/respect")
                table = page[page.index('id="mutual-promised"'):page.index('id="mutual-became"')]
                names = [PARTIES[party][at] for party in PARTIES]
                heads = [head for head in re.findall('<th scope="col">([^<]*)</th>', table) if head in names]
                rows = [row for row in re.findall('<th scope="row"><a[^>]*><bdi>([^<]*)</bdi>', table) if row in names]
                self.assertEqual(heads, rows)
                self.assertEqual(sorted(heads), sorted(names))
                if language != "zh":
                    self.assertEqual(heads, sorted(names))
                else:
                    self.assertEqual(heads, ["哈萨克斯坦", "乌兹别克斯坦", "中国"], "by pinyin")

    def test_every_count_is_that_of_its_list(self):
        with self.serving() as server:
            for past in ("", "?as_of=@14"):
                data = json.loads(self.page(server, f"/en/principles/respect.json{past}"))["mutual"]
                parties = set(PARTIES)
                for name, of in (("promises", "by"), ("states", "by"), ("overdue", "by"), ("silent", "by"), ("reports", "party")):
                    counted = {party: len([one for one in data[name] if one[of] == party]) for party in parties}
                    self.assertEqual(len(set(counted.values())), 1, f"each is counted alike: {name} {counted}")
                every = [one for name in ("promises", "states", "overdue", "silent", "reports", "series") for one in data[name]]
                for one in every:
                    self.assertEqual(json.loads(self.page(server, one["list"] + "&first=1"))["count"], one["count"], one)
                self.assertGreater(len([one for one in every if one["count"]]), 10)
            data = json.loads(self.page(server, "/en/principles/respect.json"))["mutual"]
            promised = {(one["by"], one["to"]): one["count"] for one in data["promises"]}
            self.assertEqual((promised["cn", "kz"], promised["kz", "cn"], promised["aa", "not-stated"]), (2, 1, 1))
            told = {(one["party"], one["on_time"]): one["count"] for one in data["reports"]}
            self.assertEqual([told["cn", answer] for answer in ("yes", "no", "not-stated")], [2, 1, 0])
            self.assertEqual([told["aa", answer] for answer in ("yes", "no", "not-stated")], [1, 1, 1])
            # The page shows the same numbers, each with its list.
            page = self.page(server, "/en/principles/respect")
            section = page[page.index('<section class="mutual"'):]
            cells = {html.unescape(href): int(text) for href, text in re.findall('<td><a href="([^"]*)">([0-9]+)</a></td>', section)}
            self.assertGreater(len(cells), 40)
            for name in ("promises", "states", "overdue", "silent", "reports"):
                for one in data[name]:
                    self.assertEqual(cells[one["list"].replace(".json", "", 1)], one["count"], one)

    def test_the_page_names_these_tests(self):
        with self.serving() as server:
            page = self.page(server, "/en/principles/respect")
        named = re.findall("<code>(test_[a-z_]+)</code>", page)
        mine = {name for name in dir(self) if name.startswith("test_")} - {"test_the_page_names_these_tests"}
        self.assertEqual(set(named), mine)


if __name__ == "__main__":
    unittest.main()
