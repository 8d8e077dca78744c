#!/usr/bin/env python3
"""Accounts by the command line, and where what is private goes and does not go."""
import os
import pathlib
import pty
import select
import shutil
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import POSTGRES, ROOT, Case, Cluster, of_files, tamga  # noqa: E402

TABLES = {"parties": "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n", "mechanisms": "id,title@en\nm,The mechanism\n",
          "centres": "id,title@en,type,country\nhub,Hub,platform,cn\n"}
PASSWORD = "correct horse battery"
EMAIL = "ana@example.org"


class Accounts(Case):
    def setUp(self):
        super().setUp()
        self.key = self.dir / "key"
        os.environ["TAMGA_KEY_FILE"] = str(self.key)
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)

    def account(self, *arguments, password=None, status=0):
        """Runs a command of accounts; gives what it prints, or where it fails what it says."""
        done = subprocess.run([os.environ["TAMGA"], "account", *map(str, arguments), "--db", str(self.db)], capture_output=True, text=True,
                              input=password, timeout=900)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def add(self, name, *arguments):
        return self.account("add", name, "--name", name.title(), "--email", f"{name}@example.org", *arguments, password=PASSWORD + "\n")

    def test_makes_lists_and_changes_accounts(self):
        self.assertEqual(self.add("ana", "--role", "party-editor", "--of", "kz", "--in", "m"), "ana is made\n")
        self.assertEqual(self.add("op", "--role", "operator"), "op is made\n")
        self.assertEqual(self.account("list"), "ana\tAna\tana@example.org\tparty-editor of kz in m\nop\tOp\top@example.org\toperator\n")
        self.assertEqual(self.account("role", "give", "ana", "party-signatory", "--of", "kz"), "ana is party-signatory of kz\n")
        self.assertEqual(self.account("role", "take", "ana", "party-editor", "--of", "kz", "--in", "m"),
                         "ana is no longer party-editor of kz in m\n")
        self.assertEqual(self.account("disable", "ana"), "ana is disabled\n")
        self.assertIn("party-signatory of kz\tdisabled\n", self.account("list"))
        self.assertEqual(self.account("enable", "ana"), "ana is enabled\n")
        self.assertEqual(self.account("reset-totp", "ana"), "ana has no second factor\n")
        self.assertEqual(self.account("reset-passkeys", "ana"), "ana has no passkey\n")
        self.assertEqual(self.account("revoke", "ana"), "ana is signed in nowhere\n")
        events = [line.split("\t")[1:4] for line in self.account("events", "--account", "ana").splitlines()]
        self.assertEqual([event[0] for event in events],
                         ["all-revoked", "passkeys-reset", "second-factor-reset", "account-enabled", "account-disabled", "role-taken", "role-given", "role-given",
                          "account-made"])
        self.assertEqual(events[5], ["role-taken", "ana", "party-editor of kz in m, by the command line"])
        self.assertEqual(len(self.account("events", "--last", "3").splitlines()), 3)

    def test_links_who_somebody_is_at_a_provider(self):
        self.add("ana")
        self.add("ben")
        identity = "--issuer", "https://id.example.org/staff", "--subject", "person-7"
        self.assertEqual(self.account("link", "ana", *identity), "person-7 of https://id.example.org/staff signs in as ana\n")
        self.assertEqual(self.account("list").splitlines()[0], "ana\tAna\tana@example.org\tno role\tperson-7 of https://id.example.org/staff")
        self.assertIn("person-7 of https://id.example.org/staff comes in as ana; unlink it there first", self.account("link", "ben", *identity, status=1))
        self.assertIn("does not come in as ben", self.account("unlink", "ben", *identity, status=1))
        self.assertIn("there is no account eve", self.account("link", "eve", *identity, status=1))
        self.assertIn("'id.example.org' is no provider's address", self.account("link", "ben", "--issuer", "id.example.org", "--subject", "x", status=1))
        self.assertEqual(self.account("unlink", "ana", *identity), "person-7 of https://id.example.org/staff no longer signs in as ana\n")
        self.assertNotIn("person-7", self.account("list"))
        self.assertEqual([line.split("\t")[1] for line in self.account("events", "--account", "ana").splitlines()],
                         ["identity-unlinked", "identity-linked", "account-made"])

    def test_invites_by_a_link(self):
        out = self.account("invite", "eve", "--name", "Eve", "--role", "moderator", "--in", "m", "--public-url", "https://r.example.org")
        self.assertRegex(out, r"^https://r\.example\.org/account/link/[\w-]{43}\nit works once, until \d{4}-\d\d-\d\dT[\d:]+Z\n$")
        self.assertRegex(self.account("list"), r"^eve\tEve\t\tmoderator in m\tinvited until ")
        self.add("ana")
        self.assertRegex(self.account("reset-password", "ana"), r"^/account/link/[\w-]{43}\n")
        self.assertIn("ana\tAna\t\tno role\tmay set a new password until ", self.account("list"))

    def test_says_what_is_wrong(self):
        self.add("ana")
        for arguments, status, said in (
                (("add", "ben", "--name", "Ben", "--role", "king"), 2, "there is no role 'king'; see: tamga account permissions"),
                (("add", "ben", "--name", "Ben", "--of", "kz"), 2, "--of and --in are of a role"),
                (("add", "ben", "--name", "Ben", "--role", "party-editor"), 1, "the role party-editor needs its party"),
                (("add", "ben", "--name", "Ben", "--role", "party-editor", "--of", "uz"), 1, "there is no party:uz"),
                (("add", "ben", "--name", "Ben", "--role", "centre-editor", "--of", "x"), 1, "there is no centre:x"),
                (("add", "ben", "--name", "Ben", "--role", "secretariat", "--in", "n"), 1, "there is no mechanism:n"),
                (("add", "ana", "--name", "Ana"), 1, "there is an account ana already"),
                (("add", "ben", "--name", "Ben", "--email", EMAIL), 1, "the account ana has that e-mail address"),
                (("invite", "Ben", "--name", "Ben"), 1, "'Ben' is no id of an account"),
                (("disable", "ben"), 1, "there is no account ben; list them with: tamga account list"),
                (("reset-password", "ben"), 1, "there is no account ben"),
                (("role", "take", "ana", "moderator"), 1, "ana is not moderator"),
                (("role", "give", "ana", "public"), 1, "everybody has the role public")):
            with self.subTest(arguments):
                self.assertIn("tamga: " + said, self.account(*arguments, password=PASSWORD, status=status))
        for password, status, said in (("", 2, "there is no password on standard input"), ("short\n", 1, "fewer than 12 characters"),
                                       ("x" * 1001, 1, "more than 1000 bytes")):
            self.assertIn(said, self.account("add", "ben", "--name", "Ben", password=password, status=status))
        self.assertEqual(self.account("list"), "ana\tAna\tana@example.org\tno role\n")

    def test_has_no_option_for_a_password(self):
        self.assertNotIn("--password", self.succeed("account", "add", "--help"))

    def test_prints_the_permissions_as_documented(self):
        self.assertIn(self.succeed("account", "permissions"), (ROOT / "docs/permissions.md").read_text(encoding="utf-8"))

    def test_needs_its_key(self):
        self.assertIn("there are no accounts yet", self.account("list", status=1))
        self.assertFalse(self.key.exists())
        self.add("ana")
        self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)
        key = self.key.read_text()
        self.key.rename(self.dir / "elsewhere")
        self.assertIn(f"the key of the accounts is missing: there is no {self.key}", self.account("list", status=1))
        self.assertIn("the key of the accounts is missing", self.account("disable", "ana", status=1))
        self.assertFalse(self.key.exists(), "none is made in its place")
        self.assertIn(EMAIL, self.account("list", "--key-file", self.dir / "elsewhere"))
        self.key.write_text("0" * 64 + "\n")
        self.key.chmod(0o600)
        self.assertIn(f"{self.key} is not the key of this register's accounts", self.account("list", status=1))
        self.key.write_text(key)
        self.key.chmod(0o644)
        self.assertIn(f"chmod 600 {self.key}", self.account("list", status=1))
        # Whoever only reads what is public needs none.
        self.key.unlink()
        self.succeed("verify", "--db", self.db)
        with self.serving() as server:
            self.assertEqual(server.get("/en/")[0], 200)

    def test_backup_and_copy_carry_accounts_and_nothing_else_does(self):
        self.add("ana", "--role", "party-editor", "--of", "kz")
        self.account("link", "ana", "--issuer", "https://id.example.org", "--subject", "person-7")
        listed = self.account("list")
        self.assertIn("person-7", listed)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))
        self.succeed("rebuild", "--db", self.db)
        self.assertEqual(self.account("list"), listed)

        self.succeed("export", "--to", self.dir / "export", "--db", self.db)
        self.succeed("publish", "--to", self.dir / "site", "--db", self.db)
        files = [path for folder in ("export", "site") for path in (self.dir / folder).rglob("*") if path.is_file()]
        self.assertGreater(len(files), 20)
        for path in files:
            text = path.read_bytes()
            for told in (b"Ana", EMAIL.encode(), b"argon2", b"person-7"):
                self.assertNotIn(told, text, path)

        register, backup, copy = self.db, self.dir / "backup.db", self.dir / "copy.db"
        self.succeed("backup", backup, "--db", register)
        self.succeed("copy", register, copy)
        events = [line for line in self.account("events").splitlines() if "private-data-exported" in line]
        self.assertEqual([str(to) in line for to, line in zip((copy, backup), events)], [True, True], events)
        for self.db in (backup, copy):
            self.assertEqual(self.account("list"), listed)
            self.assertIn("all agree", self.succeed("verify", "--db", self.db))
            text = self.db.read_bytes()
            self.assertIn(b"Ana", text)
            self.assertNotIn(EMAIL.encode(), text)
            self.assertNotIn(self.key.read_text().strip().encode(), text)
            self.assertNotIn(bytes.fromhex(self.key.read_text()), text)
        self.db = Cluster.get().database()
        self.succeed("copy", backup, self.db)
        self.assertEqual(self.account("list"), listed)

    @of_files
    def test_the_key_lies_beside_a_file(self):
        del os.environ["TAMGA_KEY_FILE"]
        self.add("ana")
        self.assertTrue((self.dir / "register.db.key").exists())
        os.environ["TAMGA_KEY_FILE"] = ""
        self.assertIn("ana", self.account("list"))
        # A restored register goes on with the key that is there.
        self.succeed("backup", self.dir / "b.db", "--db", self.db)
        self.account("disable", "ana")
        shutil.copy(self.dir / "register.db.key", self.dir / "kept")
        self.succeed("restore", self.dir / "b.db", "--db", self.db)
        self.assertNotIn("disabled", self.account("list"))

    @unittest.skipUnless(POSTGRES, "a file has its key beside it")
    def test_a_server_has_no_key_beside_it(self):
        os.environ["TAMGA_KEY_FILE"] = ""
        self.assertIn("name the file with --key-file or TAMGA_KEY_FILE", self.account("list", status=2))
        self.assertIn("ana is made", self.add("ana", "--key-file", self.key))

    @of_files
    def test_asks_for_a_password_unseen(self):
        def typed(*lines):
            """What a terminal shows when these are typed, and the exit status."""
            process, terminal = pty.fork()
            if process == 0:
                os.execv(os.environ["TAMGA"], ["tamga", "account", "add", "ana", "--name", "Ana", "--db", str(self.db)])
            shown = b""
            for line in (*lines, None):
                wanted = b": " if line else None
                part = b""
                while wanted is None or not part.endswith(wanted):
                    if not select.select([terminal], [], [], 60)[0]:
                        self.fail(f"it does not go on after {shown!r}")
                    try:
                        part += (read := os.read(terminal, 1024))
                    except OSError:
                        break
                    if not read:
                        break
                shown += part
                if line:
                    os.write(terminal, line.encode() + b"\n")
            os.close(terminal)
            return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

        shown, status = typed(PASSWORD, PASSWORD + "!")
        self.assertEqual(status, 1)
        self.assertIn("the two are not the same", shown)
        shown, status = typed(PASSWORD, PASSWORD)
        self.assertEqual(status, 0, shown)
        self.assertRegex(shown, r"(?s)Password: .*The same again: .*ana is made")
        self.assertNotIn("correct", shown)


if __name__ == "__main__":
    unittest.main()
