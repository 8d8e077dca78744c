#!/usr/bin/env python3
"""People sign in at a real server: what they do there, what others see of it, and who may not."""
import http.client
import os
import pathlib
import re
import subprocess
import sys
import threading
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, Server, tamga  # noqa: E402

TABLES = {"parties": "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n", "mechanisms": "id,title@en\nm,The mechanism\n"}
PASSWORD = "correct horse battery"


class Browser:
    """Keeps cookies and sends forms, as people's browsers do."""

    def __init__(self, server, **headers):
        self.server, self.cookies, self.headers = server, {}, headers

    def ask(self, method, target, body=None, **headers):
        """Gives (status, headers, text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        try:
            told = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
            if self.cookies:
                told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            if body is not None:
                told.setdefault("Content-Type", "application/x-www-form-urlencoded")
            connection.request(method, target, body, told)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or ():
                name, value = line.split(";")[0].split("=", 1)
                self.cookies.pop(name, None)
                if "Max-Age=0" not in line:
                    self.cookies[name] = value
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def get(self, target, **headers):
        return self.ask("GET", target, **headers)

    def send(self, target, page=None, **fields):
        """Fills in the form that stands on `page` and sends it."""
        token = re.search('name="form_token" value="([^"]+)"', self.get(page or target)[2])
        return self.ask("POST", target, urllib.parse.urlencode({"form_token": token[1] if token else "", **fields}))

    def log_in(self, account, password=PASSWORD):
        return self.send("/en/desk/login", account=account, password=password)


class Desk(Case):
    def setUp(self):
        super().setUp()
        self.key = self.dir / "key"
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def account(self, *arguments, password=None):
        done = subprocess.run([os.environ["TAMGA"], "account", *map(str, arguments), "--db", str(self.db), "--key-file", str(self.key)],
                              capture_output=True, text=True, input=password, timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def add(self, name, *arguments):
        self.account("add", name, "--name", name.title(), *arguments, password=PASSWORD + "\n")

    def serve(self, *arguments):
        server = Server("--db", self.db, "--key-file", self.key, *arguments)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def test_signs_in_writes_and_signs_out_while_others_write(self):
        server = self.serve()
        ana = Browser(server)
        self.assertIn("tamga account add", ana.get("/en/desk/login")[2])
        self.add("ana", "--role", "party-editor", "--of", "kz", "--in", "m")
        self.assertEqual(ana.log_in("ana", "not that password")[0], 403)
        status, headers, _ = ana.log_in("ana")
        self.assertEqual((status, headers["Location"]), (303, "/en/desk"))
        self.assertIn("Party editor (Kazakhstan; The mechanism)", ana.get("/en/desk")[2])
        # A command that writes gets its turn, and neither is in the other's way for long.
        self.assertEqual(tamga("rename", "party:cn", "china", "--db", self.db)[0], 0)
        status, headers, _ = ana.send("/en/desk/account", action="describe", name="Ana <b>", email="ana@example.org", language="ru")
        self.assertEqual((status, headers["Location"]), (303, "/en/desk/account?done=described"))
        page = ana.get("/en/desk/account?done=described")
        self.assertIn("Your account was changed.", page[2])
        self.assertIn("Ana &lt;b&gt;", page[2])
        self.assertNotIn("Ana <b>", page[2])
        self.assertIn("ana@example.org", self.account("list"))
        self.assertEqual(ana.send("/en/desk/logout", "/en/desk")[0], 303)
        self.assertEqual(ana.get("/en/desk")[0], 303)
        self.assertEqual(server.stop(), 0)

    def test_public_pages_know_nobody(self):
        self.add("ana")
        server = self.serve()
        ana, stranger = Browser(server), Browser(server)
        ana.log_in("ana")
        for target in ("/en/", "/en/parties/kz", "/en/parties.json", "/en/no-such-page", "/robots.txt", "/register.zip"):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
            answers = []
            for cookies in ({}, {"Cookie": "; ".join(f"{n}={v}" for n, v in ana.cookies.items())}):
                connection.request("GET", target, headers=cookies)
                response = connection.getresponse()
                answers.append(response.read())
                self.assertIsNone(response.headers["Set-Cookie"], target)
            connection.close()
            self.assertEqual(*answers, target)
        for target in ("/en/desk", "/en/desk/account", "/en/desk/login"):
            for who in (ana, stranger):
                headers = who.get(target)[1]
                self.assertEqual(headers["Cache-Control"], "private, no-store", target)
                self.assertEqual(headers["X-Robots-Tag"], "noindex", target)
        self.assertNotIn(b">Ana<", server.get("/en/desk/account")[2])

    def test_a_link_makes_an_account_once_and_stands_in_no_log(self):
        self.add("op", "--role", "operator")
        log = self.dir / "access.log"
        server = self.serve("--access-log-file", log)
        operator, eve = Browser(server), Browser(server)
        operator.log_in("op")
        status, _, page = operator.send("/en/desk/accounts", id="eve", name="Eve", email="", language="en", role="moderator", of="", mechanism="m")
        self.assertEqual(status, 200, page)
        link = re.search(r'shown-once">(http[^<]+)<', page)[1]
        self.assertTrue(link.startswith(server.url + "/en/account/link/"), link)
        path = link.removeprefix(server.url)
        self.assertNotIn(path, operator.get("/en/desk/accounts")[2])
        self.assertEqual(eve.send(path, password="too short", password_again="too short")[0], 422)
        self.assertEqual(eve.send(path, password=PASSWORD, password_again=PASSWORD + "!")[0], 422)
        status, headers, _ = eve.send(path, password=PASSWORD, password_again=PASSWORD)
        self.assertEqual((status, headers["Location"]), (303, "/en/desk/login"))
        self.assertEqual(eve.get(path)[0], 404)
        self.assertEqual(eve.log_in("eve")[0], 303)
        self.assertIn("Moderator (The mechanism)", eve.get("/en/desk")[2])
        # What she may not is refused, and says who could.
        for target in ("/en/desk/accounts", "/en/desk/accounts/op", "/en/desk/events"):
            status, _, page = eve.get(target)
            self.assertEqual(status, 403, target)
            self.assertIn("Operator", page)
        self.assertEqual(eve.send("/en/desk/accounts", "/en/desk", id="x", name="X", language="en", role="operator")[0], 403)
        self.assertEqual(eve.send("/en/desk/accounts/op", "/en/desk", action="disable")[0], 403)
        # A role that is taken is gone with the next request, and so is who is disabled.
        self.assertEqual(operator.send("/en/desk/accounts/eve", action="take", role="moderator", of="", mechanism="m")[0], 303)
        self.assertNotIn("Moderator", eve.get("/en/desk")[2])
        self.assertEqual(operator.send("/en/desk/accounts/eve", action="give", role="party-editor", of="none", mechanism="m")[0], 422)
        self.assertEqual(operator.send("/en/desk/accounts/eve", action="disable")[0], 303)
        self.assertEqual(eve.get("/en/desk")[0], 303)
        events = operator.get("/en/desk/events?account=eve")[2]
        for what in ("account-invited", "invitation-accepted", "login", "role-taken", "account-disabled"):
            self.assertIn(f'<td lang="en">{what}</td>', events)
        self.assertEqual(server.stop(), 0)
        text = log.read_text()
        self.assertIn("/en/account/link/...", text)
        self.assertNotIn(path, text)

    def test_an_owner_ends_sessions_and_changes_the_password(self):
        self.add("ana")
        server = self.serve()
        here, there = Browser(server, User_Agent="here"), Browser(server, User_Agent="<i>there</i>")
        for browser in (here, there):
            browser.log_in("ana")
        page = here.get("/en/desk/account")[2]
        self.assertIn("&lt;i&gt;there", page)
        name = re.search('name="session" value="([^"]+)"', page)[1]
        self.assertEqual(here.send("/en/desk/account", action="session-end", session=name)[0], 303)
        self.assertEqual(there.get("/en/desk")[0], 303)
        self.assertEqual(here.get("/en/desk")[0], 200)
        there.log_in("ana")
        new = "another long password"
        self.assertEqual(here.send("/en/desk/account", action="password", password="wrong", password_new=new)[0], 422)
        self.assertEqual(here.send("/en/desk/account", action="password", password=PASSWORD, password_new=new)[0], 303)
        self.assertEqual(there.get("/en/desk")[0], 303)
        self.assertEqual(there.log_in("ana")[0], 403)
        self.assertEqual(there.log_in("ana", new)[0], 303)
        status, _, page = here.send("/en/desk/account", action="token", title="A script", scope="read", mechanism="m", days="30")
        self.assertEqual(status, 200, page)
        token = re.search(r'shown-once">([^<]+)<', page)[1]
        page = here.get("/en/desk/account")[2]
        self.assertIn("A script", page)
        self.assertNotIn(token, page)
        self.assertEqual(here.send("/en/desk/account", action="all-end")[0], 303)
        for browser in (here, there):
            self.assertEqual(browser.get("/en/desk")[0], 303)

    def test_events_name_who_stands_behind_a_proxy(self):
        self.add("op", "--role", "operator")
        browser = Browser(self.serve(), X_Forwarded_For="203.0.113.9, 198.51.100.77")
        browser.log_in("op")
        self.assertIn("<td>198.51.100.0</td>", browser.get("/en/desk/events")[2])

    def test_headers_are_not_made_of_what_is_asked(self):
        self.add("ana")
        browser = Browser(self.serve())
        for path in ("/en/desk%0d%0aX-Evil:%20yes", "/en/desk/login?next=/en/%0d%0aX-Evil:%20yes"):
            self.assertIsNone(browser.get(path)[1]["X-Evil"], path)
        token = re.search('name="form_token" value="([^"]+)"', browser.get("/en/desk/login")[2])[1]
        status, headers, _ = browser.ask("POST", "/en/desk/login?next=" + urllib.parse.quote("/en/a\r\nX-Evil: yes"), urllib.parse.urlencode(
            {"form_token": token, "account": "ana", "password": PASSWORD}))
        self.assertEqual((status, headers["Location"], headers["X-Evil"]), (303, "/en/desk", None))

    def test_a_form_has_a_limit_and_a_server_without_a_desk_takes_none(self):
        self.add("ana")
        browser = Browser(self.serve())
        self.assertEqual(browser.ask("POST", "/en/desk/login", "account=" + "a" * (1 << 20))[0], 413)
        none = Browser(self.serve("--no-desk"))
        self.assertEqual(none.get("/en/parties/kz")[0], 200)
        self.assertEqual(none.get("/en/desk")[0], 303)
        self.assertEqual(none.ask("POST", "/en/desk/login", "account=ana&password=x")[0], 503)
        self.assertEqual(none.cookies, {})

    def test_many_sign_in_at_once(self):
        self.add("ana")
        server = self.serve()
        statuses = []

        def one():
            statuses.append(Browser(server).log_in("ana")[0])

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [303] * 8)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(sum("\tlogin\t" in line for line in self.account("events").splitlines()), 8)


if __name__ == "__main__":
    unittest.main()
