#!/usr/bin/env python3
"""A party seals what it wrote over a server: with the command and a token, and by the desk's form; the private key is in no request."""
import html
import json
import os
import re
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402
from writing import PASSWORD, Browser, token  # noqa: E402

TABLES = {"parties": "id,title@en,type\nkz,Kazakhstan,state\nuz,Uzbekistan,state\n",
          "mechanisms": "id,title@en,parties\nm,The mechanism,kz;uz\n",
          "commitments": "id,title@en,by,mechanism\nroad,A road,kz;uz,m\n"}


class Sealing(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "vault")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)  # 1 to 4
        for account, *role in (("sig", "party-signatory", "--of", "kz"), ("ana", "party-editor", "--of", "kz"), ("uma", "party-signatory", "--of", "uz")):
            subprocess.run([os.environ["TAMGA"], "account", "add", account, "--name", account.title(), "--role", *role, "--db", str(self.db)],
                           input=PASSWORD + "\n", check=True, capture_output=True, text=True, timeout=900)
        self.key = self.dir / "kz.key"
        self.public = tamga("key", "new", self.key)[1].strip()

    def report(self, id, title, party="kz"):
        folder = self.write(f"r-{id}", reports=f"id,title@en,commitment,party\n{id},{title},road,{party}\n")
        self.succeed("import", folder, "--author", f"account:ana for party:{party}", "--db", self.db)

    def api_token(self, browser, scope="write"):
        page = browser.ask("/en/desk/account")[2]
        page = browser.ask("/en/desk/account", {"form_token": token(page), "action": "token", "title": "Seals", "scope": scope, "mechanism": "", "days": "30"})[2]
        return html.unescape(re.search(r'shown-once">([^<]+)<', page)[1])

    def api(self, server, path, key=None, body=None):
        request = urllib.request.Request(server.url + path, json.dumps(body).encode() if body is not None else None,
                                         {"Authorization": f"Bearer {key}"} if key else {})
        try:
            answer = urllib.request.urlopen(request, timeout=600)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, json.loads(answer.read())

    def command(self, *arguments, token=None, stdin=None):
        environment = {name: value for name, value in os.environ.items() if name != "TAMGA_TOKEN"}
        environment["http_proxy"] = "http://127.0.0.1:9"  # Nothing listens: a token for this machine goes by no proxy.
        if token:
            environment["TAMGA_TOKEN"] = token
        done = subprocess.run([os.environ["TAMGA"], *map(str, arguments)], env=environment, input=stdin, capture_output=True, text=True, timeout=900)
        return done.returncode, done.stdout, done.stderr

    def test_the_command_lists_checks_and_signs(self):
        self.report("done", "Done")          # 5
        self.report("gone", "Of another", "uz")  # 6
        with self.serving() as server:
            sig = Browser(server).sign_in("sig")
            write, read = self.api_token(sig), self.api_token(sig, "read")
            # The party's key is registered at the desk. 7
            page = sig.ask("/en/desk/seals")[2]
            status, _, page = sig.ask("/en/desk/seals", {"form_token": token(page), "intent": "register", "key": self.public})
            self.assertEqual(status, 200, page)
            status, out, err = self.command("pending", server.url, token=read)
            self.assertEqual([line.split("\t")[:3] for line in out.splitlines()], [["5", "put", "report:done"], ["7", "key", "party:kz"]], err)
            # Who only reads signs nothing; nobody is asked where nobody sits.
            status, out, err = self.command("sign", server.url, "--key", self.key, "--yes", token=read)
            self.assertEqual(status, 1, err)
            self.assertIn("a token that only reads may not", err)
            self.assertEqual(self.command("sign", server.url, "--key", self.key, token=write)[0], 2)
            status, out, err = self.command("sign", server.url, "--key", self.key, "--yes", token=write)
            self.assertEqual((status, err), (0, ""))
            self.assertIn('"title":{"en":"Done"}', out, "what is signed is shown")
            self.assertIn("signed 2 entries", out)
            [seal] = json.loads(server.get("/en/reports/done.json")[2])["seals"]
            self.assertEqual((seal["party"], seal["key"]["hex"]), ("kz", self.public))
            self.assertEqual(self.command("pending", server.url, token=write), (0, "", ""))
            # The token in a file; a key that is nobody's.
            self.report("more", "More")
            (self.dir / "token").write_text(write + "\n")
            other = self.dir / "other.key"
            tamga("key", "new", other)
            status, _, err = self.command("sign", server.url, "--key", other, "--yes", "--token-file", self.dir / "token")
            self.assertEqual(status, 1)
            self.assertIn("it is no key of party:kz", err)
            self.assertEqual(self.command("sign", server.url, "--key", self.key, "--yes", "--token-file", self.dir / "token")[0], 0)
            # Another party's signatory sees nothing of it, and signs nothing of it.
            uma = self.api_token(Browser(server).sign_in("uma"))
            self.assertEqual([entry["position"] for entry in self.api(server, "/api/v1/pending", uma)[2]["entries"]], [6])
            status, _, told = self.api(server, "/api/v1/seals", uma, {"entry": 5, "key": self.public, "signature": "00" * 64})
            self.assertEqual(status, 403)
            self.assertIn("only a party signatory of kz", told["detail"])
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def test_without_a_right_nothing_is_told(self):
        with self.serving() as server:
            ana = self.api_token(Browser(server).sign_in("ana"))
            for path, body in (("/api/v1/pending", None), ("/api/v1/seals", {"entry": 1, "key": "", "signature": ""})):
                for key, expected in ((None, 401), ("tamga_none", 401), (ana, 403)):
                    status, headers, told = self.api(server, path, key, body)
                    self.assertEqual((status, headers["Cache-Control"], headers["Access-Control-Allow-Origin"]), (expected, "private, no-store", None), (path, key))
                    self.assertNotIn("entries", told)
            # A session's cookie is no token: no page elsewhere can have a browser sign.
            sig = Browser(server).sign_in("sig")
            self.assertEqual(sig.ask("/api/v1/pending")[0], 401)
            key = self.api_token(sig)
            for body in ([], {}, {"entry": "5"}, {"entry": -1}, {"entry": 999, "key": self.public, "signature": "00"}):
                self.assertEqual(self.api(server, "/api/v1/seals", key, body)[0], 422, body)
            self.assertEqual(Browser(server).sign_in("ana").ask("/en/desk/seals")[0], 403)

    def test_the_command_believes_no_server(self):
        """A server that tells another text, another party's word, or leads elsewhere; an address where others could read."""
        self.report("done", "Done")
        entry = {}

        class Liar(BaseHTTPRequestHandler):
            asked = []

            def answer(self):
                Liar.asked.append((self.command, self.path, self.rfile.read(int(self.headers["Content-Length"] or 0))))
                if self.path.startswith("/moved"):
                    self.send_response(302)
                    self.send_header("Location", "/api/v1/pending")
                    self.end_headers()
                    return
                body = json.dumps(entry["answer"]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        with self.serving() as server:
            key = self.api_token(Browser(server).sign_in("sig"))
            told = self.api(server, "/api/v1/pending", key)[2]
        liar = HTTPServer(("127.0.0.1", 0), Liar)
        threading.Thread(target=liar.serve_forever, daemon=True).start()
        self.addCleanup(liar.shutdown)
        url = f"http://127.0.0.1:{liar.server_port}"
        true = told["entries"][0]
        for lie, said in (({**true, "body": true["body"].replace("Done", "Nothing done")}, "not the one whose hash it tells"),
                          ({**true, "header": true["header"].replace("party:kz", "party:uz")}, "not for party:kz"),
                          ({**true, "header": true["header"].replace(",", ", ")}, "not in canonical form"),
                          ({"position": 5}, "not in canonical form")):
            entry["answer"] = {"party": "kz", "entries": [lie]}
            status, out, err = self.command("sign", url, "--key", self.key, "--yes", token=key)
            self.assertEqual((status, out), (1, ""), err)
            self.assertIn(said, err)
        entry["answer"] = {"party": "kz", "entries": [], "next": -3}
        self.assertEqual(self.command("pending", url, token=key)[0], 1)
        entry["answer"] = []
        self.assertEqual(self.command("pending", url, token=key)[0], 1)
        self.assertEqual([path for method, path, _ in Liar.asked if method == "POST"], [])
        private = self.key.read_text().split("\n")[1].encode()
        self.assertFalse(any(private in body for _, _, body in Liar.asked))
        for url, status in (("http://register.example.org", 2), ("ftp://127.0.0.1", 2), ("https://user@host", 2), ("http://127.0.0.1.example.org", 2), ("http://127.0.0.1:1", 3)):
            self.assertEqual(self.command("pending", url, token=key)[0], status, url)
        self.assertEqual(self.command("pending", url)[0], 2, "no token")

    def test_the_desk_takes_signatures(self):
        self.report("done", "Done <b>")
        with self.serving() as server:
            sig = Browser(server).sign_in("sig")
            page = sig.ask("/en/desk/seals")[2]
            sig.ask("/en/desk/seals", {"form_token": token(page), "intent": "register", "key": self.public})
            page = sig.ask("/en/desk/seals")[2]
            self.assertIn("Done &lt;b&gt;", page)
            self.assertNotIn("Done <b>", page)
            header = html.unescape(re.search('data-position="5".*?<pre class="signed-header"><code>(.*?)</code>', page, re.DOTALL)[1])
            (self.dir / "header").write_text(header)
            subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", self.dir / "header", "-out", self.dir / "seal"], check=True)
            sent = {"form_token": token(page), "intent": "sign", "key": self.public}
            self.assertEqual(sig.ask("/en/desk/seals", sent)[0], 422)
            self.assertEqual(sig.ask("/en/desk/seals", sent | {"signature.5": "00" * 64})[0], 422)
            self.assertEqual(sig.ask("/en/desk/seals", sent | {"form_token": "", "signature.5": "00" * 64})[0], 403)
            status, _, page = sig.ask("/en/desk/seals", sent | {"signature.5": (self.dir / "seal").read_bytes().hex(), "signature.6": ""})
            self.assertEqual(status, 200, page)
            self.assertEqual(len(json.loads(server.get("/en/reports/done.json")[2])["seals"]), 1)
            self.assertNotIn('data-position="5"', page)
            # Revoked with a reason, it signs no more.
            status, _, page = sig.ask("/en/desk/seals", {"form_token": token(page), "intent": "revoke", "key": self.public, "reason": "lost"})
            self.assertEqual(status, 200, page)
            self.assertIn("revoked", json.loads(server.get("/en/reports/done.json")[2])["seals"][0]["key"])
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))


if __name__ == "__main__":
    unittest.main()
