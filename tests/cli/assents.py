#!/usr/bin/env python3
"""What parties share is proposed, and agreed by their own word: by the command line, on pages and as data."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402

PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\nuz,Uzbekistan,state\nfr,France,state\n"
MECHANISMS = "id,title@en,parties\nm,The mechanism,cn;kz;uz\n"
CENTRES = "id,title@en,type,mechanism\nhub,Hub,platform,m\n"
AGREED = "The text of this record in this register: agreed by {} of 3 parties."
NO_WORD = "No party has yet given its word on the text of this record in this register."
WORDS = "not <b>in winter</b>"


class Assents(Case):
    def setUp(self):
        super().setUp()
        folder = self.write("r", parties=PARTIES, mechanisms=MECHANISMS, centres=CENTRES)
        self.succeed("import", folder, "--db", self.db)  # 1 to 6; the centre is 6.

    def says(self, party, answer, *more, author="account:ana", record="centre:hub"):
        return tamga("assent", record, "--party", party, "--answer", answer, "--author", author, *more, "--db", self.db)

    def test_says_who_may_say_what(self):
        for given, told in (((("kz", "yes"), {"author": "operator"}), "operator does not speak for party:kz"),
                            ((("kz", "yes"), {"author": "account:ana for party:uz"}), "account:ana for party:uz does not speak for party:kz"),
                            ((("fr", "yes"), {}), "centre:hub does not ask for the word of party:fr"),
                            ((("kz", "reservation"), {}), "a reservation says nothing; say it in words"),
                            ((("kz", "yes", "--words", "but"), {}), "a yes with words is a reservation"),
                            ((("kz", "yes", "--entry", "5"), {}), "5 is not the newest version of centre:hub: that is entry 6"),
                            ((("kz", "yes"), {"record": "party:kz"}), "party:kz is not shared"),
                            ((("kz", "yes"), {"record": "centre:none"}), "centre:none is not in the register")):
            status, out, err = self.says(*given[0], **given[1])
            self.assertEqual((status, out), (2 if "does not speak" in told else 1, ""), err)
            self.assertIn(told, err)
        self.assertNotEqual(self.says("kz", "perhaps")[0], 0)
        self.assertEqual(self.says("kz", "yes"), (0, "the journal has 7 entries\n", ""))
        self.assertIn("party:kz has said so of this version already", self.says("kz", "yes")[2])
        self.assertIn("7 entries checked, all agree", self.succeed("verify", "--db", self.db))

    def test_pages_and_data_say_who_has_agreed_and_a_new_version_asks_again(self):
        with self.serving() as server:
            def page(target):
                status, _, body = server.get(target)
                self.assertEqual(status, 200, target)
                return body.decode()

            def data(query=""):
                return json.loads(page("/en/centres/hub.json" + query)).get("assent")

            # Nobody is asked in a register of one who only watches.
            self.assertNotIn("agreed by", page("/en/centres/hub").lower())
            self.assertIsNone(data())
            self.assertEqual(self.says("kz", "yes")[0], 0)                                   # 7
            self.assertEqual(self.says("uz", "reservation", "--words", WORDS)[0], 0)         # 8
            self.assertEqual(self.says("cn", "no", author="party:cn")[0], 0)                 # 9
            html = page("/en/centres/hub")
            self.assertIn(AGREED.format(2) + " Because of objections it cannot be agreed as it stands.", html)
            self.assertIn("not &lt;b&gt;in winter&lt;/b&gt;", html)
            self.assertNotIn(WORDS, html)
            self.assertIn(AGREED.format(2), page("/en/centres/hub?as_of=@8"))
            self.assertIn("has not given its word on this text", page("/en/centres/hub?as_of=@8"))
            self.assertNotIn("agreed by", page("/en/centres/hub?as_of=@6").lower())
            self.assertEqual(self.says("cn", "yes")[0], 0)                                   # 10
            self.assertIn(AGREED.format(3), page("/en/centres/hub"))
            for language, text in (("zh", "本登记册中此记录的文本：3方中已有3方同意。"), ("ru", "Текст этой записи в этом реестре: согласны стороны — 3 из 3."),
                                   ("fr", "Texte de cette fiche dans ce registre\u00a0: approuvé par 3 des 3 parties.")):
                self.assertIn(text, page(f"/{language}/centres/hub"))
            found = data()
            self.assertEqual((found["state"], found["version"], found["needed"], found["enough"], found["agreed"]),
                             ("agreed", 6, ["cn", "kz", "uz"], 3, 3))
            self.assertEqual([(one["party"], one["answer"], one["position"], one["author"], one.get("words")) for one in found["given"]],
                             [("kz", "yes", 7, "account:ana for party:kz", None), ("uz", "reservation", 8, "account:ana for party:uz", WORDS),
                              ("cn", "yes", 10, "account:ana for party:cn", None)])
            # A changed proposal asks again; what was said of the first stays with it.
            self.succeed("import", self.write("r", centres=CENTRES.replace("Hub", "The hub")), "--db", self.db)  # 11
            self.assertIn(NO_WORD, page("/en/centres/hub"))
            self.assertEqual(data("?as_of=@10")["state"], "agreed")
            self.assertEqual((data()["state"], data()["version"], data()["given"]), ("waiting", 11, []))
            versions = json.loads(page("/en/centres/hub/history.json"))["versions"]
            self.assertEqual([(version["position"], len(version.get("said", []))) for version in versions], [(6, 4), (11, 0)])
            self.assertEqual([one["answer"] for one in versions[0]["said"]], ["yes", "reservation", "no", "yes"])
            history = page("/en/centres/hub/history")
            self.assertEqual((history.count("agrees to this text with a reservation"), history.count("objects to this text")), (1, 1))
            # The words can be erased; that the party answered, and how, cannot.
            self.succeed("redact", "centre:hub", "--entry", "8", "--reason", "a court's order", "--db", self.db)
            history = page("/en/centres/hub/history")
            self.assertNotIn("in winter", history)
            self.assertIn("What was said with it was erased for legal reasons.", history)
            self.assertTrue(json.loads(page("/en/centres/hub/history.json"))["versions"][0]["said"][1]["redacted"])
        self.assertIn("12 entries checked, all agree", self.succeed("verify", "--db", self.db))
        self.succeed("rebuild", "--db", self.db)
        self.assertIn("12 entries checked, all agree", self.succeed("verify", "--db", self.db))

    def test_a_mechanism_says_how_many_are_enough(self):
        rule = "id,title@en,parties,assent_rule,assent_number\nm,The mechanism,cn;kz;uz,number,2\n"
        self.succeed("import", self.write("r", mechanisms=rule), "--db", self.db)
        with self.serving() as server:
            html = server.get("/en/centres/hub")[2].decode()
            self.assertIn(NO_WORD, html)
            self.assertIn("By the mechanism&#39;s rule 2 of 3 parties are enough.", html.replace("&apos;", "&#39;").replace("'", "&#39;"))
            for party in ("kz", "uz"):
                self.assertEqual(self.says(party, "yes")[0], 0)
                self.assertEqual(self.says(party, "yes", record="mechanism:m")[0], 0)
            self.assertIn(AGREED.format(2), server.get("/en/centres/hub")[2].decode())
            # To the rule itself all must agree.
            self.assertIn(AGREED.format(2), server.get("/en/mechanisms/m")[2].decode())
            self.assertEqual(json.loads(server.get("/en/mechanisms/m.json")[2])["assent"]["enough"], 3)


if __name__ == "__main__":
    unittest.main()
