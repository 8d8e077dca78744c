#!/usr/bin/env python3
"""What somebody might try who means ill: every address of the table as nobody, with a session that is over or made up, by a wrong method;
forms of other sites and other people; texts that are scripts in every field of every kind; lines, paths and addresses inside parameters."""
import csv
import html
import html.parser
import http.client
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.parse
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from desk import PASSWORD, Browser  # noqa: E402
from support import ROOT, Case, tamga  # noqa: E402

TABLES = {"parties": "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n", "mechanisms": "id,title@en,parties\nm,The mechanism,cn;kz\n",
          "commitments": "id,title@en,by,mechanism\nroad,A road,cn;kz,m\n", "updates": "id,title@en,date,mechanism\nnews,News,2025-01-02,m\n",
          "series": "id,title@en,mechanism,indicator,flow,unit,reporter\ns,S,m,i,other,USD,kz\n"}
NAMES = {"language": "en", "kinds": "commitments", "id": "road", "number": "1", "sha256": "0" * 64, "name": "x", "token": "x" * 43, "code": "not_found",
         "indicator": "i"}
# What would be run, loaded or followed if a text stood in a page as it was written.
ATTACK = "\"'></script></title></style></textarea>--><script>evil()</script><xss-x onload=evil() onclick='evil()'>{{x}}{{{x}}}&lt;xss-x&gt;]]>[x](javascript:evil()) ![x](x\"onerror=evil()) <javascript:evil()>"
EVIL = "https://example.org/\"'><xss-x onload=evil()>"


def addresses():
    """Each address of docs/formats/json.md with names filled in: (path, methods, parameters)."""
    text = (ROOT / "docs/formats/json.md").read_text()
    for line in text[text.index("## All addresses"):].splitlines():
        if line.startswith("| `"):
            paths, methods, parameters, *_ = line.strip("| ").split(" | ")
            for path in re.findall("`([^`]+)`", paths):
                yield path.format(**NAMES), set(methods.split(", ")), re.findall("`([^`]+)`", parameters)


def is_personal(path):
    return path.startswith(("/en/desk", "/en/account/", "/api/v1/pending", "/api/v1/seals", "/openid"))


def is_for_signed_in(path):
    return path.startswith("/en/desk") and "/login" not in path


# What the register itself gives: in feeds, which are read elsewhere, by its whole address.
PUBLIC = "https://register.example.org"
OWN = f"(?:{re.escape(PUBLIC)})?/(assets|en|zh)/"


class Scripts(html.parser.HTMLParser):
    """What of a page would run or leave it."""

    def __init__(self, text):
        super().__init__()
        self.faults, self.linked_data, self.inside, self.meta = [], [], "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.inside = tag
        self.faults += [f"{name} in <{tag}>" for name in values if name.startswith("on") or name in ("style", "srcdoc")]
        if tag in ("xss-x", "iframe", "object", "embed", "base") or (tag == "script" and "src" not in values and values.get("type") != "application/ld+json"):
            self.faults.append(f"<{tag}>")
        for name in ("href", "src", "action", "formaction", "content", "xlink:href"):
            address = re.sub(r"[\x00-\x20]", "", values.get(name) or "").lower()
            if address.startswith(("javascript:", "vbscript:", "data:text")) or (name == "src" and tag != "xss-x" and name in values and not re.match(OWN, address)):
                self.faults.append(f"{name}={address} in <{tag}>")
        if tag == "script" and values.get("type") == "application/ld+json":
            self.linked_data.append("")
        if tag == "meta":
            self.meta.append(values.get("content") or "")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.inside = ""

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script" and self.linked_data:
            self.linked_data[-1] += data


