#!/usr/bin/env python3
"""docs/permissions.md holds over real sockets: each role tries each verb on records of each kind, its own and others', and what the
table allows is done, what it does not is refused with the names of the roles that could."""
import collections
import concurrent.futures
import csv
import html
import io
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from desk import PASSWORD, Browser  # noqa: E402
from support import ROOT, Case, tamga  # noqa: E402
from uploads import with_file, workbook  # noqa: E402

Permission = collections.namedtuple("Permission", "role verb kinds which")
Account = collections.namedtuple("Account", "name role of")
# What a record is: its owners (of a centre: @ and its id, of a kind that mostly is parties' own), its mechanism (empty: none), whether it cites a source, whether others recorded it.
Subject = collections.namedtuple("Subject", "owner mechanism sourced recorded")
WITH_ADDRESS = {"put", "withdraw", "assent", "sign", "answer", "reply", "moderate", "register-key", "manage-accounts", "read-events"}
# Commands do these, for whoever may write to the database; of a reply a moderator erases the text at the desk.
BY_COMMAND = {"rename", "redact", "operate"}
ACCOUNTS = (Account("ed", "party-editor", "kz"), Account("sig", "party-signatory", "kz"), Account("cen", "centre-editor", "centre-0-m-cen"),
            Account("sec", "secretariat", ""), Account("ann", "assessor", "Ann"), Account("wat", "watcher", ""), Account("mod", "moderator", ""),
            Account("op", "operator", ""), Account("any", "public", ""))
NOBODY = Account("nobody", "public", "")


