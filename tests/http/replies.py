#!/usr/bin/env python3
"""Replies over real sockets: from the form to the moderator, the page, the export, and until they are erased."""
import hashlib
import html
import http.client
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import LANGUAGES, POSTGRES, Case, tamga  # noqa: E402

PASSWORD = "correct horse battery"
TABLES = {"parties": "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n",
          "mechanisms": "id,title@en\nm,The mechanism\nn,Another\n",
          "commitments": "id,title@en,by,mechanism\nroad,A road,cn,m\nlake,A lake,kz,n\n",
          "updates": "id,title@en,date,mechanism\nnews,News,2025-01-02,m\nshut,Shut,2025-01-02,m\n",
          "replies": "id,under,name,date,text@en,closes\nlast,update:shut,Moderator,2025-03-01,Enough is said.,yes\n"}
# The least age of a form, and a second for clocks that count whole ones.
YOUNGEST = 5
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def work(token):
    for nonce in itertools.count():
        if hashlib.sha256(f"{token}:{nonce}".encode()).digest()[:2] == b"\0\0":
            return str(nonce)


class Browser:
    """Somebody with cookies, at an address of their own."""

    def __init__(self, server, address="203.0.113.9"):
        self.port, self.address, self.cookies = server.port, address, {}

    def ask(self, target, form=None, **headers):
        sent = {"X-Forwarded-For": self.address, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        body = None
        if form is not None:
            body = form if isinstance(form, bytes) else urllib.parse.urlencode(form).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("GET" if form is None else "POST", target, body, sent)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or ():
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def token(self, record):
        status, _, body = self.ask(f"/en/{record}/reply")
        assert status == 200, body
        return html.unescape(re.search('name="token" value="([^"]*)"', body)[1])

    def sign_in(self, account):
        token = self.form_token("/en/desk/login")
        status, _, body = self.ask("/en/desk/login", {"account": account, "password": PASSWORD, "form_token": token})
        assert status == 303, body
        return self

    def form_token(self, page):
        return html.unescape(re.search('name="form_token" value="([^"]*)"', self.ask(page)[2])[1])


class Replies(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def add(self, account, *role):
        done = subprocess.run([os.environ["TAMGA"], "account", "add", account, "--name", account.title(), "--db", str(self.db), *role],
                              input=PASSWORD + "\n", capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)

    def start(self, *arguments):
        context = self.serving(*arguments)
        server = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return server

    def decide(self, browser, number, deed, reason="", token=None, **headers):
        token = browser.form_token("/en/desk/replies") if token is None else token
        return browser.ask(f"/en/desk/replies/{number}", {"deed": deed, "reason": reason, "form_token": token}, **headers)

    def told(self, server):
        """All that is public: pages, data, feeds, the export."""
        reader = Browser(server)
        texts = [reader.ask(path)[2] for path in (
            "/en/commitments/road", "/en/commitments/road.json", "/en/replies", "/en/replies.json", "/en/replies.csv", "/en/replies.atom",
            "/en/replies.feed", "/en/commitments/road/history.json", "/en/search?q=reader", "/en/search.json?q=example")]
        out = self.dir / f"out{len(list(self.dir.iterdir()))}"
        self.succeed("export", "--to", out, "--db", self.db)
        return "\n".join(texts + [path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.csv"))])

    def assert_nowhere(self, server, text):
        """Neither public nor in the database's own files."""
        self.assertFalse(text in self.told(server), text)
        for path in () if POSTGRES else self.dir.glob("register.db*"):
            self.assertFalse(text.encode() in path.read_bytes(), f"{text} is in {path.name}")

    def test_from_the_form_to_the_page_and_until_it_is_erased(self):
        self.add("mod", "--role", "moderator", "--in", "m")
        self.add("other", "--role", "moderator", "--in", "n")
        self.add("ana", "--role", "party-editor", "--of", "kz", "--in", "m")
        server = self.start()
        reader = Browser(server)
        page = reader.ask("/en/commitments/road")[2]
        self.assertIn('href="/en/commitments/road/reply"', page)
        self.assertIn("No replies yet.", page)
        status, headers, form = reader.ask("/en/commitments/road/reply")
        self.assertEqual((status, headers["Cache-Control"], headers["X-Robots-Tag"], headers["Set-Cookie"]), (200, "no-store", "noindex", None))
        self.assertIn("Your e-mail address will not be published. Required fields are marked", form)
        tokens = [reader.token("commitments/road") for _ in range(4)]
        self.assertEqual(len(set(tokens)), 4)
        good = {"name": "A Reader", "email": "reader@example.org", "text": f"One.\r\n\r\nTwo {ATTACK}", "website": ""}

        # At once: too quick, and nothing is lost.
        status, _, body = reader.ask("/en/commitments/road/replies", {**good, "token": tokens[0], "nonce": ""})
        self.assertEqual(status, 422)
        for kept in ("A Reader", "reader@example.org", html.escape("<script>alert(1)</script>"), tokens[0]):
            self.assertIn(kept, body)
        self.assertNotIn("<script>alert", body)
        time.sleep(YOUNGEST)

        # What is wrong stands beside its field.
        status, _, body = reader.ask("/en/commitments/road/replies",
                                     {"name": "", "email": "nobody", "text": "www.a.example www.b.example www.c.example", "token": tokens[0]})
        self.assertEqual(status, 422)
        for said in ('id="name-problem">Write your name.', 'id="email-problem">This is not an e-mail address.',
                     'id="text-problem">It has too many web addresses', "www.a.example"):
            self.assertIn(said, body)
        # The field that nobody sees; a token of another record, or of none.
        for changed in ({"website": "x"}, {"token": reader.token("updates/news")}, {"token": "1-2-3"}, {"token": ""}):
            self.assertEqual(reader.ask("/en/commitments/road/replies", {**good, "token": tokens[0], **changed})[0], 422, changed)
        # No form at all.
        self.assertGreaterEqual(reader.ask("/en/commitments/road/replies", b"{}", Content_Type="application/json")[0], 400)
        self.assertEqual(reader.ask("/en/parties/cn/reply")[0], 404)
        self.assertEqual(reader.ask("/en/parties/cn/replies", {**good, "token": tokens[0]})[0], 404)
        self.assertEqual(reader.ask("/en/updates/none/reply")[0], 404)

        # Taken, with the work and without it; once each.
        for token, nonce, text in ((tokens[0], work(tokens[0]), good["text"]), (tokens[1], "", "Хорошая дорога."), (tokens[2], "", "Bad one.")):
            status, headers, _ = reader.ask("/en/commitments/road/replies", {**good, "text": text, "token": token, "nonce": nonce})
            self.assertEqual((status, headers["Location"]), (303, "/en/commitments/road/reply?sent=yes"))
        self.assertEqual(reader.ask("/en/commitments/road/replies", {**good, "token": tokens[0]})[0], 303)
        self.assertIn("waits for a moderator", reader.ask("/en/commitments/road/reply?sent=yes")[2])
        self.assertIn("No replies yet.", reader.ask("/en/commitments/road")[2])
        self.assert_nowhere(server, "reader@example.org")

        # Nobody else decides: not signed in, another role, another mechanism, another site, no token, a wrong method.
        self.assertEqual(reader.ask("/en/desk/replies")[0], 303)
        self.assertEqual(reader.ask("/en/desk/replies/1", {"deed": "approve"})[0], 403)
        ana = Browser(server).sign_in("ana")
        self.assertEqual(ana.ask("/en/desk/replies")[0], 403)
        self.assertEqual(self.decide(ana, 1, "approve", token=ana.form_token("/en/desk"))[0], 403)
        other = Browser(server).sign_in("other")
        self.assertNotIn("reader@example.org", other.ask("/en/desk/replies")[2])
        self.assertEqual(self.decide(other, 1, "approve", token=other.form_token("/en/desk"))[0], 403)
        mod = Browser(server).sign_in("mod")
        self.assertEqual(self.decide(mod, 1, "approve", token="")[0], 403)
        self.assertEqual(self.decide(mod, 1, "approve", Origin="https://evil.example")[0], 403)
        self.assertEqual(mod.ask("/en/desk/replies/1")[0], 405)
        self.assertIn("No replies yet.", reader.ask("/en/commitments/road")[2])

        # The moderator sees them oldest first, with the address, and what the rules say.
        status, headers, desk = mod.ask("/en/desk/replies")
        self.assertEqual((status, headers["Cache-Control"]), (200, "private, no-store"))
        self.assertEqual(re.findall('id="waiting-([0-9]+)"', desk), ["1", "2", "3"])
        self.assertEqual(desk.count("Sent without scripts"), 2)
        self.assertIn("reader@example.org", desk)
        self.assertNotIn("<script>alert", desk)
        self.assertNotIn("onerror=alert(2)>", desk)
        self.assertEqual(self.decide(mod, 3, "refuse")[0], 422)
        self.assertEqual(self.decide(mod, 3, "refuse", "It is abuse")[0], 303)
        self.assertEqual(self.decide(mod, 1, "approve")[0], 303)
        self.assertEqual(self.decide(mod, 1, "approve")[0], 303)
        self.assertEqual(self.decide(mod, 2, "approve")[0], 303)
        self.assertEqual(self.decide(mod, 99, "approve")[0], 404)
        self.assertEqual(self.decide(mod, 3, "approve")[0], 409)

        for language in LANGUAGES:
            page = reader.ask(f"/{language}/commitments/road")[2]
            self.assertEqual(len(re.findall('id="reply-[^"-]+-[^"]+-by"', page)), 2, language)
            self.assertIn("A Reader", page)
            self.assertIn('lang="ru"' if language != "ru" else "Хорошая дорога.", page)
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("onerror=alert(2)>", page)
            self.assertNotIn("Bad one.", page)
        told = self.told(server)
        self.assertTrue("Хорошая дорога." in told)
        self.assertFalse("Bad one." in told)
        self.assertFalse("It is abuse" in told, "it is for moderators")
        self.assert_nowhere(server, "reader@example.org")
        self.assertIn("account:mod", reader.ask("/en/replies.json")[2])

        # A last word closes: and is itself a reply, in the journal.
        self.assertEqual(self.decide(mod, 1, "close", "All is said.")[0], 303)
        page = reader.ask("/en/commitments/road")[2]
        self.assertIn("Closed since", page)
        self.assertIn("All is said.", page)
        self.assertNotIn("/en/commitments/road/reply\"", page)
        last = re.search("/en/replies/([^\".]*-closes)", reader.ask("/en/replies")[2])[1]
        # Commands wait for the server's turn to end, and may say so.
        self.assertEqual(tamga("withdraw", f"reply:{last}", "--reason", "open again", "--db", self.db)[0], 0)
        self.assertIn('href="/en/commitments/road/reply"', reader.ask("/en/commitments/road")[2])

        # Erased on request: the text goes, every proof stays.
        self.assertEqual(self.decide(mod, 2, "erase")[0], 422)
        self.assertEqual(self.decide(mod, 2, "erase", "asked by its writer")[0], 303)
        self.assertEqual(self.decide(mod, 2, "erase", "again")[0], 303)
        page = reader.ask("/en/commitments/road")[2]
        self.assertIn("1 reply", page)
        self.assert_nowhere(server, "Хорошая дорога")
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))
        self.assertEqual(tamga("rebuild", "--db", self.db)[0], 0)
        self.assertIn("1 reply", reader.ask("/en/commitments/road")[2])
        events = tamga("account", "events", "--db", self.db)[1]
        for what in ("reply-approved", "reply-refused", "reply-erased"):
            self.assertIn(what, events)
        self.assertNotIn("example.org", events)
        # By the command too: neither the text nor the address of who wrote it is kept.
        version = json.loads(reader.ask("/en/replies.json")[2])["records"]
        [first] = [one for one in version if one["body"]["name"] == "A Reader"]
        self.assertIn("reader@example.org", mod.ask("/en/desk/replies")[2])
        self.assertEqual(tamga("redact", f"reply:{first['id']}", "--entry", first["version"]["position"], "--reason", "asked", "--db", self.db)[0], 0)
        self.assertNotIn("reader@example.org", mod.ask("/en/desk/replies")[2])
        self.assert_nowhere(server, "One.")
        server.stop()
        self.assertNotIn("reader@example.org", server.errors)

    def test_closed_threads_take_none_and_say_since_when(self):
        self.add("mod", "--role", "moderator")
        server = self.start()
        reader = Browser(server)
        page = reader.ask("/en/updates/shut")[2]
        self.assertIn("Closed since 1 March 2025", page)
        self.assertNotIn("/en/updates/shut/reply", page)
        form = reader.ask("/en/updates/shut/reply")[2]
        self.assertIn("Closed since 1 March 2025", form)
        self.assertNotIn('name="token"', form)
        status, _, body = reader.ask("/en/updates/shut/replies", {"name": "A", "email": "a@b.example", "text": "T", "token": "x"})
        self.assertEqual(status, 409)
        self.assertIn("Closed since", body)

    def test_a_party_answers_officially_first_and_with_its_seal(self):
        self.add("ana", "--role", "party-editor", "--of", "kz", "--in", "m")
        self.add("bo", "--role", "party-editor", "--of", "cn")
        self.add("far", "--role", "party-editor", "--of", "kz", "--in", "n")
        self.add("mod", "--role", "moderator")
        self.succeed("import", self.write("more", replies="id,under,name,date,text@en\nr,commitment:road,A Reader,2025-01-01,First.\n"),
                     "--db", self.db)
        server = self.start()
        reader, ana, bo, far, mod = (Browser(server), *(Browser(server).sign_in(who) for who in ("ana", "bo", "far", "mod")))
        form = html.unescape(re.search('href="([^"]*/desk/write/replies[^"]*)"', reader.ask("/en/commitments/road")[2])[1])
        self.assertEqual(reader.ask(form)[0], 303)

        def fields(browser, address=form):
            page = browser.ask(address)[2]
            found = re.search('<form class="record-form".*?</form>', page, re.DOTALL)[0]
            sent = dict(re.findall('<input[^>]*? name="([^"]*)" value="([^"]*)"', found)) | {
                name: "" for name in re.findall('<(?:textarea|select)[^>]*? name="([^"]*)"', found)}
            for name, options in re.findall('<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', found, re.DOTALL):
                chosen = re.search('<option value="([^"]*)"[^>]* selected', options)
                sent[name] = chosen[1] if chosen else ""
            return {name: html.unescape(value) for name, value in sent.items()}

        def send(browser, sent, **more):
            return browser.ask("/en/desk/write/replies", sent | {"intent": "publish"} | {f"field.{name}": text for name, text in more.items()})

        sent = fields(ana)
        self.assertEqual([sent[f"field.{name}"] for name in ("under", "party", "name")], ["commitment:road", "kz", "Ana"])
        # For no other party, not where its role is not, nor for a reader; and a party's word is not the last one.
        self.assertEqual(send(ana, sent, party="cn", **{"text@en": "No."})[0], 403)
        self.assertEqual(send(ana, sent, party="", **{"text@en": "No."})[0], 403)
        self.assertEqual(send(far, fields(far), **{"text@en": "No."})[0], 403)
        self.assertEqual(send(mod, fields(mod), party="kz", **{"text@en": "No."})[0], 403)
        self.assertEqual(send(ana, sent, closes="yes", **{"text@en": "Enough."})[0], 422)
        status, headers, body = send(ana, sent, **{"text@en": f"Kazakhstan says {ATTACK}"})
        self.assertEqual((status, headers["Location"]), (303, f"/en/commitments/road#reply-{sent['field.id']}"), body)
        sent = fields(bo)
        self.assertEqual(send(bo, sent, **{"text@en": "China says."})[0], 303)

        def cards():
            page = reader.ask("/en/commitments/road")[2]
            self.assertNotIn("<script>alert", page)
            return re.findall('<article class="card reply.*?</article>', page, re.DOTALL)

        # Before the reader's, though later; each marked as its party's.
        first, second, last = cards()
        for card, party in ((first, "Kazakhstan"), (second, "China")):
            self.assertIn("reply--official", card)
            self.assertRegex(card, f"Official reply</span> .*{party}")
            self.assertNotIn("Seal", card)
        self.assertNotIn("reply--official", last)
        self.assertEqual(tamga("key", "new", self.dir / "kz.key")[0], 0)
        self.assertEqual(tamga("key", "register", self.dir / "kz.key", "--party", "kz", "--author", "account:ana", "--db", self.db)[0], 0)
        self.assertEqual(tamga("sign", "--key", self.dir / "kz.key", "--db", self.db)[0], 0)
        first, second, _ = cards()
        self.assertRegex(first, "Seal.*Kazakhstan(.|\n)*openssl pkeyutl -verify")
        self.assertNotIn("Seal", second)

        # Where a moderator closed it, no party has a later word than another.
        self.assertEqual(send(mod, fields(mod), closes="yes", **{"text@en": "All is said."})[0], 303)
        self.assertNotIn("/desk/write/replies", reader.ask("/en/commitments/road")[2])
        page = bo.ask(form)[2]
        self.assertIn("Closed since", page)
        self.assertNotIn('value="publish"', page)
        self.assertEqual(send(bo, fields(bo), **{"text@en": "But."})[0], 409)
        # What it said before it can still mend.
        mended = fields(bo, f"/en/desk/write/replies?id={sent['field.id']}")
        self.assertEqual(send(bo, mended, **{"text@en": "China says better."})[0], 303)
        self.assertIn("China says better.", reader.ask("/en/commitments/road")[2])

    def test_too_many_wait_and_lose_nothing(self):
        self.add("mod", "--role", "moderator")
        server = self.start()
        reader = Browser(server, "2001:db8:7::1")
        tokens = [reader.token("updates/news") for _ in range(7)]
        time.sleep(YOUNGEST)
        form = {"name": "A Reader", "email": "reader@example.org", "text": "Once more."}
        for token in tokens[:6]:
            self.assertEqual(reader.ask("/en/updates/news/replies", {**form, "token": token})[0], 303)
        status, headers, body = reader.ask("/en/updates/news/replies", {**form, "token": tokens[6]})
        self.assertEqual(status, 429)
        self.assertGreater(int(headers["Retry-After"]), 0)
        self.assertIn("Once more.", body)
        # Another network has its own count.
        self.assertEqual(Browser(server, "198.51.100.1").ask("/en/updates/news/replies", {**form, "token": tokens[6]})[0], 303)
        desk = Browser(server).sign_in("mod").ask("/en/desk/replies")[2]
        self.assertEqual(desk.count("Another reply that waits says the same."), 6)

    def test_without_a_key_or_a_desk_there_is_no_form(self):
        server = self.start()
        self.assertIn("Replies cannot be written here", Browser(server).ask("/en/updates/news/reply")[2])
        self.assertEqual(Browser(server).ask("/en/updates/news/replies", {"name": "A", "email": "a@b.example", "text": "T"})[0], 503)
        server.stop()
        self.add("mod", "--role", "moderator")
        server = self.start("--no-desk")
        page = Browser(server).ask("/en/updates/news")[2]
        self.assertIn("Replies cannot be written here", page)
        self.assertNotIn("/en/updates/news/reply", page)
        self.assertNotIn('name="token"', Browser(server).ask("/en/updates/news/reply")[2])


if __name__ == "__main__":
    unittest.main()
