#!/usr/bin/env python3
"""What is new, as pages, feeds and messages: from the form to the mail server, a program that did not write ours, and until it ends."""
import asyncio
import email
import email.policy
import html
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
# Debian's python3-aiosmtpd, whichever interpreter runs this.
sys.path.append("/usr/lib/python3/dist-packages")
from support import LANGUAGES, POSTGRES, Case, tamga  # noqa: E402

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
except ImportError:
    Controller = None

TABLES = {"parties": "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n",
          "mechanisms": "id,title@en\nm,The mechanism\n",
          "meetings": "id,title@en,mechanism,level,start,status\n"
                      "first,First summit,m,summit,2025-01-10,held\ntalks,Talks,m,ministerial,2025-06-01,held\n"
                      "second,Second summit,m,summit,2026-01-10,held\n",
          "commitments": "id,title@en,title@ru,by,mechanism,due\nroad,A road,Дорога,cn,m,2027\nlake,A clean lake,,kz,m,\n"}
# The least age of a form, and a second for clocks that count whole ones.
YOUNGEST = 5
HERE = "https://register.example"
ATTACK = "<script>alert(1)</script>"


def commitments(**due):
    """The table of commitments with other due dates."""
    lines = TABLES["commitments"].splitlines()
    return "\n".join([lines[0]] + [line.rsplit(",", 1)[0] + "," + due.get(line.split(",")[0], line.rsplit(",", 1)[1]) for line in lines[1:]]) + "\n"


class WhatIsNew(Case):
    def setUp(self):
        super().setUp()
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def change(self, **tables):
        self.succeed("import", self.write("next", **{**TABLES, **tables}), "--db", self.db)

    def test_tells_before_and_after_of_a_record_a_party_a_mechanism_and_a_meeting(self):
        self.change(commitments=commitments(road="2028-05"))
        self.succeed("withdraw", "commitment:lake", "--reason", "said twice", "--db", self.db)
        with self.serving() as server:
            def page(target):
                status, _, body = server.get(target)
                self.assertEqual(status, 200, target)
                return body.decode()

            def data(target):
                return [(one["change"], one["id"]) for one in json.loads(page(target))["changes"]]

            self.assertEqual(data("/en/changes.json?since=@8"), [("withdrawn", "lake"), ("changed", "road")])
            self.assertEqual(data("/en/changes.json?since=@8&of=party:cn"), [("changed", "road")])
            self.assertEqual(data("/en/changes.json?since=@8&of=party:kz"), [("withdrawn", "lake")])
            self.assertEqual(data("/en/changes.json?since=@8&of=mechanism:m"), [("withdrawn", "lake"), ("changed", "road")])
            self.assertEqual(data("/en/changes.json?since=@8&as_of=@9"), [("changed", "road")])
            self.assertEqual(data("/en/changes.json?since=@10"), [])
            first = json.loads(page("/en/changes.json?since=@8&of=commitment:road"))
            self.assertEqual((first["changes"][0]["before"]["due"], first["changes"][0]["after"]["due"]), ("2027", "2028-05"))
            # A meeting's is that of its mechanism, since the meeting of its level before it.
            meeting = page("/en/changes?of=meeting:second")
            self.assertIn("First summit", meeting)
            self.assertNotIn(">Talks<", meeting.split("<h2>")[0])
            self.assertEqual(json.loads(page("/en/changes.json?of=meeting:second"))["of"], "mechanism:m")
            for language in LANGUAGES:
                told = page(f"/{language}/changes?since=@8")
                self.assertIn("said twice", told)
                self.assertIn("<del>2027</del>", told)
                self.assertIn("/commitments/road", told)
                # A paper for a meeting: until when, of which state.
                self.assertRegex(told, '<span class="hash">[0-9a-f]{64}</span>')
            for wrong in ("since=tomorrow", "since=@99", "since=2999-01-01", "of=road", "of=commitment:none", "what=x"):
                self.assertIn(server.get(f"/en/changes?{wrong}")[0], (400, 404, 422), wrong)

    def test_every_record_and_everything_have_feeds(self):
        self.change(commitments=commitments(road="2028-05"))
        atom = "{http://www.w3.org/2005/Atom}"
        with self.serving("--public-url", HERE) as server:
            ids = []
            for target in ("/en/commitments/road", "/en/parties/cn", "/en/changes"):
                page = server.get(target)[2].decode()
                self.assertRegex(page, f'<link [^>]*rel="alternate" type="application/atom[+]xml" href="{target}.atom"')
                feed = xml.etree.ElementTree.fromstring(server.get(target + ".atom")[2])
                entry = feed.find(f"{atom}entry")
                self.assertRegex(entry.find(f"{atom}title").text, "^Changed: A road")
                self.assertIn("2027 → ", entry.find(f"{atom}content").text)
                self.assertEqual(entry.find(f"{atom}link").get("href"), HERE + "/en/commitments/road/history#v9")
                self.assertIn('id="v9"', server.get("/en/commitments/road/history")[2].decode())
                ids.append(entry.find(f"{atom}id").text)
                self.assertEqual(json.loads(server.get(target + ".feed")[2])["items"][0]["id"], ids[-1])
            # One change has one id, wherever it is told.
            self.assertEqual(len(set(ids)), 1)
            # Each version is an entry of its own.
            self.assertEqual(len(json.loads(server.get("/en/commitments/road.feed")[2])["items"]), 2)
            self.assertEqual(server.get("/en/commitments/none.atom")[0], 404)