def tables():
    """The tables of the document: who may do what, whose a record of a kind is, and the verbs."""
    found = {}
    for table in re.findall(r"(?:^\|.*\n)+", (ROOT / "docs/permissions.md").read_text(), re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        found[" ".join(head).strip()] = rows
    permissions = [Permission(role.strip("`"), verb.strip("`"), set(re.findall("`([^`]+)`", kinds)), which)
                   for role, verb, kinds, which in found["role verb kinds which of them"]]
    return permissions, {kind.strip("`"): whose for kind, whose in found["kind whose it is"]}, {row[0].strip("`") for row in found["verb"]}


PERMISSIONS, WHOSE, VERBS = tables()
# By which a record is in a mechanism that does not name one.
OF = {"provision": "instrument", "action": "instrument", "observation": "series", "report": "commitment", "assessment": "commitment", "reply": "under"}
FIELDS = {
    "source": {}, "party": {"type": "state"}, "mechanism": {}, "principle": {"mechanism": "{m}"}, "sector": {"mechanism": "{m}"},
    "meeting": {"mechanism": "{m}", "level": "forum"}, "instrument": {"mechanism": "{m}", "type": "treaty"},
    "provision": {"instrument": "law-{m}", "number@en": "{id}"}, "action": {"instrument": "law-{m}", "party": "{owner}", "type": "signature"},
    "centre": {"mechanism": "{m}", "type": "platform"},
    "series": {"mechanism": "{m}", "indicator": "i", "flow": "other", "unit": "USD", "reporter": "{owner}"},
    "statement": {"mechanism": "{m}", "speaker@en": "Somebody", "party": "{owner}"}, "commitment": {"mechanism": "{m}", "by": "kz;cn;uz"},
    "project": {"mechanism": "{m}", "centre": "{owner}"}, "observation": {"series": "of-{owner}-{m}", "period": "2024", "value": "1"},
    "claim": {"mechanism": "{m}", "type": "other", "claimant": "{owner}"}, "report": {"commitment": "road-{m}", "party": "{owner}"},
    "assessment": {"commitment": "road-{m}", "assessor@en": "{owner}", "score": "0"},
    "update": {"mechanism": "{m}", "date": "2025-01-01", "party": "{owner}"},
    "reply": {"under": "commitment:road-{m}", "name@en": "Somebody", "text@en": "Something", "party": "{owner}"},
    "name": {"of": "party:kz"}, "imprint": {}}
PLURALS = {"party": "parties", "series": "series", "reply": "replies", "commitment": "commitments"}
NO_TITLE, NO_SOURCES = {"action", "observation", "provision"}, {"source", "reply"}
OWNED = {"party": ("kz", "cn", "uz", ""), "centre": ("centre-0-m-cen", "hub", ""), "assessor": ("Ann", "Bob")}
CENTRES_OWN = ("@centre-0-m-cen", "@hub")
REQUIRED_OWNER = {"action", "report", "assessment"}


def plural(kind):
    return PLURALS.get(kind, kind + "s")


def fields_of(kind, id, owner, m, sourced=True):
    given = {"id": id} | ({} if kind in NO_TITLE else {"title@en": f"Of {owner or 'nobody'}"})
    centre = owner.removeprefix("@") if owner.startswith("@") else ""
    told = centre if kind == "observation" and centre else "" if centre else owner or ("nobody" if kind == "observation" else "")
    given |= {name: value.format(m=m, owner=told, id=id) for name, value in FIELDS[kind].items()} | ({"centre": centre} if kind == "series" else {})
    return given | ({"sources": "paper"} if sourced and kind not in NO_SOURCES else {})


def owner_sort(kind, owner=""):
    """What owns records of the kind, if anything does: a party, a centre, an assessor."""
    if owner.startswith("@"):
        return "centre"
    found = re.search("party|centre|assessor|series", WHOSE.get(kind, ""))
    return found[0].replace("series", "party") if found else ""


def owner_kind(kind):
    """The same, where a record's field tells it: empty for one that is its own."""
    return "" if WHOSE.get(kind, "").endswith("that it is") else owner_sort(kind)


def sealed(kind, m):
    """The record of the kind that nobody changes: for words of parties, and seals."""
    return m if kind == "mechanism" else f"{kind}-seal-{m}"


def subject(kind, id, owner, m, sourced=True, recorded=True):
    told = WHOSE.get(kind, "")
    own = (id,) if told.endswith("that it is") else (owner,) if owner and told else ()
    mechanism = id if kind == "mechanism" else "" if kind in ("source", "party", "name", "imprint") else m
    return Subject(own, mechanism, sourced and kind not in NO_SOURCES, recorded and bool(own))


def holds(row, account, mechanism, kind, before, after):
    """Whether a row of the table, read as it is written there, lets an account of a mechanism ("": of all) do it."""
    there = [one for one in (before, after) if one]
    if row.which == "new ones" and before:
        return False
    if row.which == "all":
        return True
    if not all(not mechanism or not one.mechanism or one.mechanism == mechanism for one in there):
        return False
    if row.which in ("its party's own", "its centre's own", "under its own name"):
        return all(one.owner and row.role.startswith(owner_sort(kind, one.owner[0])) and one.owner[0].removeprefix("@") == account.of for one in there)
    if "neither a party's nor a centre's own" in row.which:
        return all(not one.owner for one in there)
    if "no editors here" in row.which:
        return (all(one.owner and one.owner[0] not in ("kz", "cn", *CENTRES_OWN) for one in there) and (not before or before.recorded) and
                (not after or after.sourced) and (not before or not after or before.owner == after.owner))
    assert row.which in ("of its mechanism, or of none", "new ones"), row
    return True


def judged(account, verb, kind, before=None, after=None):
    """Whether the account, of mechanism m, may; and the roles that could."""
    rows = [row for row in PERMISSIONS if row.verb == verb and kind in row.kinds]
    mine = {account.role, "public"}
    if any(row.role in mine and holds(row, account, "m", kind, before, after) for row in rows):
        return True, set()
    owner = (before or after).owner
    return False, {row.role for row in rows if holds(row, Account("", row.role, owner[0].removeprefix("@") if owner else ""), "", kind, before, after)}


class Permissions(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "vault")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.seen = set()  # (role, verb, kind, whether it may): what was tried

    # -- a register with a record for each try

    def variants(self, kind):
        """(name, owner, mechanism, recorded): what records of the kind there are to try on."""
        owners = [*(one for one in OWNED.get(owner_kind(kind), ("",)) if one or kind not in REQUIRED_OWNER)]
        owners += CENTRES_OWN if "without" in WHOSE.get(kind, "") or kind == "observation" else ()
        made = [(f"{at}-{m}", owner, m, True) for (at, owner), m in itertools.product(enumerate(owners), ("m", "n"))]
        return made + ([("said-m", "uz", "m", False)] if "uz" in owners else [])

    def tries(self):
        for kind in FIELDS:
            for name, owner, m, recorded in self.variants(kind):
                for account in (*ACCOUNTS, NOBODY):
                    yield kind, f"{kind}-{name}-{account.name}", owner, m, recorded, account

    def import_rows(self, rows, author):
        """Rows of (kind, fields), as whoever writes for somebody."""
        folder = self.dir / f"r{len(list(self.dir.iterdir()))}"
        texts = {}
        for kind, fields in rows:
            texts.setdefault(kind, []).append(fields)
        written = {}
        for kind, records in texts.items():
            out = io.StringIO()
            table = csv.DictWriter(out, list(dict.fromkeys(name for record in records for name in record)), lineterminator="\n")
            table.writeheader()
            table.writerows(records)
            written[plural(kind)] = out.getvalue()
        self.succeed("import", self.write(folder.name, **written), "--author", author, "--db", self.db)

    def make_register(self):
        base = [("centre", fields_of("centre", "hub", "", "m"))]
        self.import_rows([("source", {"id": "paper", "title@en": "Paper"})] + [("party", fields_of("party", id, "", "")) for id in ("kz", "cn", "uz")], "tests")
        self.import_rows([("mechanism", {"id": m, "title@en": m, "parties": "kz;cn;uz"}) for m in ("m", "n")], "account:ed for party:kz")
        for m in ("m", "n"):
            base += [(kind, fields_of(kind, f"{id}-{m}", "", m)) for kind, id in (("instrument", "law"), ("commitment", "road"), ("update", "news"))]
            base += [("series", fields_of("series", f"of-{owner.removeprefix('@') or 'nobody'}-{m}", owner, m)) for owner in (*OWNED["party"], *CENTRES_OWN)]
        recorded, said, own = [], [], []
        for kind, id, owner, m, others, _ in self.tries():
            (recorded if others else said).append((kind, fields_of(kind, id, owner, m)))
        # What awaits kz's seal: a word of its own of each kind, in both mechanisms.
        for kind, m in itertools.product(FIELDS, ("m", "n")):
            own.append((kind, fields_of(kind, f"{kind}-seal-{m}", "kz" if owner_kind(kind) == "party" else "Ann" if kind == "assessment" else "", m)))
        self.import_rows(base + recorded, "tests")
        self.import_rows(said, "account:gone for party:uz")
        self.import_rows(own, "account:ed for party:kz")

    def make_accounts(self):
        others = Account("cn", "party-editor", "cn")
        for account in (*ACCOUNTS, others):
            role = () if account.role == "public" else ("--role", account.role)
            where = () if account.role in ("public", "operator") else ("--in", "m")
            done = subprocess.run([os.environ["TAMGA"], "account", "add", account.name, "--name", account.name, *role,
                                   *(("--of", account.of) if account.of else ()), *where, "--db", str(self.db)],
                                  input=PASSWORD + "\n", capture_output=True, text=True, timeout=900)
            self.assertEqual(done.returncode, 0, done.stderr)

    # -- asking, and looking at the answer

    def come_in(self, account):
        browser = Browser(self.server)
        if account is not NOBODY:
            self.assertEqual(browser.log_in(account.name)[0], 303, account)
        page = browser.get("/en/desk" if account is not NOBODY else "/en/desk/login")[2]
        browser.token = re.search('name="form_token" value="([^"]+)"', page)[1]
        return browser

    def send(self, browser, target, **fields):
        return browser.ask("POST", target, urllib.parse.urlencode({"form_token": browser.token, **fields}))

    def expect(self, account, verb, kind, answer, may, could, done=(303,)):
        """What was answered is what the table says."""
        status, _, text = answer
        said = re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", text.split("<main")[-1]))).lower()
        what = (account, verb, kind, could, status, said[:600])
        self.seen.add((account.role, verb, kind, may))
        if may:
            self.assertIn(status, done, what)
            return
        if account is NOBODY:
            self.assertIn(status, (303, 401, 403), what)
            self.assertTrue("/desk/login" in text or status != 403, what)
            return
        self.assertEqual(status, 403, what)
        self.assertTrue(could or "nobody may" in said, what)
        for role in could:
            self.assertIn(role.replace("-", " "), said, what)

    # -- the verbs

    def try_table(self, account):
        """Changes a record of each kind and variant and makes another, in one workbook that is looked at and not written."""
        if account is NOBODY:
            answer = self.send(self.browsers[account], "/en/desk/upload", intent="look")
            self.expect(account, "put", "", answer, False, set())
            return 0
        sheets, rows = {}, []
        for kind, id, owner, m, recorded, whose in self.tries():
            if whose is account:
                changed = {"text@en": "Changed"} if kind == "reply" else {"note@en": "Changed"}
                stands = subject(kind, id, owner, m, recorded=recorded)
                rows.append((kind, fields_of(kind, id, owner, m) | changed, stands, stands))
                for sourced in (True, False) if account.role == "watcher" else (True,):
                    new = f"{id}-{sourced}".lower()
                    rows.append((kind, fields_of(kind, new, owner, m, sourced), None, subject(kind, new, owner, m, sourced)))
        for kind, fields, _, _ in rows:
            columns = sheets.setdefault(plural(kind), [["id"]])[0]
            columns += [name for name in fields if name not in columns]
        for kind, fields, _, _ in rows:
            sheets[plural(kind)].append([fields.get(name, "") for name in sheets[plural(kind)][0]])
        body, type = with_file("all.xlsx", workbook(sheets), form_token=self.browsers[account].token, intent="look")
        status, _, page = self.browsers[account].ask("POST", "/en/desk/upload", body, Content_Type=type)
        self.assertEqual(status, 422, page)
        cells = {}
        for cell, fault in re.findall('<tr><th scope="row">([^<]*)</th><td>([^<]*)</td>', html.unescape(page)):
            # What is said of several rows is said once.
            if not (at := re.fullmatch("all.xlsx, sheet ([a-z]+), A([0-9]+)", cell)):
                continue
            sheet, row = at.groups()
            more = re.search(r"more like it in this column \(rows? ([0-9, ]+)\)", fault)
            cells |= {(sheet, int(one)): fault for one in (row, *(more[1].split(",") if more else ()))}
        row_of = collections.Counter()
        for kind, fields, before, after in rows:
            row_of[kind] += 1
            said = cells.get((plural(kind), row_of[kind] + 1), "")
            refused = re.match("(only|nobody) .*may write this", said)
            may, could = judged(account, "put", kind, before, after)
            self.assertEqual(not refused, may, (account, fields, before, said))
            for role in could if refused else ():
                self.assertIn(role.replace("-", " "), said, (account, fields))
        return 0

    def try_forms(self, account):
        """With the form of records: what may be changed or made is, what may be withdrawn is; of each kind the rest is tried."""
        browser, entries, tried = self.browsers[account], 0, set()
        for kind, id, owner, m, recorded, whose in self.tries():
            if whose is not account or owner == "cn" or (m == "n" and owner not in ("kz", "Ann", "centre-0-m-cen", "@centre-0-m-cen") and owner_kind(kind)):
                continue
            target = f"/en/desk/write/{plural(kind)}"

            def attempt(verb, before, after, id=id, kind=kind, owner=owner, m=m, target=target, **fields):
                may, could = judged(account, verb, kind, before, after)
                # The table is looked at by try_table(); who has no row for the kind is refused alike, whatever the record.
                has_row = any(row.role == account.role and row.verb == verb and kind in row.kinds for row in PERMISSIONS)
                if not may and ((verb, kind) in tried and (verb == "put" or not has_row) or verb == "put" and not has_row and kind != "report"):
                    return 0
                tried.add((verb, kind))
                body = {f"field.{name}": value for name, value in fields_of(kind, id, owner, m).items()}
                self.expect(account, verb, kind, self.send(browser, target, **body | fields), may, could)
                return int(may)

            stands = subject(kind, id, owner, m, recorded=recorded)
            changed = {"field.text@en" if kind == "reply" else "field.note@en": "Changed"}
            entries += attempt("put", stands, stands, base=self.positions[kind, id], intent="publish", **changed)
            entries += attempt("withdraw", stands, None, base="0", intent="withdraw", reason="tried")
            entries += attempt("put", None, subject(kind, f"{id}-new", owner, m), id=f"{id}-new", base="0", intent="publish")
        return entries

    def try_mechanism(self, account):
        """The mechanism that roles are in. What links to it keeps it there, whoever may withdraw it."""
        stands = subject("mechanism", "m", "", "m")
        body = {"field.id": "m", "field.title@en": "m", "field.parties": "kz;cn;uz", "field.note@en": account.name}
        may, could = judged(account, "put", "mechanism", stands, stands)
        base = self.positions["mechanism", "m"]
        answer = self.send(self.browsers[account], "/en/desk/write/mechanisms", **body, base=base, intent="publish")
        self.expect(account, "put", "mechanism", answer, may, could)
        may_withdraw, could = judged(account, "withdraw", "mechanism", stands)
        answer = self.send(self.browsers[account], "/en/desk/write/mechanisms", **body, base="0", intent="withdraw", reason="tried")
        self.expect(account, "withdraw", "mechanism", answer, may_withdraw, could, done=(403,))
        if may_withdraw:
            self.assertNotRegex(answer[2], "(only|nobody) [^.]*may withdraw")
        return int(may)

    def try_others(self, account):
        """Renaming and erasing have no address: asked for, they write nothing, whoever asks."""
        body = {f"field.{name}": value for name, value in fields_of("source", "paper", "", "m").items()}
        for fields in ({"intent": "rename", "to": "other"}, {"intent": "redact", "entry": "1", "reason": "tried"}):
            self.send(self.browsers[account], "/en/desk/write/sources", **body, base=self.positions["source", "paper"], **fields)
        return 0

    def try_passing(self, account):
        """What is one party's does not become another's."""
        for kind in FIELDS:
            if owner_kind(kind) != "party" or kind == "observation":
                continue
            id = f"{kind}-seal-m"
            body = {f"field.{name}": value for name, value in fields_of(kind, id, "cn", "m").items()}
            was, becomes = subject(kind, id, "kz", "m", recorded=False), subject(kind, id, "cn", "m")
            may, could = judged(account, "put", kind, was, becomes)
            self.assertFalse(may or could)
            answer = self.send(self.browsers[account], f"/en/desk/write/{plural(kind)}", **body, base=self.positions[kind, id], intent="publish")
            self.expect(account, "put", kind, answer, may, could)
        return 0

    def try_assent(self, account):
        shared, entries = {kind for row in PERMISSIONS if row.verb == "assent" for kind in row.kinds}, 0
        for kind, m in itertools.product(FIELDS, ("m", "n")):
            id = sealed(kind, m)
            if account.role != "party-signatory" and m == "n":
                continue
            answer = self.send(self.browsers[account], f"/en/desk/assent/{plural(kind)}/{id}", version=self.positions[kind, id], answer="yes")
            if kind not in shared and account is not NOBODY:
                self.assertEqual(answer[0], 404, kind)
                continue
            may, could = judged(account, "assent", kind, subject(kind, id, "", m))
            self.expect(account, "assent", kind, answer, may, could)
            entries += may
        return entries

    def try_sign(self, account):
        """With a token of the account, as a program does; who is nobody has none."""
        browser, token, entries = self.browsers[account], "", 0
        if account is not NOBODY:
            page = self.send(browser, "/en/desk/account", action="token", title="T", scope="write", mechanism="", days="1")[2]
            token = html.unescape(re.search('shown-once">([^<]+)<', page)[1])
        for kind, m in itertools.product(FIELDS, ("m", "n")):
            id = sealed(kind, m)
            if kind == "party" or account.role != "party-signatory" and m == "n":
                continue  # Of a party its key is registered.
            stands = subject(kind, id, "kz" if owner_kind(kind) == "party" else "", m)
            may, could = judged(account, "sign", kind, stands)
            seal = {"entry": self.positions[kind, id], "key": self.public, "signature": self.signature(kind, id) if may else "00" * 64}
            answer = self.call(browser, "/api/v1/seals", token, seal)
            self.expect(account, "sign", kind, answer, may, could if account.role == "party-signatory" else {"party-signatory"}, done=(201,))
            entries += may
        listed = self.call(browser, "/api/v1/pending", token)
        self.expect(account, "sign", "", listed, account.role == "party-signatory", {"party-signatory"}, done=(200,))
        return entries

    def call(self, browser, target, token, body=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Browser(browser.server, **headers).ask("GET" if body is None else "POST", target, None if body is None else json.dumps(body))

    def signature(self, kind, id):
        if not self.headers:
            page = self.browsers[ACCOUNTS[1]].get("/en/desk/seals")[2]
            found = re.findall('data-position="([0-9]+)".*?<pre class="signed-header"><code>(.*?)</code>', page, re.DOTALL)
            self.headers.update({int(position): html.unescape(header) for position, header in found})
        (self.dir / "header").write_text(self.headers[self.positions[kind, id]])
        subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", self.dir / "header", "-out", self.dir / "seal"], check=True)
        return (self.dir / "seal").read_bytes().hex()

    def try_key(self, account):
        answer = self.send(self.browsers[account], "/en/desk/seals", intent="register", key=self.public)
        may, could = judged(account, "register-key", "party", Subject(("kz",), "", False, False))
        self.expect(account, "register-key", "party", (answer[0], answer[1], answer[2].replace("’s signatory", " signatory")), may, could)
        return int(may)

    def try_answer(self, account):
        """An official reply: of the account's own party, where it has one."""
        entries = 0
        for (kind, id), m in itertools.product((("commitment", "road"), ("update", "news")), ("m", "n")):
            may, could = judged(account, "answer", kind, subject(kind, f"{id}-{m}", "", m))
            body = fields_of("reply", f"answer-{account.name}-{id}-{m}", "kz", m) | {"under": f"{kind}:{id}-{m}"}
            fields = {f"field.{name}": value for name, value in body.items()}
            answer = self.send(self.browsers[account], "/en/desk/write/replies", **fields, base="0", intent="publish")
            self.expect(account, "answer", kind, answer, may, could)
            entries += may
        return entries

    def try_reply(self, account):
        """Everybody may, under what takes replies: they wait for a moderator."""
        browser = Browser(self.server, X_Forwarded_For=f"203.0.{(*ACCOUNTS, NOBODY).index(account)}.1")
        browser.cookies = dict(self.browsers[account].cookies)
        for kind in FIELDS:
            target = f"/en/{plural(kind)}/{kind}-seal-m"
            may, _ = judged(account, "reply", kind, subject(kind, "", "", "m"))
            self.seen.add((account.role, "reply", kind, may))
            self.assertEqual(browser.get(target + "/reply")[0], 200 if may else 404, (account, kind))
            sent = {"name": "A", "email": "a@example.org", "text": account.name, "token": self.reply_tokens[account].get(kind, "")}
            answer = browser.ask("POST", target + "/replies", urllib.parse.urlencode(sent))
            self.assertEqual(answer[0], 303 if may else 404, (account, kind, answer[2]))

    def try_moderate(self, account):
        number = 0
        for _ in (*ACCOUNTS, NOBODY):
            for kind in ("commitment", "update"):
                number += 1
                may, could = judged(account, "moderate", kind, subject(kind, "", "", "m"))
                for deed in ("refuse",) if may else ("approve", "refuse", "erase", "close") if number < 3 else ():
                    answer = self.send(self.browsers[account], f"/en/desk/replies/{number}", deed=deed, reason="tried")
                    self.expect(account, "moderate", kind, answer, may, could)

    def try_accounts(self, account):
        browser = self.browsers[account]
        for verb, answer in (("manage-accounts", browser.get("/en/desk/accounts")), ("manage-accounts", browser.get("/en/desk/accounts/any")),
                             ("read-events", browser.get("/en/desk/events")),
                             ("manage-accounts", self.send(browser, "/en/desk/accounts/any", action="enable")),
                             ("manage-accounts", self.send(browser, "/en/desk/accounts", id=f"by-{account.name}", name="X", email="", language="en",
                                                           role="moderator", of="", mechanism="m"))):
            may = any(row.role == account.role and row.verb == verb for row in PERMISSIONS)
            self.expect(account, verb, "", answer, may, {"operator"}, done=(200, 303))
        return 0

    # -- all of them

    def test_every_role_verb_and_kind(self):
        self.assertEqual(VERBS, WITH_ADDRESS | BY_COMMAND, "a new verb is tried here")
        self.assertEqual({kind for row in PERMISSIONS for kind in row.kinds}, set(FIELDS), "a new kind is tried here")
        self.make_register()
        self.make_accounts()
        self.key = self.dir / "kz.key"
        self.public, self.headers, self.positions = tamga("key", "new", self.key)[1].strip(), {}, {}
        with self.serving() as self.server:
            self.sweep()
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def sweep(self):
        everybody = (*ACCOUNTS, NOBODY)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.browsers = dict(zip(everybody, pool.map(self.come_in, everybody)))
            for kind in FIELDS:
                for record in json.loads(self.server.get(f"/en/{plural(kind)}.json?first=all")[2])["records"]:
                    self.positions[kind, record["id"]] = record["version"]["position"]
            head = self.head()
            self.reply_tokens = {account: {kind: html.unescape(re.search('name="token" value="([^"]+)"', self.server.get(
                f"/en/{plural(kind)}/{kind}-seal-m/reply")[2].decode())[1]) for kind in ("commitment", "update")} for account in everybody}
            entries = sum(sum(pool.map(deed, everybody)) for deed in (
                self.try_key, self.try_assent, self.try_sign, self.try_answer, self.try_passing, self.try_accounts, self.try_table,
                self.try_forms, self.try_mechanism, self.try_others))
        self.assertEqual(self.head(), head + entries, "what was refused wrote nothing")
        for account in everybody:
            self.try_reply(account)
        for account in everybody:
            self.try_moderate(account)
        self.assert_all_seen()

    def head(self):
        return json.loads(self.server.get("/en/index.json")[2])["as_of"]["position"]

    def assert_all_seen(self):
        """What the table allows was done, by each role."""
        done = {(role, verb, kind) for role, verb, kind, may in self.seen if may}
        told = {(row.role, row.verb, kind) for row in PERMISSIONS if row.verb in WITH_ADDRESS for kind in row.kinds or {""}}
        self.assertEqual(told - done, set())


if __name__ == "__main__":
    unittest.main()
