#!/usr/bin/env python3
"""People sign in through a provider of log-ins that is not ours: the whole way, from link to link and form to form, and what comes of ways
that are cut, bent or taken by others."""
import base64
import hmac
import html
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from desk import PASSWORD, TABLES, Browser  # noqa: E402
from support import POSTGRES, Case, Server, tamga  # noqa: E402

NODE = os.environ.get("NODE", "node")
SECRET = "a secret: of two & more"


def code_of(secret):
    """What an authenticator shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06}"


class Provider:
    """oidc-provider, as long as a test runs. `at(…)` asks it as one browser does."""

    def __init__(self, *files):
        self.process = subprocess.Popen([NODE, pathlib.Path(__file__).with_name("provider.mjs"), *files], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.issuer = self.process.stdout.readline().strip()

    def be(self, redirect, algorithm="RS256", way="client_secret_basic"):
        self.process.stdin.write(json.dumps({"redirect": redirect, "secret": SECRET, "algorithm": algorithm, "way": way}) + "\n")
        self.process.stdin.flush()
        while self.process.stdout.readline().strip() != "ready":
            pass

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Elsewhere:
    """A browser's cookies at the provider."""

    def __init__(self):
        self.cookies = {}

    def ask(self, address, body=None):
        """Gives (status, where it leads, text)."""
        parts = urllib.parse.urlsplit(address)
        if parts.scheme == "https":
            # Whether it is the one that it says it is, the register has to look at.
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=600, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=600)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if body is None else "POST", f"{parts.path}?{parts.query}", body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or ():
                name, value = line.split(";")[0].split("=", 1)
                self.cookies[name] = value
            return response.status, urllib.parse.urljoin(address, response.headers.get("Location") or ""), response.read().decode()
        finally:
            connection.close()

    def sign_in(self, address, who):
        """From the address that the register leads to, to the one by which the provider leads back."""
        here, body = address, None
        while "/openid?" not in here:
            status, leads, text = self.ask(here, body)
            body = None
            if status == 200:
                leads = urllib.parse.urljoin(here, html.unescape(re.search('<form[^>]*action="([^"]+)"', text)[1]))
                body = urllib.parse.urlencode({"prompt": "login", "login": who, "password": "x"})
            elif status not in (302, 303):
                raise AssertionError((status, here, text))
            here = leads
        return here