class Mailboxes:
    """A mail server: Debian's python3-aiosmtpd."""

    def __init__(self, port=0, **options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", port))
            self.port = free.getsockname()[1]
        self.messages, self.answer, self.holding, self.go_on = [], "250 taken", threading.Event(), threading.Event()
        self.go_on.set()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    def url(self, host="127.0.0.1"):
        return f"smtp://{host}:{self.port}"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        # It has the message whole and keeps it; the answer may come too late.
        if self.answer.startswith("250"):
            self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        self.holding.set()
        while not self.go_on.is_set():
            await asyncio.sleep(0.02)
        return self.answer

    def wait_for(self, count):
        """The messages, once there are so many."""
        for _ in range(6000):
            if len(self.messages) >= count:
                break
            time.sleep(0.05)
        assert len(self.messages) >= count, f"{len(self.messages)} of {count} messages came"
        return [self.read(content) for _, _, content in self.messages]

    @staticmethod
    def read(content):
        return email.message_from_bytes(content, policy=email.policy.default)

    def stop(self):
        self.controller.stop()


def text_of(message):
    return message.get_body(("plain",)).get_content()


@unittest.skipUnless(Controller, "python3-aiosmtpd is not there: run ./setup --tests")
class Following(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)
        self.mail = Mailboxes()
        self.addCleanup(lambda: self.mail.stop())

    def start(self, *more, url=None):
        context = self.serving("--mail-server", url or self.mail.url(), "--mail-from", "The register <register@example.org>", "--public-url", HERE,
                               "--mail-pause", 0, "--mail-per-minute", 0, *more)
        server = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return server

    def ask(self, server, target, form=None, address="203.0.113.9"):
        """A request as a reader's browser or mail program makes it, without any cookie."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        try:
            headers = {"X-Forwarded-For": address}
            body = None if form is None else urllib.parse.urlencode(form)
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if form is None else "POST", target, body, headers)
            response = connection.getresponse()
            self.assertIsNone(response.headers["Set-Cookie"])
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def token(self, server, what, language="en"):
        body = self.ask(server, f"/{language}/follow?what={urllib.parse.quote(what, safe='')}")[2]
        return html.unescape(re.search('name="token" value="([^"]*)"', body)[1])

    def send(self, server, what, address, often="at-once", language="en", token=None):
        if token is None:
            token = self.token(server, what, language)
            time.sleep(YOUNGEST)
        return self.ask(server, f"/{language}/follow", {"what": what, "email": address, "often": often, "token": token, "website": ""})

    def link(self, message):
        """The path of a message's own page."""
        return re.search(re.escape(HERE) + r"(/\w\w/follow/[\w-]{43})\b", text_of(message))[1]

    def follow(self, server, what, address, **asked):
        """Asks and confirms; gives the link."""
        there = len(self.mail.messages)
        self.assertEqual(self.send(server, what, address, **asked)[0], 303)
        link = self.link(self.mail.wait_for(there + 1)[there])
        self.assertEqual(self.ask(server, link, {"deed": "confirm"})[0], 303)
        return link

    def change(self, **due):
        """Another hand writes into the register while it is served."""
        self.assertEqual(tamga("import", self.write("next", **{**TABLES, "commitments": commitments(**due)}), "--db", self.db)[0], 0)

    def test_from_the_form_to_the_digest_and_until_it_ends(self):
        server = self.start()
        for target, what in (("/en/commitments?by=cn", "%2Fcommitments%3Fby%3Dcn"), ("/en/commitments/road", "%2Fcommitments%2Froad"),
                             ("/en/changes?of=party:cn&since=@3", "%2Fchanges%3Fof%3Dparty%253Acn")):
            self.assertIn(f"/en/follow?what={what}", self.ask(server, target)[2], target)
        status, headers, form = self.ask(server, "/en/follow?what=%2Fcommitments")
        self.assertEqual((status, headers["Cache-Control"], headers["X-Robots-Tag"]), (200, "no-store", "noindex"))
        self.assertIn("/en/commitments.atom", form)
        for wrong in ("commitments", "//evil.example", "/nothing", "/commitments?nonsense=1", "/desk", "/healthz", "/commitments/x/history"):
            self.assertGreaterEqual(self.ask(server, "/en/follow?what=" + urllib.parse.quote(wrong, safe=""))[0], 400, wrong)

        token = self.token(server, "/commitments")
        self.assertEqual(self.send(server, "/commitments", "ana@example.net", token=token)[0], 422)
        time.sleep(YOUNGEST)
        for wrong in ("", "ana", "ana@example.net\r\nBcc: x@example.net", "ana@example.net>,<x@example.net", ATTACK):
            status, _, body = self.send(server, "/commitments", wrong, token=token)
            self.assertEqual(status, 422, wrong)
            self.assertNotIn(ATTACK, body)
        status, headers, _ = self.send(server, "/commitments", "ana@example.net", token=token)
        self.assertEqual((status, headers["Location"]), (303, "/en/follow?what=%2Fcommitments&sent=yes"))
        # The same form again does nothing more.
        self.assertEqual(self.send(server, "/commitments", "ana@example.net", token=token)[0], 303)

        question = self.mail.wait_for(1)[0]
        self.assertEqual(self.mail.messages[0][:2], ("register@example.org", ["ana@example.net"]))
        self.assertEqual((question["To"], question["From"]), ("ana@example.net", "The register <register@example.org>"))
        self.assertRegex(question["Subject"], "^Confirm: what is new of Commitments")
        self.assertIsNone(question["List-Unsubscribe"])
        link = self.link(question)
        # What only looks at it, as mail servers do, says nothing for the reader.
        for _ in range(2):
            status, headers, page = self.ask(server, link)
            self.assertEqual((status, headers["Cache-Control"], headers["Referrer-Policy"]), (200, "no-store", "no-referrer"))
            self.assertIn('value="confirm"', page)
        self.change(road="2028")
        self.assertGreaterEqual(self.ask(server, link, {"deed": "something"})[0], 400)
        self.assertEqual(self.ask(server, link, {"deed": "confirm"})[0], 303)
        self.assertIn("You follow", self.ask(server, link)[2])

        self.change(road="2029")
        digest = self.mail.wait_for(2)[1]
        self.assertEqual(digest["List-Unsubscribe"], f"<{HERE}{link}>")
        self.assertEqual(digest["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual((digest["Content-Language"], digest["Auto-Submitted"], digest.get_content_type()), ("en", "auto-generated", "multipart/alternative"))
        told = text_of(digest)
        # What came before the word is not told.
        self.assertIn("2028 → 2029", told)
        self.assertNotIn("2027", told)
        self.assertIn(HERE + "/en/commitments/road", told)
        page = digest.get_body(("html",)).get_content()
        self.assertIn("2028 → 2029", page)
        self.assertNotRegex(page, "<(img|script|link)")
        for line in self.mail.messages[1][2].split(b"\r\n"):
            self.assertLessEqual(len(line), 998)
        self.assertEqual(len({message["Message-ID"] for message in self.mail.wait_for(2)}), 2)

        # One click of a mail program: no cookie, no token of a form; as often as it likes.
        for _ in range(2):
            self.assertEqual(self.ask(server, link, {"List-Unsubscribe": "One-Click"})[0], 200)
        self.assertNotIn('value="end"', self.ask(server, link)[2])
        self.assertEqual(self.ask(server, link, {"deed": "confirm"})[0], 404)
        other = self.follow(server, "/commitments/road", "bo@example.net")
        self.change(road="2030")
        self.mail.wait_for(4)
        self.assertEqual([to for _, to, _ in self.mail.messages[2:]], [["bo@example.net"]] * 2)
        self.assertEqual(self.ask(server, other, {"deed": "end"})[0], 200)
        events = tamga("account", "events", "--db", self.db)[1]
        for what in ("follow-asked", "follow-confirmed", "follow-ended"):
            self.assertIn(what, events)
        self.assertNotIn("example.net", events)

    def test_a_message_about_figures_brings_their_chart_and_loads_nothing(self):
        tables = {"series": "id,title@en,indicator,flow,unit\nx,Road traffic,traffic,count,trips\n",
                  "observations": "id,series,period,value\nx-2024,x,2024,5\nx-2025,x,2025,7\n"}
        self.succeed("import", self.write("figures", **tables), "--db", self.db)
        server = self.start()
        self.follow(server, "/series/x", "ana@example.net")
        tables["observations"] = "id,series,period,value\nx-2024,x,2024,6\nx-2025,x,2025,8\n"
        self.succeed("import", self.write("more", **tables), "--db", self.db)
        digest = self.mail.wait_for(2)[1]
        page = digest.get_body(("related", "html"))
        pictures = [part for part in digest.walk() if part.get_content_type() == "image/png"]
        self.assertEqual(len(pictures), 1, "two figures of one chart changed")
        self.assertTrue(pictures[0].get_payload(decode=True).startswith(b"\x89PNG\r\n"))
        html_part = next(part for part in page.walk() if part.get_content_type() == "text/html").get_content()
        self.assertEqual(re.findall(r'<img src="([^"]*)"', html_part), ["cid:" + pictures[0]["Content-ID"].strip("<>")])
        # The feed names it by an address.
        feed = self.ask(server, "/en/series/x.atom")[2]
        self.assertIn(f"{HERE}/en/embed/series/x.png?as_of=@", feed)
        items = json.loads(self.ask(server, "/en/series/x.feed")[2])["items"]
        self.assertTrue(items)
        for item in items:
            self.assertTrue(item["image"].startswith(f"{HERE}/en/embed/series/x.png"))
            self.assertIn(f'<img src="{item["image"]}"', html.unescape(item["content_html"]))

    def test_lists_keep_their_filters_and_readers_their_language(self):
        server = self.start()
        self.follow(server, "/commitments?by=cn", "ana@example.net", language="ru")
        question = self.mail.wait_for(1)[0]
        self.assertEqual(question["Content-Language"], "ru")
        self.assertRegex(question["Subject"], "[а-я]")
        self.change(lake="2026")
        self.change(lake="2026", road="2031")
        digest = self.mail.wait_for(2)[1]
        told = text_of(digest)
        self.assertIn("Дорога", told)
        self.assertIn(HERE + "/ru/commitments/road", told)
        self.assertNotIn("commitments/lake", told)
        self.assertNotIn("Changed", told)

    def test_what_was_on_its_way_at_a_crash_is_not_sent_again(self):
        server = self.start()
        link = self.follow(server, "/commitments/road", "ana@example.net")
        self.mail.holding.clear()
        self.mail.go_on.clear()
        self.change(road="2028")
        self.assertTrue(self.mail.holding.wait(300))
        server.process.send_signal(signal.SIGKILL)
        server.process.communicate()
        # The mail server has it, though nobody hears that any more.
        self.mail.go_on.set()
        self.mail.wait_for(2)
        server = self.start()
        self.change(road="2029")
        messages = self.mail.wait_for(3)
        server.stop()
        self.assertRegex(server.errors, "message [0-9]+ was on its way when the server ended")
        self.assertEqual(len(messages), 3)
        self.assertEqual(len({message["Message-ID"] for message in messages}), 3)
        # The next one says that one may be missing, and where its changes are.
        self.assertIn("may not have reached you", text_of(messages[2]))
        self.assertIn("2028 → 2029", text_of(messages[2]))
        self.assertNotIn("2027", text_of(messages[2]))
        self.assertIn(f"{HERE}{link}", text_of(messages[2]))

    def test_what_waits_survives_a_crash_and_is_sent_once(self):
        server = self.start()
        self.mail.stop()
        self.assertEqual(self.send(server, "/updates", "ana@example.net", often="weekly")[0], 303)
        server.process.send_signal(signal.SIGKILL)
        server.process.communicate()
        self.mail = Mailboxes(self.mail.port)
        server = self.start()
        self.mail.wait_for(1)
        # As a fence: what would have come twice would have come before this.
        self.assertEqual(self.send(server, "/updates", "bo@example.net", often="weekly")[0], 303)
        self.mail.wait_for(2)
        self.assertEqual([to for _, to, _ in self.mail.messages], [["ana@example.net"], ["bo@example.net"]])

    def test_an_address_is_nowhere_to_be_read(self):
        log = self.dir / "access.log"
        server = self.start("--access-log-file", log)
        first = self.send(server, "/commitments/road", "secret.reader@example.net")
        link = self.link(self.mail.wait_for(1)[0])
        self.ask(server, link, {"deed": "confirm"})
        self.change(road="2028")
        self.mail.wait_for(2)
        # Whether it is known makes no difference to who asks.
        again = self.send(server, "/commitments/road", "secret.reader@example.net")
        other = self.send(server, "/commitments/road", "nobody@example.net")
        for one in (again, other):
            self.assertEqual((one[0], one[1]["Location"], one[2]), (first[0], first[1]["Location"], first[2]))
        texts = [self.ask(server, path)[2] for path in
                 ("/en/", "/en/changes", "/en/changes.json", "/en/commitments/road", "/en/commitments/road/history.json", "/en/changes.atom",
                  "/en/follow?what=%2Fcommitments%2Froad", link, "/en/search?q=reader")]
        out = self.dir / "out"
        self.succeed("export", "--to", out, "--db", self.db)
        texts += [path.read_text(encoding="utf-8") for path in out.rglob("*.csv")]
        texts.append(tamga("account", "events", "--db", self.db)[1])
        self.mail.answer = "451 later secret.reader@example.net"
        self.change(road="2029")
        # The server's words have the address; ours have not.
        refused = server.process.stderr.readline()
        self.assertRegex(refused, "message [0-9]+ was not taken, and is tried again: the mail server answered 451")
        server.stop()
        texts += [refused, server.errors, log.read_text(encoding="utf-8")]
        self.assertIn("/en/follow/...", texts[-1])
        self.assertFalse(link.rsplit("/", 1)[1] in texts[-1])
        for text in texts:
            self.assertFalse("secret.reader" in text, text[:200])
        for path in () if POSTGRES else self.dir.glob("register.db*"):
            self.assertFalse(b"secret.reader" in path.read_bytes(), path.name)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def test_too_many_wait(self):
        server = self.start()
        tokens = [self.token(server, "/updates") for _ in range(11)]
        time.sleep(YOUNGEST)
        for number, token in enumerate(tokens[:10]):
            self.assertEqual(self.send(server, "/updates", f"a{number}@example.net", token=token)[0], 303)
        status, headers, body = self.send(server, "/updates", "more@example.net", token=tokens[10])
        self.assertEqual(status, 429)
        self.assertGreater(int(headers["Retry-After"]), 0)
        self.assertIn("more@example.net", body)

    def test_signs_in_over_tls_and_trusts_nobody_else(self):
        key, certificate = self.dir / "key.pem", self.dir / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        seen = []

        def sign_in(_server, _session, _envelope, _mechanism, data):
            seen.append((data.login, data.password))
            return AuthResult(success=data.password == b"correct horse")

        self.mail.stop()
        self.mail = Mailboxes(tls_context=context, require_starttls=True, auth_required=True, authenticator=sign_in)
        (self.dir / "password").write_text("correct horse\n")
        signed = ("--mail-user", "register", "--mail-password-file", self.dir / "password")
        server = self.start(*signed, "--mail-ca-file", certificate, url=self.mail.url("localhost"))
        self.assertEqual(self.send(server, "/updates", "ana@example.net")[0], 303)
        self.mail.wait_for(1)
        self.assertIn((b"register", b"correct horse"), seen)
        self.assertNotIn("correct horse", " ".join(server.process.args))
        server.stop()
        # Somebody else's certificate: nothing is said to such a server.
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.dir / "other.key", "-out", self.dir / "other.pem",
                        "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
        del seen[:]
        server = self.start(*signed, "--mail-ca-file", self.dir / "other.pem", url=self.mail.url("localhost"))
        self.assertEqual(self.send(server, "/updates", "bo@example.net")[0], 303)
        line = server.process.stderr.readline()
        self.assertRegex(line, "message [0-9]+ was not taken, and is tried again")
        self.assertEqual((seen, len(self.mail.messages)), ([], 1))

    def test_without_a_mail_server_there_are_feeds_alone(self):
        with self.serving() as server:
            self.assertNotIn("/en/follow", self.ask(server, "/en/commitments")[2])
            status, _, form = self.ask(server, "/en/follow?what=%2Fcommitments")
            self.assertEqual(status, 200)
            self.assertIn("sends no e-mail", form)
            self.assertIn("/en/commitments.atom", form)
            self.assertNotIn('name="email"', form)
            self.assertEqual(self.send(server, "/commitments", "ana@example.net", token="x")[0], 503)
        for wrong, why in ((("--mail-server", "smtp://localhost"), "no sender"), (("--mail-from", "a@example.org"), "no mail server"),
                           (("--mail-server", "smtp://u:p@localhost", "--mail-from", "a@example.org", "--public-url", HERE), "does not stand in"),
                           (("--mail-server", "smtp://localhost", "--mail-from", "nobody", "--public-url", HERE), "no e-mail address"),
                           (("--mail-server", "smtp://localhost", "--mail-from", "a@example.org"), "--public-url"),
                           (("--mail-server", "smtp://localhost", "--mail-from", "a@example.org", "--public-url", HERE, "--no-desk"), "--no-desk")):
            status, _, errors = tamga("serve", "--port", "0", "--db", self.db, *wrong)
            self.assertEqual(status, 2, wrong)
            self.assertIn(why, errors)


if __name__ == "__main__":
    unittest.main()
