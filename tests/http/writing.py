#!/usr/bin/env python3
"""What people write who are signed in, over real sockets: a report of a party from the form to the journal, what it may not
write, what comes back to be mended, drafts, two who write the same, and many who write at once."""
import html
import http.client
import http.cookiejar
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case  # noqa: E402

KILLS = int(os.environ.get("TAMGA_KILLS", "3"))
PASSWORD = "correct horse battery staple"
FORM = "/en/desk/write/reports"
COMMITMENT = "desertification-centre-2025"


class Browser:
    """Somebody at a browser: keeps cookies, follows redirects."""

    def __init__(self, server):
        self.url = server.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, path, fields=None):
        """Gives (status, path that answered, text)."""
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.url + path, body, {"Origin": self.url} if body else {})
        try:
            answer = self.opener.open(request, timeout=600)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.geturl().removeprefix(self.url), answer.read().decode()

    def sign_in(self, account):
        _, _, page = self.ask("/en/desk/login")
        status, path, page = self.ask("/en/desk/login", {"form_token": token(page), "account": account, "password": PASSWORD})
        assert status == 200 and path == "/en/desk", (status, path, page)
        return self

    def open_form(self, query=f"commitment={COMMITMENT}&party=kz", path=FORM):
        """The fields of a form as a browser would send them."""
        status, _, page = self.ask(f"{path}?{query}")
        assert status == 200, page
        return fields_of(page)


def token(page):
    return re.search(r'name="form_token" value="([^"]*)"', page).group(1)


def fields_of(page):
    form = re.search(r'<form class="record-form".*?</form>', page, re.DOTALL).group(0)
    fields = dict(re.findall(r'<input[^>]*? name="([^"]*)" value="([^"]*)"', form))
    fields.update(re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))
    for name, options in re.findall(r'<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', options)
        fields[name] = chosen.group(1) if chosen else ""
    return {name: html.unescape(value) for name, value in fields.items()}


def faults(page):
    return {field: re.sub("<[^>]*>", "", said) for field, said in re.findall(r'<p class="fault" id="e-f-([^"]*)"[^>]*>(.*?)</p>', page)}


