#!/usr/bin/env python3
"""Checks a journal by docs/formats/journal.md alone: the worked example there, and one that the program just made."""
import hashlib
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from support import ROOT, Case, tamga  # noqa: E402


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root(leaves):
    """RFC 6962, 2.1: split at the largest power of two below the number of leaves."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1", root(leaves[:split]), root(leaves[split:]))


def is_signature(key, text, signature):
    """By openssl; RFC 8410 says what stands before the key's bytes in its file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", bytes.fromhex("302a300506032b6570032100" + key)), ("text", text.encode()), ("seal", bytes.fromhex(signature))):
            (pathlib.Path(folder) / name).write_bytes(content)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "text", "-sigfile", "seal"],
                              cwd=folder, capture_output=True).returncode == 0


def canonical(text):
    return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Format(Case):
    def check(self, entries, payloads):
        """Checks headers and payloads; gives the root. payloads: position → (salt, body)."""
        last, keys = "", {}
        for position, header in enumerate(entries, 1):
            self.assertEqual(header, canonical(header))
            told = json.loads(header)
            self.assertEqual(told["v"], 1)
            self.assertIn(told["verb"], ("put", "withdraw", "rename", "redact", "assent", "key", "revoke", "sign"))
            self.assertGreaterEqual(told["time"], last)
            last = told["time"]
            if told["verb"] == "assent":
                # Words are optional; who says it acts for a party, of a version that was written before.
                self.assertIn(told["answer"], ("yes", "no", "reservation"))
                self.assertRegex(told["author"], "^(account:[a-z0-9-]+ for )?party:[a-z0-9-]+$")
                self.assertEqual(json.loads(entries[told["of"] - 1])["verb"], "put")
                self.assertLess(told["of"], position)
                self.assertLessEqual(told["answer"] == "reservation", "payload" in told)
            else:
                self.assertEqual(told["verb"] == "put", "payload" in told)
            if told["verb"] == "key":
                self.assertEqual(told["author"].split("party:")[1], told["id"])
                keys[told["key"]] = told["id"]
            if told["verb"] in ("revoke", "sign"):
                self.assertEqual(told["author"].split("party:")[1], keys[told["key"]])
            if told["verb"] == "revoke":
                del keys[told["key"]]
            if told["verb"] == "sign":
                self.assertLess(told["of"], position)
                self.assertTrue(is_signature(told["key"], entries[told["of"] - 1], told["signature"]))
            if position in payloads:
                salt, body = payloads[position]
                self.assertEqual(len(salt), 32)
                self.assertEqual(body, canonical(body))
                self.assertEqual(sha256(salt, body.encode()).hex(), told["payload"])
        return root([header.encode() for header in entries]).hex()

    def test_the_worked_example_holds(self):
        text = (ROOT / "docs/formats/journal.md").read_text(encoding="utf-8")
        example = re.search(r"```\n(entry 1\n.*?)```", text, re.DOTALL)[1]
        found = {name: re.findall(rf"^{name} +(.*)$", example, re.MULTILINE) for name in ("header", "salt", "body", "root")}
        self.assertEqual([len(values) for values in found.values()], [3, 3, 3, 1])
        payloads = {i + 1: (bytes.fromhex(found["salt"][i]), found["body"][i]) for i in range(3)}
        self.assertEqual(self.check(found["header"], payloads), found["root"][0])

    def test_what_the_program_writes_holds(self):
        self.succeed("init", "--db", self.db)
        self.succeed("rename", "party:cn", "china", "--db", self.db)
        self.succeed("redact", "party:cn", "--entry", self.position("party", "cn"), "--reason", "a test", "--db", self.db)
        for author, answer, *words in (("party:kz", "yes"), ("account:ana for party:uz", "reservation", "--words", "but «slowly»")):
            self.succeed("assent", "mechanism:china-central-asia", "--author", author, "--party", author.split(":")[-1], "--answer", answer, *words, "--db", self.db)
        self.assertEqual(tamga("key", "new", self.dir / "key")[0], 0)
        self.succeed("key", "register", self.dir / "key", "--party", "kz", "--author", "account:ana", "--db", self.db)
        self.succeed("sign", "--key", self.dir / "key", "--db", self.db)  # The assent, and the key itself.
        self.succeed("key", "revoke", self.dir / "key", "--party", "kz", "--author", "party:kz", "--reason", "lost", "--db", self.db)
        with sqlite3.connect(self.db) as database:
            entries = [row[0] for row in database.execute("SELECT header FROM entries ORDER BY pos")]
            payloads = {row[0]: (row[1], row[2]) for row in database.execute("SELECT pos, salt, body FROM payloads")}
        self.assertGreater(len(entries), 500)
        self.assertEqual(len(payloads), len(entries) - 8)
        self.assertIn(f"all agree; root {self.check(entries, payloads)}", self.succeed("verify", "--db", self.db))

    def position(self, kind, record_id):
        with sqlite3.connect(self.db) as database:
            for position, header in database.execute("SELECT pos, header FROM entries ORDER BY pos"):
                told = json.loads(header)
                if (told["kind"], told["id"], told["verb"]) == (kind, record_id, "put"):
                    return position
        self.fail(f"{kind}:{record_id} is not in the journal")


if __name__ == "__main__":
    unittest.main()
