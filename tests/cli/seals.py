#!/usr/bin/env python3
"""A party's seal: made on its own machine, shown with all that is needed to check it, and checked here without Tamga."""
import html
import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402

PARTIES = "id,title@en,type\nkz,Kazakhstan,state\nuz,Uzbekistan,state\n"
MECHANISMS = "id,title@en,parties\nm,The mechanism,kz;uz\n"


class Seals(Case):
    def setUp(self):
        super().setUp()
        self.succeed("import", self.write("r", parties=PARTIES, mechanisms=MECHANISMS), "--db", self.db)  # 1 to 3
        self.key = self.dir / "kz.key"

    def make_key(self, file):
        status, out, err = tamga("key", "new", file)
        self.assertEqual(status, 0, err)
        return out.strip()

    def register(self, key, party="kz", verb="register"):
        return tamga("key", verb, key, "--party", party, "--author", "account:ana", "--db", self.db)

    def assent(self, party):
        self.succeed("assent", "mechanism:m", "--party", party, "--answer", "yes", "--author", f"party:{party}", "--db", self.db)

    def checks(self, seal, text=None):
        """Whether openssl takes the signature for the key's."""
        files = {"key.pem": seal["key"]["pem"].encode(), "signed": (text or seal["signed"]).encode(),
                 "seal": bytes.fromhex(seal["signature"])}
        for name, content in files.items():
            (self.dir / name).write_bytes(content)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "signed", "-sigfile", "seal"],
                              cwd=self.dir, capture_output=True, text=True)
        return done.returncode == 0

    def test_a_key_is_made_for_its_owner_alone_and_nothing_is_written_over(self):
        public = self.make_key(self.key)
        self.assertRegex(public, "^[0-9a-f]{64}$")
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        content = self.key.read_bytes()
        status, out, err = tamga("key", "new", self.key)
        self.assertEqual((status, out), (1, ""), err)
        self.assertEqual(self.key.read_bytes(), content)
        # openssl reads it, and it is one that openssl could have made.
        told = subprocess.run(["openssl", "pkey", "-in", self.key, "-noout", "-text_pub"], capture_output=True, text=True, check=True).stdout
        self.assertEqual("".join(re.findall("[0-9a-f]{2}(?=:|\n)", told.split("pub:")[1])), public)
        other = self.dir / "openssl.key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", other], check=True, capture_output=True)
        self.assertEqual(self.register(other)[0], 0)
        status, _, err = self.register(self.dir / "none")
        self.assertEqual(status, 3, err)

    def test_what_a_party_signed_anybody_can_check_and_what_it_did_not_nobody_can_make(self):
        public = self.make_key(self.key)
        status, _, err = tamga("sign", "--key", self.key, "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("it is nobody's key in this register", err)
        self.assertIn("account:ana for party:uz does not speak",
                      tamga("key", "register", self.key, "--party", "kz", "--author", "account:ana for party:uz", "--db", self.db)[2])
        self.assertEqual(self.register(self.key), (0, "the journal has 4 entries\n", ""))
        self.assent("kz")  # 5
        self.assent("uz")  # 6
        pending = self.succeed("pending", "--party", "kz", "--db", self.db).splitlines()
        self.assertEqual([line.split("\t")[:3] for line in pending], [["4", "key", "party:kz"], ["5", "assent", "mechanism:m"]])
        self.succeed("sign", "--key", self.key, "--db", self.db)  # 7, 8
        self.assertEqual(self.succeed("pending", "--party", "kz", "--db", self.db), "")
        self.assertEqual(len(self.succeed("pending", "--party", "uz", "--db", self.db).splitlines()), 1)
        status, _, err = tamga("sign", "--key", self.key, "--entry", "6", "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("entry 6 says what party:uz says", err)
        # The text that the secretariat proposed, it seals as it stands.
        self.succeed("sign", "--key", self.key, "--entry", "3", "--db", self.db)  # 9
        with self.serving() as server:
            data = json.loads(server.get("/en/mechanisms/m.json")[2])
            [seal] = data["seals"]
            self.assertEqual((seal["party"], seal["position"], seal["key"]["hex"], seal["key"]["registered"]["position"]),
                             ("kz", 9, public, 4))
            self.assertEqual(json.loads(seal["signed"])["id"], "m")
            self.assertTrue(self.checks(seal))
            self.assertFalse(self.checks(seal, seal["signed"].replace('"m"', '"n"')))
            [word, _] = data["assent"]["given"]
            self.assertTrue(self.checks(word["seals"][0]))
            self.assertEqual(json.loads(word["seals"][0]["signed"])["answer"], "yes")
            page = server.get("/en/mechanisms/m")[2].decode()
            self.assertIn("This version is sealed by Kazakhstan.", page)
            history = html.unescape(server.get("/en/mechanisms/m/history")[2].decode())
            for text in (public, seal["signature"], seal["signed"], "openssl pkeyutl -verify"):
                self.assertIn(text, history)
            # A key that is revoked: what it signed stays, and says so; no more is signed with it.
            self.assertEqual(self.register(public, verb="revoke")[0], 0)  # 10
            self.assertEqual(tamga("sign", "--key", self.key, "--entry", "1", "--db", self.db)[0], 1)
            [seal] = json.loads(server.get("/en/mechanisms/m.json")[2])["seals"]
            self.assertEqual(seal["key"]["revoked"]["position"], 10)
            self.assertTrue(self.checks(seal))
            self.assertNotIn("revoked", json.loads(server.get("/en/mechanisms/m.json?as_of=@9")[2])["seals"][0]["key"])
        self.assertIn("10 entries checked, all agree", self.succeed("verify", "--db", self.db))
        self.succeed("rebuild", "--db", self.db)
        self.assertIn("10 entries checked, all agree", self.succeed("verify", "--db", self.db))


if __name__ == "__main__":
    unittest.main()