class OpenId(Case):
    def setUp(self):
        super().setUp()
        self.key, self.secret = self.dir / "key", self.dir / "secret"
        self.secret.write_text(SECRET + "\n")
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)
        self.account("add", "ana", "--name", "Ana", password=PASSWORD + "\n")
        self.provider = Provider()
        self.addCleanup(lambda: self.provider.process.poll() is None and self.provider.stop())

    def account(self, *arguments, password=None):
        done = subprocess.run([os.environ["TAMGA"], "account", *map(str, arguments), "--db", str(self.db), "--key-file", str(self.key)],
                              capture_output=True, text=True, input=password, timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def serve(self, *options, **provider):
        server = Server("--db", self.db, "--key-file", self.key, "--openid-issuer", self.provider.issuer, "--openid-client", "tamga",
                        "--openid-secret-file", self.secret, "--openid-name", "The <Ministry>", "--access-log", *options)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        self.provider.be(server.url + "/openid", **provider)
        return server

    def beside(self, *options):
        """Another server, which tells the provider nothing."""
        server = Server("--db", self.db, "--key-file", self.key, "--openid-issuer", self.provider.issuer, "--openid-client", "tamga",
                        "--openid-secret-file", self.secret, *options)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def begin(self, browser, query=""):
        """The address at the provider that the log-in page leads to."""
        page = browser.get("/en/desk/login" + query)[2]
        self.assertIn("Sign in with The &lt;Ministry&gt;", page)
        link = html.unescape(re.search('href="(/en/desk/login/openid[^"]*)"', page)[1])
        status, headers, text = browser.get(link)
        self.assertEqual(status, 303, text)
        self.assertTrue(headers["Location"].startswith(self.provider.issuer), headers["Location"])
        return headers["Location"]

    def come_back(self, browser, address):
        """Gives (where the register leads, headers)."""
        parts = urllib.parse.urlsplit(address)
        status, headers, text = browser.get(f"{parts.path}?{parts.query}")
        self.assertEqual(status, 303, text)
        self.assertEqual(headers["Cache-Control"], "private, no-store")
        return headers["Location"], headers

    def sign_in(self, browser, who, query="", elsewhere=None):
        return self.come_back(browser, (elsewhere or Elsewhere()).sign_in(self.begin(browser, query), who))[0]

    def link(self):
        self.account("link", "ana", "--issuer", self.provider.issuer, "--subject", "person-7")

    def test_links_an_account_and_signs_in_by_it(self):
        server = self.serve()
        ana = Browser(server)
        # Nobody becomes somebody here by what a provider says.
        self.assertEqual(self.sign_in(ana, "person-7"), "/en/desk/login?told=nobody")
        page = ana.get("/en/desk/login?told=nobody")[2]
        self.assertIn("No account here is linked to you at The &lt;Ministry&gt;.", page)
        self.assertIn(f"person-7 of {self.provider.issuer}", self.account("events"))
        ana.log_in("ana")
        self.assertEqual(ana.send("/en/desk/account", action="openid", password="not that password")[0], 403)
        before = dict(ana.cookies)
        status, _, text = ana.send("/en/desk/account", action="openid", password=PASSWORD)
        self.assertEqual(status, 200, text)
        self.assertNotEqual(ana.cookies["session"], before["session"])
        address = html.unescape(re.search(f'href="({self.provider.issuer}[^"]+)"', text)[1])
        elsewhere = Elsewhere()
        self.assertEqual(self.come_back(ana, elsewhere.sign_in(address, "person-7"))[0], "/en/desk/account?done=linked")
        page = ana.get("/en/desk/account?done=linked")[2]
        self.assertIn("From now on you can sign in that way, too.", page)
        self.assertIn(f"person-7 at {self.provider.issuer}", page)
        self.assertIn(f"person-7 of {self.provider.issuer}", self.account("list"))
        ana.send("/en/desk/logout", "/en/desk")
        # Who is signed in there need not show a password again.
        self.assertEqual(self.sign_in(ana, "person-7", "?next=%2Fzh%2Fdesk", elsewhere), "/zh/desk")
        self.assertIn("Ana", ana.get("/zh/desk")[2])
        self.assertNotIn("openid", ana.cookies)
        self.assertEqual(ana.send("/en/desk/account", action="openid-end", issuer=self.provider.issuer, subject="person-7")[0], 303)
        ana.send("/en/desk/logout", "/en/desk")
        self.assertEqual(self.sign_in(ana, "person-7"), "/en/desk/login?told=nobody")
        self.assertEqual(ana.log_in("ana")[0], 303)
        events = self.account("events")
        for told in ("identity-linked", "identity-unlinked", f"login\tana\tperson-7 of {self.provider.issuer}"):
            self.assertIn(told, events)
        self.assertEqual(server.stop(), 0)
        # No log has a code, and none a state.
        self.assertIn("/openid?...", server.errors)
        self.assertNotIn("code=", server.errors)

    def test_takes_each_way_of_signing_and_of_showing_the_secret(self):
        self.link()
        server = self.serve()
        for algorithm, way in (("RS256", "client_secret_post"), ("PS256", "client_secret_basic"), ("ES256", "client_secret_basic")):
            # Its keys are others each time: they are asked for anew, or what it is is not known yet.
            server.stop()
            server = self.serve(algorithm=algorithm, way=way)
            browser = Browser(server)
            self.assertEqual(self.sign_in(browser, "person-7"), "/en/desk", algorithm)
            self.assertEqual(browser.get("/en/desk")[0], 200)
        server.stop()
        # A secret that two share proves nothing to a third.
        server = self.serve(algorithm="HS256")
        self.assertEqual(self.sign_in(Browser(server), "person-7"), "/en/desk/login?told=invalid")
        self.assertEqual(server.stop(), 0)
        self.assertIn("the ID token is signed by 'HS256'", server.errors)

    def test_takes_an_answer_once_and_from_who_began(self):
        self.link()
        server = self.serve()
        ana, thief = Browser(server), Browser(server)
        address = Elsewhere().sign_in(self.begin(ana), "person-7")
        thief.get("/en/desk/login")
        self.assertEqual(self.come_back(thief, address)[0], "/en/desk/login?told=late")
        # Whose attempt it is not, with one of their own.
        self.begin(thief)
        self.assertEqual(self.come_back(thief, address)[0], "/en/desk/login?told=late")
        # Nor does the cookie alone help: it opens for the browser that it was made for.
        thief.cookies["openid"] = ana.cookies["openid"]
        self.assertEqual(self.come_back(thief, address)[0], "/en/desk/login?told=late")
        kept = dict(ana.cookies)
        location, headers = self.come_back(ana, address)
        self.assertEqual(location, "/en/desk")
        self.assertTrue(any(line.startswith("openid=;") and "Max-Age=0" in line for line in headers.get_all("Set-Cookie")))
        ana.cookies = kept
        self.assertEqual(self.come_back(ana, address)[0], "/en/desk/login?told=late", "once is once")
        # What is bent on its way.
        for change in (lambda query: {**query, "state": query["state"][:-1] + "x"}, lambda query: {"code": query["code"]},
                       lambda query: {"state": query["state"]}, lambda query: {**query, "code": "made-up"},
                       lambda query: {**query, "iss": "https://evil.example"}):
            browser = Browser(server)
            address = Elsewhere().sign_in(self.begin(browser), "person-7")
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
            self.assertEqual(query["iss"], self.provider.issuer)
            location, _ = self.come_back(browser, "/openid?" + urllib.parse.urlencode(change(query)))
            self.assertIn(location, ("/en/desk/login?told=late", "/en/desk/login?told=invalid"))
            self.assertEqual(browser.get("/en/desk")[0], 303)
        browser = Browser(server)
        state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.begin(browser)).query))["state"]
        self.assertEqual(self.come_back(browser, f"/openid?error=access_denied&state={state}&session_state=x")[0], "/en/desk/login?told=declined")
        self.assertIn("The &lt;Ministry&gt; did not sign you in.", browser.get("/en/desk/login?told=declined")[2])
        # An address by which somebody is led elsewhere.
        for bad in ("https://evil.example/", "//evil.example", "/\\evil.example"):
            self.assertEqual(self.sign_in(Browser(server), "person-7", "?next=" + urllib.parse.quote(bad, safe="")), "/en/desk")
        self.assertEqual(server.get("/openid", method="HEAD")[0], 405)

    def test_an_attempt_is_every_servers_and_is_answered_once_by_all(self):
        """Behind one address stand several servers; of a file there is one, and one after it."""
        self.link()
        here = "--public-url", "http://127.0.0.1:9"
        first = self.serve(*here)
        self.provider.be("http://127.0.0.1:9/openid")
        ana = Browser(first)
        address = Elsewhere().sign_in(self.begin(ana), "person-7")
        if not POSTGRES:
            self.assertEqual(first.stop(), 0)
        second = self.beside(*here)
        began = dict(ana.cookies)
        ana.server = second
        self.assertEqual(self.come_back(ana, address)[0], "/en/desk")
        if not POSTGRES:
            self.assertEqual(second.stop(), 0)
            first = second = self.beside(*here)
        for server in (first, second):
            again = Browser(server)
            again.cookies = dict(began)
            self.assertEqual(self.come_back(again, address)[0], "/en/desk/login?told=late")

    def test_asks_for_the_code_of_the_second_factor(self):
        self.link()
        server = self.serve()
        ana = Browser(server)
        ana.log_in("ana")
        page = ana.send("/en/desk/account", action="totp", password=PASSWORD)[2]
        secret = re.search('<code class="shown-once">([A-Z2-7]+)</code>', page)[1]
        sealed = re.search('name="secret" value="([^"]+)"', page)[1]
        form = re.search('name="form_token" value="([^"]+)"', page)[1]
        status, _, text = ana.ask("POST", "/en/desk/account", urllib.parse.urlencode(
            {"form_token": form, "action": "totp-code", "secret": sealed, "code": code_of(secret)}))
        self.assertEqual(status, 200, text)
        recovery = re.search('<code class="shown-once">([^<]+)</code>', text)[1]
        other = Browser(server)
        self.assertEqual(self.sign_in(other, "person-7", "?next=%2Fen%2Fdesk%2Faccount"), "/en/desk/login/openid/code")
        self.assertEqual(other.get("/en/desk")[0], 303, "nobody is signed in yet")
        page = other.get("/en/desk/login/openid/code")[2]
        self.assertIn('name="code"', page)
        self.assertNotIn('name="password"', page)
        carried = re.search('name="carried" value="([^"]+)"', page)[1]
        self.assertEqual(other.send("/en/desk/login/openid/code", carried=carried, code="000000")[0], 403)
        self.assertEqual(other.send("/en/desk/login/openid/code", carried=carried[:-2], code=recovery)[0], 403)
        # What was sealed for one browser is nothing in another, and what was sealed as something else is none.
        thief = Browser(server)
        self.assertEqual(thief.send("/en/desk/login/openid/code", "/en/desk/login", carried=carried, code=recovery)[0], 403)
        half = other.send("/en/desk/login", account="ana", password=PASSWORD)[2]
        planted = re.search('name="carried" value="([^"]+)"', half)[1]
        self.assertEqual(other.send("/en/desk/login/openid/code", carried=planted, code=recovery)[0], 403)
        status, headers, _ = other.send("/en/desk/login/openid/code", carried=carried, code=recovery)
        self.assertEqual((status, headers["Location"]), (303, "/en/desk/account"))
        self.assertEqual(other.get("/en/desk/account")[0], 200)

    def test_goes_on_where_the_provider_is_gone(self):
        self.link()
        server = self.serve()
        ana, ben = Browser(server), Browser(server)
        address = Elsewhere().sign_in(self.begin(ana), "person-7")
        self.provider.stop()
        self.assertEqual(self.come_back(ana, address)[0], "/en/desk/login?told=down")
        self.assertIn("The &lt;Ministry&gt; does not answer just now.", ana.get("/en/desk/login?told=down")[2])
        self.assertEqual(ben.log_in("ana")[0], 303)
        self.assertEqual(server.stop(), 0)
        # From the beginning, too.
        server = self.beside()
        ana = Browser(server)
        status, headers, _ = ana.get("/ru/desk/login/openid?next=%2Fru%2Fdesk")
        self.assertEqual((status, headers["Location"]), (303, "/ru/desk/login?told=down&next=%2Fru%2Fdesk"))
        self.assertEqual(ana.log_in("ana")[0], 303)

    def test_nobody_else_waits_for_a_provider_that_says_nothing(self):
        self.provider.stop()
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = Server("--db", self.db, "--key-file", self.key, "--openid-issuer", f"http://127.0.0.1:{silent.getsockname()[1]}",
                            "--openid-client", "tamga", "--openid-secret-file", self.secret)
            self.addCleanup(lambda: server.process.poll() is None and server.stop())
            answers = []
            waiting = [threading.Thread(target=lambda: answers.append(Browser(server).get("/en/desk/login/openid")[1]["Location"])) for _ in range(12)]
            for thread in waiting:
                thread.start()
            asked, _ = silent.accept()
            for target in ("/en/", "/en/parties/kz", "/register.zip", "/en/desk/login"):
                self.assertEqual(server.get(target)[0], 200)
            ana = Browser(server)
            self.assertEqual(ana.log_in("ana")[0], 303)
            self.assertEqual(ana.get("/en/desk")[0], 200)
            asked.close()
        for thread in waiting:
            thread.join()
        self.assertEqual(answers, ["/en/desk/login?told=down"] * 12)
        self.assertEqual(server.stop(), 0)

    def test_lets_in_whom_the_operator_links(self):
        server = self.serve()
        other = "link", "ana", "--issuer", self.provider.issuer, "--subject", "person-8"
        self.account(*other)
        self.assertEqual(self.sign_in(Browser(server), "person-8"), "/en/desk")
        self.account("unlink", *other[1:])
        self.assertEqual(self.sign_in(Browser(server), "person-8"), "/en/desk/login?told=nobody")

    def test_asks_nobody_for_whom_no_certificate_vouches(self):
        certificate, key = self.dir / "certificate", self.dir / "certificate.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        self.provider.stop()
        self.provider = Provider(certificate, key)
        self.link()
        server = self.serve()
        self.assertEqual(Browser(server).get("/en/desk/login/openid")[1]["Location"], "/en/desk/login?told=down")
        self.assertEqual(server.stop(), 0)
        self.assertIn("certificate", server.errors)
        server = self.serve("--openid-ca-file", certificate)
        self.assertEqual(self.sign_in(Browser(server), "person-7"), "/en/desk")

    def test_says_what_an_option_lacks(self):
        for options, told in ((["--openid-client", "tamga"], "no provider of log-ins is named"),
                              (["--openid-issuer", "http://id.example.org"], "'http://id.example.org' is no provider's address"),
                              (["--openid-issuer", "https://id.example.org"], "the provider gave us an id and a secret"),
                              (["--openid-issuer", "https://id.example.org", "--openid-client", "x", "--openid-secret-file", self.dir / "none"],
                               "holds no secret"),
                              (["--openid-issuer", "https://id.example.org", "--no-desk"], "--no-desk lets nobody sign in")):
            status, _, err = tamga("serve", "--port", "0", "--db", self.db, *options)
            self.assertEqual(status, 2, err)
            self.assertIn(told, err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
