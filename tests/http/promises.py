"""What pages and data say became of a promise, set against the records: over real sockets, in every language."""
import csv
import html
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Server, tamga  # noqa: E402
import json  # noqa: E402

LANGUAGES = ("en", "zh", "ru")
SILENT_WITHOUT_ANYTHING = {"R25", "R26", "R27", "R28"}


def plain(markup):
    """A page's words, for looking a sentence up."""
    inline = re.sub(r"</?(?:a|bdi|span|strong)\b[^>]*>", "", markup)
    text = html.unescape(re.sub(r"<[^>]*>", " ", inline))
    return re.sub(r"\s+", " ", text)


def squeezed(text):
    return re.sub(r"\s+", "", text)


def in_its_own_language(markup):
    """A page's words without what is marked as of another language, and without its head."""
    text = markup[markup.index("<main"):]
    text = re.sub(r'<(\w+)[^>]* lang="[^"]*"[^>]*>.*?</\1>', "", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(?:p|li|td|th|h\d|dt|dd|option|caption|title|text)>", "\n", text)))


class Served(unittest.TestCase):
    """A server over the shipped register, or over the folder that `files` writes."""
    files, kept = None, {}  # `kept`: texts by path.

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        database = pathlib.Path(cls.folder.name) / "register.db"
        commands = [["init"]]
        if cls.files is not None:
            folder = pathlib.Path(cls.folder.name) / "register"
            folder.mkdir()
            for name, rows in cls.files.items():
                (folder / f"{name}.csv").write_text("\r\n".join(rows) + "\r\n", encoding="utf-8", newline="")
            for path, text in cls.kept.items():
                (folder / path).parent.mkdir(exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
            commands = [["import", folder, "--author", "tests"]]
        for command in commands:
            status, out, err = tamga(*command, "--db", database)
            assert status == 0, out + err
        cls.server = Server("--db", database)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, cls.server.errors

    def text(self, target):
        status, _, body = self.server.get(target)
        self.assertEqual(status, 200, target)
        return body.decode()

    def data(self, target):
        return json.loads(self.text(target))

    def records(self, plural):
        return {record["id"]: record["body"] for record in self.data(f"/en/{plural}.json")["records"]}


class ShippedRegister(Served):
    def test_no_sentence_contradicts_the_record(self):
        reports, assessments = self.records("reports"), self.records("assessments")
        observations, results = self.records("observations"), {}
        words = [*self.records("updates").values(), *self.records("statements").values()]
        for plural, kind in (("centres", "centre"), ("meetings", "meeting"), ("instruments", "instrument"), ("projects", "project")):
            results |= {f"{kind}:{id}": body for id, body in self.records(plural).items()}
        for language in LANGUAGES:
            listed = self.data(f"/{language}/commitments.json")["records"]
            self.assertGreater(len(listed), 40)
            for record in listed:
                id, body, status = record["id"], record["body"], record["status"]
                today, rule = status["judged_on"], status["rule"]
                with self.subTest(language=language, commitment=id, rule=rule):
                    known = lambda one: one.get("date", "") <= today
                    told = [one for one in reports.values() if one["commitment"] == id and known(one)]
                    found = [one for one in assessments.values() if one["commitment"] == id and known(one)]
                    linked = [name for name in body.get("results", []) if not name.startswith("series:")]
                    linked += [name for name, one in results.items() if id in one.get("commitments", [])]
                    series = {name[7:] for name in body.get("results", []) if name.startswith("series:")}
                    figures = [one for one in observations.values() if one["series"] in series and one["period"] <= today]
                    made = body.get("made", "9")  # What is told of it on the day that it was made is the promise itself.
                    spoken = [one for one in words if f"commitment:{id}" in one.get("about", []) and known(one)
                              and one.get("date", "")[:len(made)] > made]
                    done = [name for name in linked if self.shows_work(results[name], today)]

                    sentences = [status["sentence"], *status["remarks"], *(party["sentence"] for party in status["parties"])]
                    for sentence in sentences:
                        self.assertNotRegex(sentence, r"[{}]|\bnull\b")
                        self.assertTrue(sentence)
                    if status["pledge"] == "nothing-reported":
                        self.assertEqual((told, found, figures, done, spoken), ([], [], [], [], []))
                        self.assertNotIn("progress", status)
                    if rule in SILENT_WITHOUT_ANYTHING:
                        self.assertEqual((status["evidence"], linked), ([], []))
                    silence = status.get("months_without_word", 0)
                    for one in spoken:  # No silence is told above a newer word.
                        months = (int(today[:4]) - int(one["date"][:4])) * 12 + int(today[5:7]) - int((one["date"] + "-12")[5:7])
                        self.assertLessEqual(silence, months)
                    if not (told or found or figures or linked or spoken):
                        self.assertIn(rule, SILENT_WITHOUT_ANYTHING)
                        self.assertEqual(rule == "R26", body.get("due", "9") < today[:len(body.get("due", "9"))])
                    if status["pledge"] == "not-started":
                        self.assertTrue(any(one.get("progress") == "not-started" for one in told)
                                        or any(one["score"] == "-1" for one in found)
                                        or any(float(one["value"]) == 0 for one in figures))
                    if status["pledge"] == "broken":
                        self.assertTrue(any(one["score"] == "-1" for one in found))
                    if status["pledge"] in ("kept", "partly-kept", "in-progress"):
                        self.assertTrue(told or found or figures or done)
                    if status["pledge"] == "kept" and rule == "R9":
                        self.assertTrue(any(one.get("progress") == "complete" or "value" in one for one in told))
                    for party in status["parties"]:
                        own = sum(one["party"] == party["party"] for one in told)
                        self.assertEqual(len(party["reports"]), own)
                        if party["pledge"] == "nothing-reported":
                            self.assertEqual(own, 0)

    @staticmethod
    def shows_work(body, today):
        """Whether a linked result is there, under way or stopped, by its own fields."""
        if "opened" in body or "announced" in body:
            return body.get("opened", "9") <= today
        if body.get("status") == "held":
            return body.get("start", "") <= today
        if "level" in body:  # Another meeting.
            return body.get("status") == "cancelled"
        if "countries" in body or "status_text" in body:  # A project.
            return body.get("status", "pipeline") != "pipeline" or body.get("start", "9") <= today
        return body.get("date", "9") <= today

    def test_nothing_is_half_width_in_chinese(self):
        half = re.compile(r"[\u3400-\u9fff][,:;!?(](?!\w)|[,:;!?)][\u3400-\u9fff]|[。，：；] ?[.,·]|[\u3400-\u9fff]\.(?=\s)")
        paths = ["/zh/", "/zh/about", "/zh/status-rules", "/zh/search?q=%E8%B4%B8%E6%98%93"]
        for kind in ("commitments", "instruments", "series", "parties", "mechanisms", "meetings", "claims", "statements"):
            paths.append(f"/zh/{kind}")
            paths += [f"/zh/{kind}/{id}" for id in self.records(kind)]
        found = {hit[0]: path for path in paths for hit in half.finditer(in_its_own_language(self.text(path)))}
        self.assertEqual(found, {})

    def test_pages_say_what_the_data_say(self):
        for language in LANGUAGES:
            for record in self.data(f"/{language}/commitments.json")["records"]:
                page = squeezed(plain(self.text(f"/{language}/commitments/{record['id']}")))
                status = record["status"]
                for sentence in [status["sentence"], *status["remarks"], *(party["sentence"] for party in status["parties"])]:
                    # Beside a title in another language its language is named, which the data need not.
                    if language == "en":
                        self.assertIn(squeezed(sentence), page, record["id"])
                self.assertIn(status["rule"], page)

    def test_every_scale_and_bar_has_a_place_for_silence(self):
        for language in LANGUAGES:
            everything = self.data(f"/{language}/commitments.json")["records"]
            silent = {record["id"] for record in everything if record["status"]["pledge"] == "nothing-reported"}
            self.assertTrue(silent)
            for scale in ("pledge", "score", "completion"):
                query = f"?state=nothing-reported&scale={scale}"
                listed = self.data(f"/{language}/commitments.json{query}")["records"]
                self.assertEqual({record["id"] for record in listed}, silent)
                bar = self.text(f"/{language}/commitments?scale={scale}")
                self.assertIn('class="fill--nothing-reported"', bar)
                self.assertIn("status--nothing-reported", bar)

    def test_no_project_at_work_is_called_closed(self):
        projects = self.records("projects")
        working = [id for id, body in projects.items() if body.get("status") == "closed" and "status_text" in body]
        self.assertGreater(len(working), 5)
        for language in LANGUAGES:
            rows = dict(re.findall(r'<tr><th scope="row"><a href="/\w+/projects/([\w-]+)">(.*?)</tr>', self.text(f"/{language}/projects")))
            for id in working:
                words = projects[id]["status_text"]
                self.assertIn(words.get(language, words["en"]), html.unescape(rows[id]))
        for id in working:
            for language in LANGUAGES:
                page = plain(self.text(f"/{language}/projects/{id}"))
                words = projects[id]["status_text"]
                self.assertIn(words.get(language, words["en"]), page)
                for closed in ("Closed", "Завершено", "已完成"):
                    self.assertNotIn(f" {closed} ", page)
            self.assertEqual(self.data(f"/en/projects/{id}.json")["body"]["status"], "closed")


class TwoReporters(Served):
    """Nine plants were promised by two states; one reporter counts nine, the other about seven."""
    files = {
        "parties": ["id,title@en,type", "velland,Velland,state", "tarn,Tarn,state", "osk,Osk Islands,state"],
        "sources": ["id,title@en", "bulletin,Water bulletin", "yearbook,Yearbook of Tarn"],
        "mechanisms": ["id,title@en", "orsa,Lake Orsa"],
        "series": ["id,title@en,mechanism,indicator,flow,reporter,reporter_name,unit,sources",
                   "z-plants,Plants (Velland),orsa,plants,count,velland,Water office,plants,bulletin",
                   "a-plants,Plants (Tarn),orsa,plants,count,tarn,Statistics office,plants,yearbook",
                   "b-plants,Plants (Tarn's president),orsa,plants,count,tarn,President of Tarn,plants,yearbook"],
        "commitments": ["id,title@en,mechanism,by,made,target,unit,due,results",
                        "plants,Nine plants,orsa,velland;tarn,2023-09-14,9,plants,2025-12-31,series:z-plants;series:a-plants",
                        "forever,Peace,orsa,velland,2023-09-14,,,,"],
        "observations": ["id,series,period,value,qualifier,sources",
                         "o1,z-plants,2025-12-31,9,,bulletin", "o2,a-plants,2025-12-31,7,about,yearbook",
                         "o3,z-plants,2022-12-31,89.4,,bulletin", "o4,a-plants,2022-12-31,90,almost,yearbook",
                         "o5,b-plants,2022-12-31,89.42,,yearbook", "o6,b-plants,2022-12-31,89.4,,bulletin"],
        "claims": ["id,title@en,mechanism,type,claimant,claimant_name,value,qualifier,unit,series",
                   "claim,About eight plants work,orsa,count,tarn,President of Tarn,8,about,plants,z-plants;a-plants;b-plants"],
    }

    def test_each_figure_stands_with_its_claimant_and_wording(self):
        status = self.data("/en/commitments/plants.json")["status"]
        self.assertEqual((status["pledge"], status["rule"]), ("cannot-be-judged", "R8"))
        self.assertEqual({(one["claimant"], one["value"], one.get("qualifier"), one["percent"]) for one in status["progress"]},
                         {("series:z-plants", "9", None, "100.0"), ("series:a-plants", "7", "about", "77.8")})
        page = plain(self.text("/en/commitments/plants"))
        self.assertIn("depends on the reporter: by Velland: Water office it is, by Tarn: Statistics office it is not.", page)
        for words in ("Velland: Water office", "Tarn: Statistics office", "about 7", "about 78%", "100%"):
            self.assertIn(words, page)
        self.assertIn("около 7", plain(self.text("/ru/commitments/plants")))
        self.assertIn("约7", plain(self.text("/zh/commitments/plants")))

    def test_tables_keep_office_and_wording_and_tell_no_difference_where_there_is_none(self):
        for target in ("/en/claims/claim", "/en/series/z-plants"):
            page = plain(self.text(target))
            for words in ("Velland: Water office", "Tarn: Statistics office", "Tarn's president", "about 7", "almost 90"):
                self.assertIn(words, page, target)
            rows = {row["period"]: row["differs"] for row in self.data(target + ".json")["comparison"]}
            self.assertEqual(rows, {"2025-12-31": True, "2022-12-31": False})
            # In the table beneath the chart both figures of the one period that differ, and no other.
            table = plain(re.sub(r"<svg.*?</svg>", "", self.text(target), flags=re.DOTALL))
            self.assertEqual(table.count(" differs "), 2, target)
            self.assertIn("The widest gap: for 31 December 2025 the smallest and the largest figure differ by about 2 plants "
                          "(Tarn: Statistics office: about 7 plants; Velland: Water office: 9 plants).", page)
        self.assertIn("The number claimed: about 8 plants.", plain(self.text("/en/claims/claim")))
        self.assertIn("about 7 plants", plain(self.text("/en/observations/o2")))

    def test_silence_reads_as_silence(self):
        status = self.data("/en/commitments/forever.json")["status"]
        self.assertEqual((status["rule"], status["pledge"], status["score"], status["completion"]),
                         ("R28", "nothing-reported", "nothing-reported", "nothing-reported"))


class MoneyByDirection(Served):
    """Velland promised a loan to Tarn and a grant to two, Tarn a gift to Velland. What it sells, containers and an increase are no such money."""
    files = {
        "parties": ["id,title@en,type", "velland,Velland,state", "tarn,Tarn,state", "osk,Osk Islands,state"],
        "sources": ["id,title@en", "bulletin,Water bulletin"],
        "mechanisms": ["id,title@en,parties", "orsa,Lake Orsa,velland;tarn;osk"],
        "principles": ["id,title@en,mechanism,position", "respect,Mutual respect,orsa,1"],
        "series": ["id,title@en,mechanism,indicator,flow,reporter,reporter_name,unit,sources",
                   "got,Loans (Tarn),orsa,loans,contracts,tarn,Statistics office,EUR,bulletin",
                   "sold,Sales (Tarn),orsa,sales,exports,tarn,Statistics office,USD,bulletin"],
        "commitments": ["id,title@en,mechanism,by,to,target,target_form,base,unit,due,results",
                        "grant,A grant to two,orsa,velland,tarn;osk,500,,,USD,2025-12-31,", "loan,A loan,orsa,velland,tarn,100,,,EUR,2025-12-31,series:got",
                        "gift,A gift,orsa,tarn,velland,7,,,USD,2026-12-31,", "sales,Goods for seventy,orsa,velland,tarn,70,,,USD,2025-12-31,series:sold",
                        "boxes,Five containers,orsa,velland,tarn,5,,,TEU,2025-12-31,", "rise,Two more,orsa,velland,tarn,2,change,10,USD,2025-12-31,"],
        "observations": ["id,series,period,value,sources", "o1,got,2025-06-30,30,bulletin", "o2,sold,2025-06-30,60,bulletin"],
        "reports": ["id,title@en,commitment,party,date,progress,value", "paid,Paid in part,loan,velland,2025-07-01,limited,40"],
        "projects": ["id,title@en,mechanism,countries,commitments,amount,currency,activity", "alone,A mill,orsa,osk,,9,USD,", "free,A path,orsa,osk,,,,",
                     "dam,A dam,orsa,tarn,loan;gift,2000,EUR,", "well,A well,orsa,tarn,grant,,,well.xml"],
    }
    kept = {"files/well.xml": """<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>XM-WELL</iati-identifier>
<transaction><transaction-type code="3"/><transaction-date iso-date="2025-01-01"/><value value-date="2025-01-01">30</value></transaction>
<transaction><transaction-type code="4"/><transaction-date iso-date="2025-02-01"/><value value-date="2025-02-01" currency="EUR">4</value></transaction>
</iati-activity></iati-activities>"""}

    def test_each_project_stands_with_its_cost_by_the_direction_of_what_it_serves(self):
        projects = self.data("/en/principles/respect.json")["mutual"]["projects"]
        self.assertEqual(projects, [
            {"project": "dam", "by": ["tarn", "velland"], "to": ["tarn", "velland"], "countries": ["tarn"], "amount": "2000", "currency": "EUR", "spent": []},
            {"project": "well", "by": ["velland"], "to": ["osk", "tarn"], "countries": ["tarn"],
             "spent": [{"value": "4", "currency": "EUR"}, {"value": "30", "currency": "USD"}]},
            {"project": "alone", "by": [], "to": [], "countries": ["osk"], "amount": "9", "currency": "USD", "spent": []}])
        page = self.text("/en/principles/respect")
        table = page[page.index('id="mutual-projects"'):]
        rows = [plain(row) for row in table[:table.index("</table>")].split("<tr>")[2:]]
        for row, words in zip(rows, (("A dam", "2,000 EUR", "Velland", "not stated"), ("A well", "4 EUR", "30 USD"), ("A mill", "9 USD", "Osk Islands"))):
            for word in words:
                self.assertIn(word, row)
        self.assertEqual(rows[2].count("not stated"), 3, "who promised, to whom, what was spent")

    def test_each_promise_stands_in_its_currency_with_what_each_says_was_delivered(self):
        money = self.data("/en/principles/respect.json")["mutual"]["money"]
        self.assertEqual([(one["commitment"], one["by"], one["to"], one["amount"], one["currency"]) for one in money],
                         [("gift", ["tarn"], ["velland"], "7", "USD"), ("loan", ["velland"], ["tarn"], "100", "EUR"),
                          ("grant", ["velland"], ["tarn", "osk"], "500", "USD")])
        self.assertEqual([{(told["claimant"], told["value"], told["from"]) for told in one["delivered"]} for one in money],
                         [set(), {("party:velland", "40", "report:paid"), ("series:got", "30", "observation:o1")}, set()])
        page = self.text("/en/principles/respect")
        table = page[page.index('id="mutual-money"'):]
        rows = [plain(row) for row in table[:table.index("</table>")].split("<tr>")[2:]]
        self.assertEqual([re.search("A gift|A loan|A grant to two", row)[0] for row in rows], ["A gift", "A loan", "A grant to two"])
        for words in ("100 EUR", "40 EUR", "Velland", "30 EUR", "Tarn: Statistics office"):
            self.assertIn(words, rows[1])
        for row, words in ((rows[0], "7 USD"), (rows[2], "500 USD")):
            self.assertIn(words, row)
            self.assertIn("not stated", row)


class TargetsThatComeDown(Served):
    """Losses of water are to fall by a fifth against 2020; each reporter counts another amount. Tarn has no figure for 2020."""
    files = {
        "parties": ["id,title@en,type", "velland,Velland,state", "tarn,Tarn,state", "osk,Osk Islands,state"],
        "sources": ["id,title@en", "bulletin,Water bulletin"],
        "mechanisms": ["id,title@en", "orsa,Lake Orsa"],
        "sectors": ["id,title@en,mechanism", "water,Water,orsa"],
        "series": ["id,title@en,mechanism,indicator,flow,reporter,unit,sources",
                   "v-losses,Losses (Velland),orsa,losses,other,velland,t,bulletin",
                   "o-losses,Losses (Osk Islands),orsa,losses,other,osk,t,bulletin",
                   "t-losses,Losses (Tarn),orsa,losses,other,tarn,t,bulletin"],
        "commitments": ["id,title@en,mechanism,sector,by,made,target,unit,aim,target_form,base,base_period,due,results",
                        "losses,Fewer losses,orsa,water,velland;osk,2021-05-01,-20,t,at-most,change-percent,,2020,2030,"
                        "series:v-losses;series:o-losses",
                        "tarn-losses,Fewer losses in Tarn,orsa,water,tarn,2021-05-01,-20,t,at-most,change-percent,,2020,2030,"
                        "series:t-losses",
                        "cap,A cap on losses,orsa,water,velland,2021-05-01,90,t,at-most,,100,,,series:v-losses"],
        "observations": ["id,series,period,value,qualifier,sources",
                         "v20,v-losses,2020,100,about,bulletin", "v24,v-losses,2024,95,,bulletin", "v25,v-losses,2025,70,,bulletin",
                         "o20,o-losses,2020,50,,bulletin", "o25,o-losses,2025,45,,bulletin", "t25,t-losses,2025,30,,bulletin"],
    }

    def test_each_reporter_is_measured_from_its_own_base(self):
        status = self.data("/en/commitments/losses.json")["status"]
        self.assertEqual((status["rule"], status["pledge"]), ("R8", "cannot-be-judged"))
        self.assertEqual({(one["claimant"], one["base"], one["target"], one["value"], one["percent"], one["reached"])
                          for one in status["progress"]},
                         {("series:v-losses", "100", "80", "70", "150.0", True), ("series:o-losses", "50", "40", "45", "50.0", False)})
        page = plain(self.text("/en/commitments/losses"))
        for words in ("Whether the promised change is reached depends on the reporter: by Velland it is, by Osk Islands it is not.",
                      "The target is a decrease by 20%. It is measured from a base: each reporter's own figure (2020).",
                      "By some of these figures the target is reached, by others it is not.",
                      "about 100 t at most about 80 t 70 t about 150%", "50 t at most 40 t 45 t 50%"):
            self.assertIn(words, page)
        for language, words in (("zh", "减少20%"), ("ru", "снижение на 20"), ("fr", "une baisse de 20")):
            self.assertIn(words, plain(self.text(f"/{language}/commitments/losses")))

    def test_a_figure_to_measure_from_that_is_missing_is_named(self):
        status = self.data("/en/commitments/tarn-losses.json")["status"]
        self.assertEqual((status["rule"], status["pledge"]), ("R21", "cannot-be-judged"))
        self.assertEqual([(one["value"], "target" in one, "percent" in one) for one in status["progress"]], [("30", False, False)])
        self.assertIn("set against the figure of 2020, and the register holds none by Tarn",
                      plain(self.text("/en/commitments/tarn-losses")))

    def test_targets_stand_in_one_row_each_on_the_pages_of_what_they_belong_to(self):
        for target in ("/en/sectors/water", "/en/mechanisms/orsa", "/en/indicators/losses/figures"):
            [table] = re.findall(r'id="targets-heading".*?</section>', self.text(target), flags=re.DOTALL)
            rows = [plain(row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, flags=re.DOTALL)]
            self.assertEqual(len(rows), 4, target)
            for row in rows:
                self.assertIn("Velland" if "cap" in row else "Osk Islands" if "in Tarn" not in row else "Tarn", row)
            [cap] = [row for row in rows if "A cap" in row]
            for words in ("100 t", "at most 90 t", "70 t", "300%"):
                self.assertIn(words, cap, target)

    def test_its_fields_come_out_as_they_went_in(self):
        body = self.data("/en/commitments/losses.json")["body"]
        self.assertEqual((body["target"], body["aim"], body["target_form"], body["base_period"]),
                         ("-20", "at-most", "change-percent", "2020"))
        head, *rows = csv.reader(self.text("/en/commitments.csv").splitlines())
        losses = [dict(zip(head, row)) for row in rows if "losses" in row][0]
        self.assertEqual((losses["target"], losses["aim"], losses["target_form"], losses["base_period"]),
                         ("-20", "at-most", "change-percent", "2020"))
        self.assertIn("-20%", plain(self.text("/en/commitments/losses")).replace("−", "-"))


class DuePassedInSilence(Served):
    files = {
        "parties": ["id,title@en,type", "ardel,Ardel,state"],
        "commitments": ["id,title@en,by,made,due,due_basis", "water,Water,ardel,2024-03-01,2025-06-30,",
                        "always,Peace,ardel,2024-03-01,,standing"],
    }

    def test_an_overdue_promise_without_a_word_says_so_with_the_day(self):
        for language, words in (("en", "The date has passed and nothing is reported: it was due by 30 June 2025."),
                                ("zh", "期限已过，没有任何报告：完成期限为2025年6月30日。"),
                                ("ru", "Срок истёк, и сведений не поступало: срок — 30 июня 2025")):
            page = plain(self.text(f"/{language}/commitments/water"))
            self.assertIn(words, page)
            self.assertNotRegex(page, r"\d days overdue")
        self.assertTrue(self.data("/en/commitments/water.json")["status"]["overdue"])
        self.assertIn("due date passed", plain(self.text("/en/commitments?overdue=yes")))

    def test_a_standing_promise_is_one_by_its_mark(self):
        status = self.data("/en/commitments/always.json")["status"]
        self.assertEqual((status["rule"], status["pledge"]), ("R25", "nothing-reported"))


if __name__ == "__main__":
    unittest.main()