class Attacks(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def add(self, name, *role):
        done = subprocess.run([os.environ["TAMGA"], "account", "add", name, "--name", name.title(), *role, "--db", str(self.db)],
                              input=PASSWORD + "\n", capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)

    def come_in(self, server, name, **headers):
        browser = Browser(server, **headers)
        self.assertEqual(browser.log_in(name)[0], 303, name)
        return browser

    def token(self, browser, page="/en/desk"):
        return re.search('name="form_token" value="([^"]+)"', browser.get(page)[2])[1]

    def head(self, server):
        return json.loads(server.get("/en/index.json")[2])["as_of"]["position"]

    # -- who asks

    def test_every_address_as_nobody_with_a_session_that_is_over_and_by_a_wrong_method(self):
        self.add("ana", "--role", "party-editor", "--of", "kz")
        with self.serving() as server:
            over, made_up, nobody = self.come_in(server, "ana"), Browser(server), Browser(server)
            ended = dict(over.cookies)
            self.assertEqual(over.send("/en/desk/logout", "/en/desk")[0], 303)
            over.cookies = ended
            made_up.cookies = {name: "A" * len(value) for name, value in ended.items()}
            head, seen = self.head(server), set()
            for path, methods, _ in addresses():
                seen.add(path)
                for who in (nobody, over, made_up):
                    cookies = dict(who.cookies)
                    if is_for_signed_in(path):
                        if "GET" in methods:
                            status, headers, _ = who.get(path)
                            self.assertEqual((status, headers["Location"].split("?")[0]), (303, "/en/desk/login"), path)
                        else:
                            status, headers, text = who.ask("POST", path, "form_token=x&action=enable&intent=publish")
                            self.assertEqual(status, 403, path)
                            self.assertIn("/en/desk/login", text)
                        self.assertEqual(headers["Cache-Control"], "private, no-store", path)
                    elif path.startswith("/api/v1/") and is_personal(path):
                        status, headers, _ = who.ask("GET" if "GET" in methods else "POST", path, None if "GET" in methods else "{}")
                        self.assertEqual((status, headers["Cache-Control"]), (401, "private, no-store"), path)
                    who.cookies = cookies
                for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} - methods:
                    other = [ms for p, ms, _ in addresses() if p == path]
                    if not any(method in ms for ms in other):
                        status, headers, _ = nobody.ask(method, path)
                        self.assertIn(status, (400, 405, 501), (method, path))
            self.assertGreater(len(seen), 80)
            self.assertEqual(self.head(server), head)

    def test_no_answer_to_who_is_signed_in_is_kept(self):
        self.add("ana", "--role", "party-signatory", "--of", "kz", "--in", "m")
        self.add("op", "--role", "operator")
        with self.serving() as server:
            for browser in (self.come_in(server, "ana"), self.come_in(server, "op")):
                form_token = self.token(browser)
                for path, methods, _ in addresses():
                    if not is_personal(path) or "logout" in path:
                        continue
                    for query in ("", "?nonsense=1"):
                        answer = browser.get(path + query) if "GET" in methods else browser.ask("POST", path + query, f"form_token={form_token}")
                        status, headers, text = answer
                        self.assertLess(status, 500, path)
                        self.assertEqual((headers["Cache-Control"], headers["X-Robots-Tag"]), ("private, no-store", "noindex"), (path, status))
                        self.assertIsNone(headers["Access-Control-Allow-Origin"], path)
                    self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"], path)
                # What is the same for all sets no cookie, and knows nobody.
                for path in ("/en/", "/en/commitments/road", "/en/commitments/road/reply", "/en/follow"):
                    status, headers, text = browser.get(path)
                    self.assertIsNone(headers["Set-Cookie"], path)
                    self.assertNotIn("/desk/logout", text)

    def test_a_session_is_never_the_one_that_was_brought(self):
        self.add("ana")
        with self.serving() as server:
            victim, thief = Browser(server), Browser(server)
            victim.get("/en/desk/login")
            planted = dict(victim.cookies)
            thief.cookies = dict(planted)
            self.assertEqual(victim.log_in("ana")[0], 303)
            self.assertEqual(len(set(victim.cookies) - set(planted)), 1, "the session is a cookie of its own")
            self.assertEqual(thief.get("/en/desk")[0], 303, "what was planted is worth nothing")
            victim_form = urllib.parse.urlencode({"form_token": self.token(thief, "/en/desk/login"), "action": "all-end"})
            self.assertEqual(victim.ask("POST", "/en/desk/account", victim_form)[0], 403, "nor is a form's token that goes with it")
            # Another login begins another session; one that is over stays so.
            first = dict(victim.cookies)
            again = self.come_in(server, "ana")
            self.assertNotEqual(again.cookies, first)
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
            connection.request("GET", "/en/desk/login")
            for cookie in connection.getresponse().headers.get_all("Set-Cookie"):
                for attribute in ("HttpOnly", "SameSite=", "Path=/"):
                    self.assertIn(attribute, cookie)
            connection.close()

    # -- whose form it is

    def test_a_form_of_another_site_or_session_does_nothing(self):
        self.add("ana", "--role", "party-editor", "--of", "kz")
        self.add("eve", "--role", "party-editor", "--of", "cn")
        self.add("op", "--role", "operator")
        with self.serving() as server:
            head = self.head(server)
            eve = self.token(self.come_in(server, "eve"))
            for name in ("ana", "op"):
                browser = self.come_in(server, name)
                mine = self.token(browser)
                deeds = {"/en/desk/account": {"action": "describe", "name": "Hacked", "email": "", "language": "en"},
                         "/en/desk/accounts": {"id": "hacked", "name": "Hacked", "email": "", "language": "en", "role": "operator", "of": "", "mechanism": ""},
                         "/en/desk/write/updates": {"field.id": "hacked", "field.title@en": "Hacked", "field.date": "2025-01-01", "field.party": "kz", "base": "0",
                                                    "intent": "publish"}}
                for path, methods, _ in addresses():
                    if "POST" not in methods or not is_personal(path) or path.startswith("/api/") or "/account/link/" in path:
                        continue
                    fields = deeds.get(path, {"action": "all-end", "intent": "publish"})
                    for token, headers in ((None, {}), ("", {}), (eve, {}), (mine[:-1], {}), (mine, {"Origin": "https://evil.example"}), (mine, {"Origin": "null"}),
                                           (mine, {"Sec_Fetch_Site": "cross-site"}), (mine, {"Origin": f"http://127.0.0.1:{server.port + 1}"})):
                        body = urllib.parse.urlencode(fields | ({} if token is None else {"form_token": token}))
                        status, _, text = browser.ask("POST", path, body, **headers)
                        self.assertEqual(status, 403, (path, token, headers, text[-800:]))
                self.assertEqual(browser.get("/en/desk")[0], 200, "signed in still")
                # The same forms with the token of this session are taken.
                taken = "/en/desk/write/updates" if name == "ana" else "/en/desk/accounts"
                answer = browser.ask("POST", taken, urllib.parse.urlencode(deeds[taken] | {"form_token": mine, "field.id": "meant", "id": "meant"}))
                self.assertIn(answer[0], (200, 303), answer[2])
            self.assertEqual(self.head(server), head + 1)
            for path in ("/en/desk/account", "/en/desk/accounts"):
                self.assertNotIn('"Hacked"', browser.get(path)[2])
        self.assertNotIn("hacked", tamga("account", "list", "--db", self.db)[1])

    def test_nobody_reaches_into_the_account_of_another(self):
        self.add("ana", "--role", "party-editor", "--of", "kz")
        self.add("eve", "--role", "party-editor", "--of", "cn")
        self.add("wat", "--role", "watcher")
        with self.serving() as server:
            ana, there, eve, wat = (self.come_in(server, name) for name in ("ana", "ana", "eve", "wat"))
            page = ana.get("/en/desk/account")[2]
            session = html.unescape(re.search('name="session" value="([^"]+)"', page)[1])
            draft = {"field.id": "", "field.title@en": "Secret draft", "base": "0", "intent": "draft"}
            self.assertEqual(ana.send("/en/desk/write/reports", **draft)[0], 200)
            page = ana.send("/en/desk/account", action="token", title="Mine", scope="read", mechanism="", days="1")[2]
            key = html.unescape(re.search('shown-once">([^<]+)<', page)[1])
            number = re.search('name="token" value="([^"]+)"', ana.get("/en/desk/account")[2])
            for other in (eve, wat):
                other.send("/en/desk/account", action="session-end", session=session)
                if number:
                    other.send("/en/desk/account", action="token-end", token=html.unescape(number[1]))
                for path in ("/en/desk", "/en/desk/account", "/en/desk/write/reports", "/en/desk/write/reports?id=new", "/en/desk/upload"):
                    text = other.get(path)[2]
                    self.assertNotIn("Secret draft", text)
                    self.assertNotIn(session, text)
                for path in ("/en/desk/accounts", "/en/desk/accounts/ana", "/en/desk/events", "/en/desk/events?account=ana", "/en/desk/replies", "/en/desk/seals"):
                    self.assertEqual(other.get(path)[0], 403, path)
                other.send("/en/desk/write/reports", intent="discard", **{"field.id": ""})
            self.assertEqual((ana.get("/en/desk")[0], there.get("/en/desk")[0]), (200, 200))
            self.assertIn("Secret draft", ana.get("/en/desk/write/reports")[2])
            self.assertEqual(Browser(server, Authorization=f"Bearer {key}").get("/api/v1/pending")[0], 403, "a token that holds, of no signatory")

    # -- what is written into texts

    def columns(self, kind):
        """The columns of a kind's table, each with what its cells hold."""
        told = re.split(r"\n  (?=\S)", tamga("fields", kind)[1].split("\n  How cells are written")[0])[1:]
        for field in told:
            name, *lines = [line.strip() for line in field.splitlines() if line.strip()]
            yield name.replace(" (required)", ""), "(required)" in name, lines[1] if len(lines) > 1 else ""

    def evil_record(self, kind):
        """A record that has the attack wherever it can be written."""
        known = {"id of parties": "kz", "ids of parties": "cn;kz", "id of mechanisms": "m", "id of commitments": "road", "id of series": "s", "date": "2025-01-01"}
        for name, required, what in self.columns(kind):
            if name == "id":
                yield name, "evil"
            elif what.startswith(("text", "name")) or what.startswith("list") or (not what and name != "closes"):
                yield name, ATTACK.replace(";", "\\;") if what.startswith("list") else ATTACK
            elif what.startswith("web address") or name.endswith("url"):
                yield name, EVIL
            elif what.startswith("code:"):
                yield name, what.removeprefix("code: ").split(", ")[-1]
            elif what.startswith(tuple(known)):
                yield name, next(value for start, value in sorted(known.items(), reverse=True) if what.startswith(start))
            elif required or name in ("under", "about", "of"):
                yield name, "commitment:road" if name in ("under", "of", "about") else {"id of instruments": "evil", "period": "2024"}.get(what, "1")

    def import_evil(self):
        """Tries all that a record may hold; a cell that is refused is left out."""
        kinds = ["source", "party", "mechanism", "principle", "sector", "meeting", "instrument", "provision", "action", "centre", "series", "statement", "commitment",
                 "project", "observation", "claim", "report", "assessment", "update", "reply", "name", "imprint"]
        plurals = {"party": "parties", "series": "series", "reply": "replies"}
        for kind in kinds:
            record, plural = dict(self.evil_record(kind)), plurals.get(kind, kind + "s")
            for _ in range(len(record)):
                out = io.StringIO()
                table = csv.DictWriter(out, list(record), lineterminator="\n")
                table.writeheader()
                table.writerow(record)
                status, told, err = tamga("import", self.write(f"evil-{kind}", **{plural: out.getvalue()}), "--db", self.db)
                if status == 0:
                    break
                wrong = set(re.findall(rf"{plural}\.csv:[0-9]+:([0-9]+)", err))
                self.assertTrue(wrong, (kind, told, err))
                for at in sorted((int(one) for one in wrong), reverse=True):
                    record.pop(list(record)[at - 1])
            self.assertEqual(status, 0, (kind, err))
            self.assertTrue(any(ATTACK in value for value in record.values()), (kind, record))
            yield kind, plural, record

    def assert_nothing_runs(self, target, text):
        page = Scripts(text)
        self.assertEqual(page.faults, [], target)
        for data in page.linked_data:
            self.assertNotIn("<", data, target)
            json.loads(data)
        return page

    def test_a_text_in_any_field_of_any_kind_runs_nowhere(self):
        written = list(self.import_evil())
        self.add("ed", "--role", "secretariat")
        with self.serving("--public-url", PUBLIC) as server:
            pages = ["/en/", "/en/about", "/en/changes", "/en/search?q=evil", "/en/indicators/i/figures", "/en/mechanisms/m", "/en/mechanisms/m/trade", "/en/embed/series/evil",
                     "/en/commitments/road", "/en/parties/kz", "/en/replies?public_by=2025-06-01", "/en/replies?dated=no", "/en/commitments?dated=no"]
            for _, plural, _ in written:
                pages += [f"/en/{plural}", f"/en/{plural}/evil", f"/en/{plural}/evil/history", f"/zh/{plural}/evil"]
            told = 0
            for target in pages:
                status, _, body = server.get(target)
                self.assertEqual(status, 200, target)
                page = self.assert_nothing_runs(target, body.decode())
                told += any("xss-x" in one for one in page.meta) + any("xss-x" in one for one in page.linked_data)
            self.assertGreater(told, 10, "the texts stand in descriptions and linked data")
            for _, plural, _ in written:
                for target in (f"/en/{plural}.atom", f"/en/{plural}/evil.atom"):
                    for element in xml.etree.ElementTree.fromstring(server.get(target)[2]).iter():
                        self.assertNotIn("xss-x", element.tag)
                        if element.get("type") == "html":
                            self.assertEqual(Scripts(element.text or "").faults, [], target)
                        self.assertFalse((element.get("href") or "").lower().startswith("javascript"), target)
                for item in json.loads(server.get(f"/en/{plural}.feed")[2])["items"]:
                    self.assertEqual(Scripts(item.get("content_html", "")).faults, [], plural)
                json.loads(server.get(f"/en/{plural}.json")[2])
            for target in ("/en/mechanisms/m/iati/activities.xml", "/en/series/evil.svg", "/sitemap.xml", "/sitemaps/parties/1.xml"):
                status, headers, body = server.get(target)
                if status == 200:
                    names = {element.tag.rsplit("}", 1)[-1] for element in xml.etree.ElementTree.fromstring(body).iter()}
                    self.assertFalse(names & {"xss-x", "script", "foreignObject"}, target)
        # At the desk, where it is written again: forms, and what would change.
        with self.serving() as server:
            editor = self.come_in(server, "ed")
            for _, plural, record in written:
                self.assert_nothing_runs(plural, editor.get(f"/en/desk/write/{plural}?id=evil")[2])
                fields = {f"field.{name}": value for name, value in record.items()} | {"field.id": "other", "base": "0", "intent": "check"}
                self.assert_nothing_runs(plural, editor.send(f"/en/desk/write/{plural}", **fields)[2])
            self.assert_nothing_runs("/en/desk", editor.get("/en/desk")[2])

    def test_links_lead_to_the_web_and_nowhere_else(self):
        for address in ("javascript:alert(1)", "JaVaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example", "\x01javascript:x"):
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows([["id", "title@en", "url"], ["evil", "Evil", address]])
            status, _, err = tamga("import", self.write("links", sources=out.getvalue()), "--db", self.db)
            self.assertEqual(status, 1, address)
            self.assertIn("url", err)

    def test_what_comes_by_an_address_runs_nowhere(self):
        self.add("ana", "--role", "party-editor", "--of", "kz")
        with self.serving() as server:
            ana = self.come_in(server, "ana")
            for path, methods, parameters in addresses():
                if "GET" not in methods:
                    continue
                who = ana if is_personal(path) and "login" not in path else Browser(server)
                for name in [*parameters, ATTACK]:
                    value = f"a\r\nX-Evil: yes\r\n\r\n{ATTACK}"
                    status, headers, text = self.get(who, f"{path}?{urllib.parse.quote(name, safe='')}={urllib.parse.quote(value, safe='')}")
                    self.assertLess(status, 500, (path, name))
                    self.assertIsNone(headers["X-Evil"], (path, name))
                    if "html" in (headers["Content-Type"] or ""):
                        self.assert_nothing_runs((path, name), text)
            for path in (f"/en/{urllib.parse.quote(ATTACK, safe='')}", f"/en/commitments/{urllib.parse.quote(ATTACK, safe='')}", f"/{urllib.parse.quote(ATTACK, safe='')}"):
                self.assert_nothing_runs(path, self.get(Browser(server), path)[2])

    def get(self, browser, target):
        """As Browser.get(), of answers that are no text."""
        connection = http.client.HTTPConnection("127.0.0.1", browser.server.port, timeout=600)
        try:
            connection.request("GET", target, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode(errors="replace")
        finally:
            connection.close()

    # -- where it leads

    def test_no_address_leads_to_another_site(self):
        self.add("ana")
        with self.serving() as server:
            for evil in ("//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example", "/%09/evil.example", "///evil.example",
                         "http:evil.example", "javascript:evil()", "/en/../..//evil.example", ".evil.example", "@evil.example", "/en/\r\nLocation: https://evil.example"):
                quoted = urllib.parse.quote(evil, safe="")
                browser = Browser(server)
                self.assert_leads_home(browser.send(f"/en/desk/login?next={quoted}", account="ana", password=PASSWORD)[1]["Location"], server, evil)
                self.assert_leads_home(browser.get(f"/en/desk/login?next={quoted}")[1]["Location"], server, evil)
                for path in (f"/{evil}", f"/{quoted}", f"/en/{quoted}", f"/en/commitments?q={quoted}&next={quoted}", f"/commitments/{quoted}", f"/parties?x={quoted}"):
                    path = re.sub(r"[\t\r\n\\ ]", lambda found: urllib.parse.quote(found[0]), path)
                    location = self.get(Browser(server), path)[1]["Location"]
                    if location:
                        self.assert_leads_home(location, server, path)

    def assert_leads_home(self, location, server, why):
        told = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://127.0.0.1:{server.port}/en/", location.replace("\\", "/")))
        self.assertEqual((told.scheme, told.netloc), ("http", f"127.0.0.1:{server.port}"), (why, location))
        self.assertNotRegex(location, r"[\x00-\x20]", why)

    def test_no_path_leads_to_a_file_of_the_machine(self):
        with self.serving() as server:
            for up in ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "..%c0%af", "%252e%252e%252f", "..;/", "./../"):
                for begin in ("/", "/files/", f"/files/{'0' * 64}/", "/assets/", "/en/", "/en/commitments/", "/sitemaps/"):
                    for file in ("etc/passwd", "proc/self/environ", "register.db", "register.db.key", "key"):
                        status, _, text = self.get(Browser(server), begin + up * 6 + file)
                        self.assertIn(status, (301, 302, 400, 404), begin + up + file)
                        self.assertNotIn("root:", text)
            for nul in ("/en/commitments/road%00.json", "/files/%00", "/assets/app%00.css"):
                self.assertIn(self.get(Browser(server), nul)[0], (400, 404), nul)

    def test_an_address_for_mail_is_one_line(self):
        self.add("ana")
        with self.serving() as server:
            ana = self.come_in(server, "ana")
            for evil in ("ana@example.org\r\nBcc: x@example.org", "ana@example.org\nBcc: x@example.org", "ana@example.org,x@example.org", "ana@example.org>", "\"a\r\n\"@example.org"):
                status, _, text = ana.send("/en/desk/account", action="describe", name="Ana", email=evil, language="en")
                self.assertEqual(status, 422, evil)
                self.assert_nothing_runs(evil, text)
        self.assertNotIn("Bcc", tamga("account", "list", "--db", self.db)[1])


if __name__ == "__main__":
    unittest.main()