class Writing(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("init", "--db", self.db)
        for account, *role in (("ana", "party-editor", "--of", "kz", "--in", "china-central-asia"),
                               ("bo", "party-editor", "--of", "cn", "--in", "china-central-asia"),
                               ("olga", "operator"),
                               ("sig", "party-signatory", "--of", "kz", "--in", "china-central-asia"),
                               ("sam", "secretariat", "--in", "china-central-asia")):
            self.add(account, *role)

    def add(self, account, *role):
        subprocess.run([os.environ["TAMGA"], "account", "add", account, "--name", account.title(), "--role", *role, "--db", str(self.db)],
                       input=PASSWORD + "\n", check=True, capture_output=True, text=True, timeout=900)

    def json(self, server, path):
        status, _, body = server.get(path)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def test_a_report_goes_from_the_form_to_the_journal(self):
        with self.serving() as server:
            ana = Browser(server).sign_in("ana")
            before = self.json(server, f"/en/commitments/{COMMITMENT}.json")["status"]["pledge"]
            fields = ana.open_form()
            self.assertEqual((fields["field.commitment"], fields["field.party"], fields["base"]), (COMMITMENT, "kz", "0"))
            fields |= {"field.title@en": "A site was chosen", "field.progress": "substantial", "field.note@en": "one <b>line</b>\r\nand one"}
            status, _, page = ana.ask(FORM, fields | {"intent": "check"})
            self.assertEqual(status, 200)
            # What readers will see stands there, as on the page itself.
            preview = re.search('<section class="card preview".*?</section>', page, re.DOTALL).group(0)
            for words in ("<h3><bdi>A site was chosen</bdi></h3>", "one &lt;b&gt;line&lt;/b&gt;", f'href="/en/commitments/{COMMITMENT}"', "Substantial", "No source is stated."):
                self.assertIn(words, preview)
            self.assertEqual(server.get(f"/en/reports/{fields['field.id']}")[0], 404, "checking writes nothing")
            status, path, page = ana.ask(FORM, fields_of(page) | {"intent": "publish"})
            self.assertEqual((status, path), (200, f"/en/reports/{fields['field.id']}"))
            written = self.json(server, path + ".json")
            self.assertEqual(written["version"]["author"], "account:ana for party:kz")
            self.assertEqual(written["body"]["note"], {"en": "one <b>line</b>\nand one"})
            self.assertNotIn("<b>line</b>", page)
            # The promise is judged by it at once.
            status = self.json(server, f"/en/commitments/{COMMITMENT}.json")["status"]
            self.assertIn({"record": f"report:{fields['field.id']}", "date": written["body"]["date"]}, status["evidence"])
            self.assertNotEqual((before, status["pledge"]), ("nothing-reported", "nothing-reported"))
        self.succeed("verify", "--db", self.db)

    def test_nobody_writes_for_another(self):
        with self.serving() as server:
            ana, olga, sam = (Browser(server).sign_in(who) for who in ("ana", "olga", "sam"))
            fields = ana.open_form() | {"field.title@en": "Done", "intent": "publish"}
            status, _, page = ana.ask(FORM, fields | {"field.party": "cn"})
            self.assertEqual(status, 403)
            self.assertIn("party editor of cn", page)
            self.assertIn("Done", page, "what was typed is not lost")
            self.assertEqual(ana.ask(FORM, fields)[1], f"/en/reports/{fields['field.id']}")
            for other in (olga, sam):
                status, _, page = other.ask(f"{FORM}?id={fields['field.id']}")
                self.assertEqual(status, 200)
                self.assertNotIn('value="publish"', page)
                sent = fields | {"form_token": token(page), "base": fields_of(page)["base"]}
                self.assertEqual(other.ask(FORM, sent)[0], 403)
                self.assertEqual(other.ask(FORM, sent | {"intent": "withdraw", "reason": "no"})[0], 403)
            # A promise is nobody's own: the secretariat proposes it, an operator writes nothing.
            promise = {"field.id": "new-one", "field.title@en": "To meet again", "field.mechanism": "china-central-asia",
                       "field.by": "kz;cn", "intent": "publish", "base": "0"}
            for who, expected in ((sam, 200), (olga, 403), (ana, 403)):
                page = who.ask("/en/desk/write/commitments")[2]
                status, _, page = who.ask("/en/desk/write/commitments", promise | {"form_token": token(page)})
                self.assertEqual(status, expected, page)
                promise["field.id"] += "-2"

    def test_a_watcher_records_from_a_source_what_a_party_says_that_does_not_write_itself(self):
        self.add("wat", "watcher", "--in", "china-central-asia")
        with self.serving() as server:
            wat, ana = (Browser(server).sign_in(who) for who in ("wat", "ana"))
            fields = wat.open_form(f"commitment={COMMITMENT}&party=uz") | {"field.title@en": "A site was chosen", "intent": "publish"}
            status, _, page = wat.ask(FORM, fields)
            self.assertEqual(status, 403, "without a source")
            fields |= {"field.sources": "trend-4057621"}
            status, path, page = wat.ask(FORM, fields)
            self.assertEqual((status, path), (200, f"/en/reports/{fields['field.id']}"), page)
            told = self.json(server, path + ".json")
            self.assertEqual((told["recorded"], told["version"]["author"]), ({"party": "uz", "own": False, "by": "account:wat"}, "account:wat"))
            self.assertRegex(page, '(?s)<p class="detail recorded">.*Uzbekistan.*as recorded by <bdi>account:wat</bdi>.*/en/sources/trend-4057621')
            self.assertIn("as recorded by account:wat", server.get(f"/en/commitments/{COMMITMENT}")[2].decode())
            # Not of who writes itself, nor another role, nor for two.
            status, _, page = wat.ask(FORM, fields | {"field.id": "of-kz", "field.party": "kz"})
            self.assertEqual(status, 403)
            self.assertIn("only a party editor of kz in china-central-asia may", page)
            own = ana.open_form() | {"field.title@en": "Done", "field.sources": "trend-4057621", "intent": "publish"}
            self.assertEqual(ana.ask(FORM, own)[0], 200)
            self.assertEqual(self.json(server, f"/en/reports/{own['field.id']}.json")["recorded"], {"party": "kz", "own": True, "by": "account:ana for party:kz"})
            self.assertIn("its own word", server.get(f"/en/reports/{own['field.id']}")[2].decode())
            self.assertEqual(wat.ask(FORM, wat.open_form(f"id={own['field.id']}") | {"intent": "publish"})[0], 403)
            # It mends what it recorded, until the party has an editor: that one may take it over.
            again = wat.open_form(f"id={fields['field.id']}") | {"field.title@en": "A site", "intent": "publish"}
            self.assertEqual(wat.ask(FORM, again)[0], 200)
            self.add("umid", "party-editor", "--of", "uz")
            again = wat.open_form(f"id={fields['field.id']}") | {"field.title@en": "Another", "intent": "publish"}
            self.assertEqual(wat.ask(FORM, again)[0], 403)
            umid = Browser(server).sign_in("umid")
            self.assertEqual(umid.ask(FORM, umid.open_form(f"id={fields['field.id']}") | {"field.title@en": "Ours", "intent": "publish"})[0], 200)
            self.assertTrue(self.json(server, path + ".json")["recorded"]["own"])
        status = subprocess.run([os.environ["TAMGA"], "account", "role", "give", "wat", "party-editor", "--of", "uz", "--db", str(self.db)],
                                capture_output=True, text=True, timeout=900)
        self.assertIn("speaks for no party", status.stderr)

    def test_what_is_wrong_comes_back_beside_its_field(self):
        with self.serving() as server:
            ana = Browser(server).sign_in("ana")
            typed = {"field.title@en": "Half a sentence", "field.date": "31.12.2025", "field.value": "twelve", "field.sources": "no-such"}
            status, _, page = ana.ask(FORM, ana.open_form() | typed | {"intent": "publish"})
            self.assertEqual(status, 422)
            self.assertEqual(set(faults(page)), {"date", "value"})
            self.assertNotIn("--dates", page)
            self.assertEqual({name: fields_of(page)[name] for name in typed}, typed)
            status, _, page = ana.ask(FORM, fields_of(page) | {"field.date": "2025-12-31", "field.value": "12", "intent": "publish"})
            self.assertEqual((status, set(faults(page))), (422, {"sources"}), "the journal's refusal stands beside its field")

    def test_what_is_wrong_is_said_in_the_readers_language(self):
        wrong = {"field.title@en": "", "field.date": "31.12.2025", "field.value": "twelve", "field.sources": "no-such"}
        with self.serving() as server:
            ana = Browser(server).sign_in("ana")
            for language, said, journals in (("zh", "“31.12.2025”不是日期; 写年、月或日：2025、2025-06或2025-06-17", "没有这条记录：来源“no-such”"),
                                             ("ru", "«31.12.2025» — не дата; напишите год, месяц или день: 2025, 2025-06 или 2025-06-17",
                                              "Такой записи нет: Источник «no-such»")):
                form = FORM.replace("/en/", f"/{language}/")
                status, _, page = ana.ask(form, ana.open_form(path=form) | wrong | {"intent": "publish"})
                told = faults(page)
                self.assertEqual((status, told["date"]), (422, said))
                mended = {"field.title@en": "Done", "field.date": "2025-12-31", "field.value": "12", "intent": "publish"}
                _, _, page = ana.ask(form, fields_of(page) | mended)
                self.assertTrue(faults(page)["sources"].startswith(journals), faults(page))
                self.assertNotRegex(page[page.index('class="card faults"'):], r'<span lang="en">', "nothing is left in English")

    def test_a_centre_writes_its_figures_and_projects_and_nobody_else_does(self):
        self.add("cen", "centre-editor", "--of", "desertification-prevention", "--in", "china-central-asia")
        series = {"field.id": "own-people", "field.title@en": "People trained", "field.indicator": "own-people", "field.flow": "people", "field.unit": "people"}
        with self.serving() as server:
            cen, ana, sam = (Browser(server).sign_in(who) for who in ("cen", "ana", "sam"))
            write = lambda who, plural, fields: who.ask(f"/en/desk/write/{plural}", who.open_form("", f"/en/desk/write/{plural}") | fields | {"intent": "publish"})  # noqa: E731
            fields = cen.open_form("", "/en/desk/write/series")
            self.assertEqual(fields["field.centre"], "desertification-prevention", "its own stands there")
            status, path, page = write(cen, "series", series | {"field.mechanism": "china-central-asia"})
            self.assertEqual((status, path), (200, "/en/series/own-people"), page)
            self.assertNotIn("as recorded by", page)
            figure = {"field.id": "own-people-2025", "field.series": "own-people", "field.period": "2025", "field.value": "120"}
            for other in (ana, sam):
                status, _, page = write(other, "observations", figure)
                self.assertEqual(status, 403)
                self.assertIn("centre editor", page.lower())
            self.assertEqual(write(cen, "observations", figure)[:2], (200, "/en/observations/own-people-2025"))
            project = {"field.id": "own-project", "field.title@en": "A nursery", "field.mechanism": "china-central-asia"}
            self.assertEqual(write(cen, "projects", project)[:2], (200, "/en/projects/own-project"))
            # What others tell of the centre, and another centre's, stay theirs.
            for fields in ({"field.reporter": "kz"}, {"field.reporter_name@en": "A newspaper"}, {"field.centre": "poverty-reduction"}):
                status, _, page = write(cen, "series", series | {"field.id": "not-own", "field.mechanism": "china-central-asia"} | fields)
                self.assertEqual(status, 403, fields)
            shown = cen.ask("/en/centres/desertification-prevention")[2]
            for words in ("People trained", "120", "A nursery"):
                self.assertIn(words, shown)
            self.assertEqual(self.json(server, "/en/series/own-people.json")["version"]["author"], "account:cen")
        self.succeed("verify", "--db", self.db)

    def test_a_draft_is_its_writers_alone_and_is_gone_when_it_is_published(self):
        with self.serving() as server:
            ana, bo = Browser(server).sign_in("ana"), Browser(server).sign_in("bo")
            fields = ana.open_form() | {"field.title@en": "Unfinished", "field.date": "not yet known"}
            status, _, page = ana.ask(FORM, fields | {"intent": "draft"})
            self.assertEqual(status, 200, "what is wrong is no reason not to keep it")
            self.assertIn("Your drafts", ana.ask("/en/desk")[2])
            self.assertNotIn("Your drafts", bo.ask("/en/desk")[2])
            self.assertEqual(ana.open_form("id=")["field.title@en"], "Unfinished")
            self.assertNotIn("Unfinished", bo.ask(FORM)[2])
            head = self.json(server, "/healthz")["state"].split("@")[0]
            ana.ask(FORM, ana.open_form() | {"field.date": "2026-01", "intent": "publish"})
            self.assertNotEqual(self.json(server, "/healthz")["state"].split("@")[0], head)
            self.assertNotIn("Your drafts", ana.ask("/en/desk")[2])

    def test_two_who_write_the_same_see_each_other(self):
        with self.serving() as server:
            one, other = Browser(server).sign_in("ana"), Browser(server).sign_in("ana")
            first = one.open_form() | {"field.title@en": "First"}
            one.ask(FORM, first | {"intent": "publish"})
            id = first["field.id"]
            mine, theirs = one.open_form(f"id={id}"), other.open_form(f"id={id}")
            self.assertEqual(other.ask(FORM, theirs | {"field.title@en": "Theirs", "intent": "publish"})[0], 200)
            status, _, page = one.ask(FORM, mine | {"field.title@en": "Mine", "intent": "publish"})
            self.assertEqual(status, 409)
            self.assertTrue("Theirs" in page and "Mine" in page)
            self.assertEqual(self.json(server, f"/en/reports/{id}.json")["body"]["title"], {"en": "Theirs"})
            self.assertEqual(one.ask(FORM, fields_of(page) | {"intent": "publish"})[0], 200, "sent again, it is meant")
            self.assertEqual(self.json(server, f"/en/reports/{id}.json")["body"]["title"], {"en": "Mine"})
            # Withdrawn with a reason; none, and it stays.
            page = one.ask(f"{FORM}?id={id}")[2]
            sent = {"form_token": token(page), "field.id": id, "base": "0", "intent": "withdraw", "reason": ""}
            self.assertEqual(one.ask(FORM, sent)[0], 403)
            self.assertEqual(one.ask(FORM, sent | {"reason": "written twice"})[0], 200)
            self.assertEqual(server.get(f"/en/reports/{id}.json")[0], 410)
            history = self.json(server, f"/en/reports/{id}/history.json")
            self.assertIn("written twice", json.dumps(history))

    def test_a_signatory_gives_its_partys_word_on_the_version_that_was_read(self):
        self.succeed("assent", f"commitment:{COMMITMENT}", "--party", "cn", "--author", "account:li", "--answer", "yes", "--db", self.db)
        page_of = f"/en/desk/assent/commitments/{COMMITMENT}"
        with self.serving() as server:
            sig, ana, sam = (Browser(server).sign_in(who) for who in ("sig", "ana", "sam"))
            # What changed last stands first among what waits.
            fields = sam.open_form(f"id={COMMITMENT}", "/en/desk/write/commitments") | {"field.note@en": "As proposed", "intent": "publish"}
            self.assertEqual(sam.ask("/en/desk/write/commitments", fields)[0], 200)
            self.assertIn(page_of, sig.ask("/en/desk")[2])
            self.assertNotIn(page_of, ana.ask("/en/desk")[2])
            status, _, page = sig.ask(page_of)
            version = re.search(r'name="version" value="(\d+)"', page).group(1)
            sent = {"form_token": token(page), "version": version, "answer": "reservation", "words": ""}
            self.assertEqual(sig.ask(page_of, sent)[0], 422, "a reservation must be told")
            words = "Provided that <i>water</i> is counted"
            status, path, page = sig.ask(page_of, sent | {"words": words})
            self.assertEqual((status, path), (200, f"/en/commitments/{COMMITMENT}"))
            self.assertNotIn("<i>water</i>", page)
            given = self.json(server, f"/en/commitments/{COMMITMENT}.json")["assent"]["given"]
            self.assertEqual([(word["party"], word["answer"], word.get("words"), word["author"]) for word in given],
                             [("kz", "reservation", words, "account:sig for party:kz")], "China's word was of the version before")
            self.assertNotIn(page_of, sig.ask("/en/desk")[2], "it waits for nothing any more")
            # An editor gives no word, and a version that is not the newest gets none.
            status, _, page = ana.ask(page_of)
            self.assertNotIn('name="answer"', page)
            self.assertEqual(ana.ask(page_of, {"form_token": token(page), "version": version, "answer": "yes"})[0], 403)
            fields = sam.open_form(f"id={COMMITMENT}", "/en/desk/write/commitments") | {"field.note@en": "Said anew", "intent": "publish"}
            self.assertEqual(sam.ask("/en/desk/write/commitments", fields)[0], 200)
            page = sig.ask(page_of)[2]
            self.assertIn("Said anew", page, "what changed since its last word")
            self.assertEqual(sig.ask(page_of, sent | {"form_token": token(page), "answer": "no", "words": ""})[0], 409)

    def test_many_write_at_once_and_nothing_acknowledged_is_lost(self):
        acknowledged, browsers, each = [], None, 6
        for kill in range(KILLS):
            with self.serving() as server:
                if browsers is None:
                    browsers = [Browser(server).sign_in(who) for who in ("ana", "bo") * 4]
                for browser in browsers:
                    browser.url = server.url
                forms = [browser.open_form(f"commitment={COMMITMENT}&party={'kz' if at % 2 == 0 else 'cn'}") for at, browser in enumerate(browsers)]
                more, before = threading.Condition(), len(acknowledged)

                def write(at):
                    for number in range(each):
                        fields = forms[at] | {"field.id": f"many-{kill}-{at}-{number}", "field.title@en": "One of many", "base": "0", "intent": "publish"}
                        try:
                            status, path, _ = browsers[at].ask(FORM, fields)
                        except (OSError, http.client.HTTPException):
                            break  # It was killed.
                        if status == 200 and path.startswith("/en/reports/"):
                            with more:
                                acknowledged.append(path)
                                more.notify_all()

                threads = [threading.Thread(target=write, args=(at,)) for at in range(len(browsers))]
                for thread in threads:
                    thread.start()
                # In the midst of it, with others under way; each time at another moment.
                with more:
                    more.wait_for(lambda: len(acknowledged) >= before + 1 + 7 * kill % (each * len(browsers) - 8), 600)
                server.process.kill()
                for thread in threads:
                    thread.join()
                server.process.communicate()
                self.assertGreater(len(acknowledged), before)
        with self.serving() as server:
            for path in acknowledged:
                self.assertEqual(server.get(path + ".json")[0], 200, path)
            # What nobody was told of is whole, or not there.
            for report in self.json(server, "/en/reports.json?first=all")["records"]:
                if report["id"].startswith("many-"):
                    self.assertEqual(report["body"]["title"], {"en": "One of many"})
        self.succeed("verify", "--db", self.db)


if __name__ == "__main__":
    unittest.main()
