"""Pages about figures that are no record's: every pair of a mechanism's parties."""
import csv
import html
import io
import json
import pathlib
import re
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import LANGUAGES, Served, Server, new_database, tamga  # noqa: E402

MECHANISM = "china-central-asia"
PARTIES = ("cn", "kg", "kz", "tj", "tm", "uz")


class Figures(Served):
    def text(self, target, status=200):
        told, _, body = self.server.get(target)
        self.assertEqual(told, status, target)
        return body.decode()

    def json(self, target):
        return json.loads(self.text(target))

    def pairs(self, period=""):
        data = self.json(f"/en/mechanisms/{MECHANISM}/trade.json" + (f"?period={period}" if period else ""))
        return data, {(one["from"], one["to"]): one for one in data["directions"]}

    def test_has_every_pair_in_both_directions(self):
        data, pairs = self.pairs("2024")
        self.assertEqual(set(pairs), {(a, b) for a in PARTIES for b in PARTIES if a != b})
        one = pairs["cn", "kz"]
        self.assertEqual((one["reported"], one["unit"], one["indicator"]), ("both", "USD", "trade-cn-to-kz"))
        gap = int(one["imports"]["value"]) - int(one["exports"]["value"])
        self.assertEqual(one["gap"], str(gap))
        self.assertAlmostEqual(float(one["index"]), abs(gap) / (int(one["imports"]["value"]) + int(one["exports"]["value"])), 4)
        # What nobody tells is told so: between two of the five no series is held.
        self.assertEqual((pairs["kz", "uz"]["reported"], pairs["kz", "uz"]["imports"]["held"]), ("neither", []))
        self.assertIn("trade-gas-tm-to-cn", pairs["tm", "cn"]["other_indicators"])

    def test_takes_the_newest_year_that_both_sides_tell(self):
        data, pairs = self.pairs()
        self.assertIn(data["period"], data["periods"])
        self.assertRegex(data["period"], r"^\d{4}$")
        self.assertTrue(any(one["reported"] == "both" for one in pairs.values()))
        later = [one for one in data["periods"] if re.fullmatch(r"\d{4}", one) and one > data["period"]]
        self.assertEqual(later, [])

    def test_every_cell_leads_to_the_walk_or_says_what_is_missing(self):
        page = self.text(f"/en/mechanisms/{MECHANISM}/trade?period=2024")
        table = page[page.index('<table class="pairs">'):page.index("</table>")]
        cells = re.findall(r"<td>(.*?)</td>", table[table.index("<tbody>"):], re.S)
        self.assertEqual(len(cells), len(PARTIES) ** 2)
        for cell in cells:
            link = re.search(r'href="([^"]*)"', cell)
            if not link:
                self.assertTrue("no series held" in cell or "–" in cell, cell)
                continue
            target = html.unescape(link[1])
            answer = self.text(target)
            if "/figures/compare?" in target:
                self.assertIn("Unexplained remainder", answer, target)
            else:
                self.assertIn('title="', cell)
                self.assertTrue("no figure of 2024" in cell or "No series of" in cell, cell)

    def test_says_the_same_as_csv(self):
        data, pairs = self.pairs("2024-01/2024-06")
        table = self.text(f"/en/mechanisms/{MECHANISM}/trade.csv?period=2024-01/2024-06")
        rows = {(row["from"], row["to"]): row for row in csv.DictReader(io.StringIO(table))}
        self.assertEqual(set(rows), set(pairs))
        one = rows["cn", "kg"]
        self.assertEqual((one["exports"], one["imports"], one["gap"], one["period"], one["apart"]),
                         ("9400000000", "3100000000", "-6300000000", "2024-01/2024-06", "very-far"))

    def test_one_thing_is_told_by_all_who_report_it(self):
        page = self.text("/en/indicators/trade-cn-to-kz/figures")
        self.assertIn('class="bands"', page)
        for told in ("Both counts of the same goods", "ln(M / X)", "CEPII, BACI", "no reference states it", "trade-cn-to-kz-gacc-itc"):
            self.assertIn(told, page)
        data = self.json("/en/indicators/trade-cn-to-kz/figures.json")
        self.assertIn("trade-cn-to-kz-gacc", data["series"])
        year = next(one for one in data["mirror"] if one["period"] == "2024")
        self.assertEqual(int(year["gap"]), int(year["imports"]) - int(year["exports"]))
        self.assertAlmostEqual(float(year["ratio"]), int(year["imports"]) / int(year["exports"]), 4)
        self.text("/en/indicators/none/figures", 404)

    def test_claims_stand_on_the_page_of_what_they_are_about_with_their_verdicts(self):
        data = self.json("/en/indicators/trade-total-cn-c5/figures.json")
        verdicts = {one["claim"]: one["verdict"] for one in data["claims"]}
        self.assertEqual(verdicts["page-record-trade"], "holds")
        self.assertIn("The figures bear it out.", self.text("/en/indicators/trade-total-cn-c5/figures"))
        for page in ("/en/series/trade-total-c5-gacc", "/en/claims/page-record-trade"):
            self.assertIn("/en/indicators/trade-total-cn-c5/figures", self.text(page))

    def test_two_series_are_found_and_chosen(self):
        page = self.text("/en/figures/compare?flow=exports&partner=kz")
        self.assertIn('name="a" value="trade-cn-to-kz-gacc"', page)
        self.assertNotIn('value="trade-cn-to-kg-gacc"', page)
        self.assertIn("No series passes.", self.text("/en/figures/compare?find=zzzz"))
        self.assertNotIn("Series found", self.text("/en/figures/compare"))

    def test_what_keeps_two_series_apart_is_told_in_the_readers_language(self):
        target = "/figures/compare?a=trade-total-kz-gacc&b=trade-total-kz-president-kz"
        self.assertIn("turnover against turnover", self.text("/en" + target))
        self.assertIn("贸易总额与贸易总额相比", self.text("/zh" + target))
        self.assertIn("оборот против оборота", self.text("/ru" + target))
        self.assertNotIn("turnover against turnover", self.text("/zh" + target))

    def test_a_centre_says_what_no_source_states(self):
        page = self.text("/en/centres/poverty-reduction")
        self.assertIn("From announcement to results", page)
        self.assertIn("No source held here states:", page)
        self.assertIn("/en/commitments/poverty-reduction-centre-2025", page)
        data = self.json("/en/centres/poverty-reduction.json")["centre"]
        for unknown in ("its budget", "what it spent", "how many people it reached", "where it works"):
            self.assertIn(unknown, data["not_stated"])
        self.assertNotIn("what it is to do", data["not_stated"])
        self.assertEqual(data["commitments"], ["poverty-reduction-centre-2025"])

    def test_a_centres_sector_is_seen_before_and_since_and_what_targets_it_speaks_to(self):
        page = self.text("/en/centres/desertification-prevention")
        for told in ("Figures of the centre", "Figures of its sector, whatever moved them", "restore degraded land"):
            self.assertIn(told, page)
        data = self.json("/en/centres/desertification-prevention.json")["centre"]
        own = data["indicators"][0]
        self.assertEqual((own["series"], own["actual"]["value"], own.get("baseline")), ("demonstration-bases-desertification-centre", "6", None))
        land = next(one for one in data["sector_indicators"] if one["series"] == "degraded-land-uz-unsd-2026")
        self.assertEqual((land["baseline"]["period"], land["baseline"]["value"], land.get("actual"), land["sdg_target"]),
                         ("2019", "26.14", None, "15.3"))

    def test_the_shipped_register_has_a_real_activity_in_two_of_the_states(self):
        page = self.text("/en/projects/44000-p145054")
        for told in ("As reported by World Bank.", "Budget and spending by year", "The newest 50 of 219", "Baseline", "Kyrgyzstan", "Tajikistan"):
            self.assertIn(told, page)
        years = self.json("/en/projects/44000-p145054.json")["activity"]["years"]
        self.assertTrue(any("budget" in one and "spent" in one for one in years))
        self.assertIn("44000-p145054", [one["id"] for one in self.json("/en/projects.json?countries=tj")["records"]])

    def test_what_sources_say_of_a_project_stands_side_by_side(self):
        page = self.text("/en/projects/cku-railway")
        told = re.search(r'id="measured-heading".*?</section>', page, re.DOTALL)[0]
        rows = [html.unescape(re.sub(r"<[^>]+>", " ", row)) for row in re.findall(r"<tr>.*?</tr>", told, re.DOTALL)]
        for who, figure in (("Fergana News", "about 454 km"), ("Azernews", "over 450 km"), ("Asia-Plus", "523 km"), ("Trend", "532.53 km"),
                            ("Government of Kyrgyzstan", "4.7 billion USD"), ("Azernews", "about 8 billion USD")):
            self.assertEqual(sum(who in row and figure in row for row in rows), 1, (who, figure))
        self.assertIn("between 450 and 532.53 km", html.unescape(told))
        # None of them is told as the only one.
        facts = re.findall(r'<dl class="facts">.*?</dl>', page, re.DOTALL)[0]
        self.assertNotIn("454", facts)
        self.assertNotIn("4.7 billion", facts)
        self.assertIn("41.2° N, 74.0° E (approximate)", facts)
        self.assertIn("19.2", re.findall(r'<dl class="facts">.*?</dl>', self.text("/en/projects/qamchiq-tunnel"), re.DOTALL)[0])
        self.assertNotIn("measured-heading", self.text("/en/projects/alatau-city"))
        for language, words in (("zh", "450至532.53千米"), ("ru", "от 450 до 532,53"), ("fr", "de 450 à 532,53")):
            self.assertIn(words, self.text(f"/{language}/projects/cku-railway"))
        figures = {one["indicator"]: one["comparison"] for one in self.json("/en/projects/cku-railway.json")["figures"]}
        self.assertEqual(set(figures), {"cku-length", "cku-length-kg", "cku-cost", "cku-tunnels", "cku-bridges"})
        self.assertIn("8000000000", [one["value"] for row in figures["cku-cost"] for one in row["figures"]])

    def test_tables_are_workbooks_too(self):
        for target, row in ((f"/en/mechanisms/{MECHANISM}/trade.xlsx?period=2024", "trade-cn-to-kz"),
                            ("/en/figures/compare.xlsx?a=trade-cn-to-kz-gacc&b=trade-cn-to-kz-stat-kz-cited&period=2024", "remainder")):
            status, headers, body = self.server.get(target)
            self.assertEqual((status, headers["Content-Type"]),
                             (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                self.assertIsNone(book.testzip())
                self.assertIn(row, "".join(book.read(name).decode() for name in book.namelist()))

    WALK = "a=trade-cn-to-kz-gacc-itc&b=trade-cn-to-kz-revenue-committee-kz&period=2024"

    def test_every_kind_of_chart_stands_by_itself(self):
        sector = next(one["id"] for one in self.json("/en/sectors.json")["records"] if self.json(f"/en/sectors/{one['id']}.json").get("targets"))
        charts = {"/series/trade-cn-to-kz-gacc": "/series/trade-cn-to-kz-gacc", "/indicators/trade-cn-to-kz/figures": "/indicators/trade-cn-to-kz/figures",
                  f"/figures/compare?{self.WALK}": "/figures/compare", f"/mechanisms/{MECHANISM}/trade?period=2024": f"/mechanisms/{MECHANISM}/trade",
                  f"/mechanisms/{MECHANISM}": f"/mechanisms/{MECHANISM}/targets", f"/sectors/{sector}": f"/sectors/{sector}/targets"}
        for shown, path in charts.items():
            for language in ("en", "zh"):
                page = html.unescape(self.text(f"/{language}{shown}"))
                files = {name: re.search(f'href="(/{language}{re.escape(prefix + path + ending)}[^"]*)"', page)
                         for name, prefix, ending in (("svg", "", ".svg"), ("png", "/embed", ".png"), ("frame", "/embed", "?"))}
                self.assertTrue(all(files.values()), (path, files))
                self.assertRegex(page, r'href="[^"]*\.csv')
                # On the page it is drawn without scripts, for a desk and for a phone; a matrix is a table there.
                if path != f"/mechanisms/{MECHANISM}/trade":
                    self.assertRegex(page, r'<svg class="figures figures--wide"[\s\S]*<svg class="figures figures--narrow"')
                status, headers, body = self.server.get(files["svg"][1])
                self.assertEqual((status, headers["Content-Type"]), (200, "image/svg+xml"), path)
                drawing = xml.etree.ElementTree.fromstring(body)
                texts = "\n".join(drawing.itertext())
                self.assertGreater(len(list(drawing.iter("{http://www.w3.org/2000/svg}rect"))), 3, path)
                # The title, whose figures they are, and the day.
                for told in {"en": ("Sources: ", "As this register held it on "), "zh": ("来源", "登记册截至")}[language]:
                    self.assertIn(told, texts, path)
                self.assertNotIn(b"style=", body)
                status, headers, body = self.server.get(files["png"][1])
                self.assertEqual((status, body[:8], int.from_bytes(body[16:20], "big")), (200, b"\x89PNG\r\n\x1a\n", 1520), path)
                # A frame stays what it was, and leads to the page.
                self.assertIn("as_of=@", files["frame"][1])
                status, headers, body = self.server.get(files["frame"][1])
                self.assertIn("frame-ancestors *", headers["Content-Security-Policy"])
                self.assertIn(f'/{language}{shown.split("?")[0]}', re.search(r'href="([^"]*)" target="_top"', body.decode())[1])
                self.assertIn("<svg ", body.decode())
        self.text("/en/mechanisms/none/targets.svg", 404)
        rows = list(csv.DictReader(io.StringIO(self.text(f"/en/mechanisms/{MECHANISM}/targets.csv"))))
        data = self.json(f"/en/mechanisms/{MECHANISM}.json")["targets"]
        self.assertEqual(sum(max(1, len(one["progress"])) for one in data), len(rows))
        self.assertEqual({row["commitment"] for row in rows}, {one["commitment"] for one in data})

    def test_a_refused_walk_is_told_where_the_drawing_would_be(self):
        refused = "a=trade-total-kz-gacc&b=trade-total-kz-president-kz"
        self.assertIn("turnover against turnover", "".join(xml.etree.ElementTree.fromstring(self.text(f"/en/figures/compare.svg?{refused}")).itertext()))

    def test_turnovers_are_refused_and_each_direction_is_told_by_itself(self):
        query = "a=trade-total-kg-gacc&b=trade-total-kg-stat-kg&period=2024-01/2024-06"
        _, pairs = self.pairs("2024-01/2024-06")
        told = {(one["from"], one["to"]): one["gap"] for one in self.json(f"/en/figures/compare.json?{query}")["directions"]}
        self.assertEqual(told["cn", "kg"], "-6300000000")
        self.assertEqual(told, {way: pairs[way]["gap"] for way in (("cn", "kg"), ("kg", "cn")) if "apart" in pairs[way]})
        page = html.unescape(self.text(f"/en/figures/compare?{query}"))
        self.assertRegex(page, r'from China to Kyrgyzstan \(January–June 2024\)</a>: <span class="amount">-6.3 billion USD</span>')
        self.assertNotIn("directions", self.json(f"/en/figures/compare.json?{self.WALK}"))

    def walk(self, query):
        """The cells of each row of the walk's table, by the row's heading."""
        page = html.unescape(self.text(f"/en/figures/compare?{query}"))
        table = page[page.index('<table class="list stacked dense walk">'):]
        rows = re.findall(r"<tr>(.*?)</tr>", table[:table.index("</table>")], re.S)
        cells = [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]
        return page, {row[0].removesuffix(" take it earlier"): row[1:] for row in cells[1:]}

    def test_french_says_de_behind_the_words_of_numbers(self):
        walk = html.unescape(self.text(f"/fr/figures/compare?{self.WALK}"))
        self.assertRegex(walk, r"28,1\smilliards de dollars")
        self.assertNotRegex(walk, r"milliards?\sdollars")
        self.assertIn("28.1 billion USD", html.unescape(self.text(f"/en/figures/compare?{self.WALK}")))

    def test_a_step_that_nobody_states_is_nothing_beside_who_names_it(self):
        page, rows = self.walk(self.WALK)
        transit = rows["Transit, taken out"]
        self.assertRegex(transit[1], r"^0\b")
        self.assertIn("not stated Named as a reason, without an amount: Ministry of Finance of Kazakhstan", transit[4])
        self.assertEqual(rows["Goods on the way"][4], "not stated")
        self.assertNotIn("not stated", rows["Freight and insurance"][4])
        self.assertNotIn("Missing months", rows)
        # False declarations are no step.
        self.assertIn("Named as a reason, which no step expresses:", page)
        declared = self.json(f"/en/figures/compare.json?{self.WALK}")["declared"]
        self.assertIn({"cause": "transit", "statement": "finance-ministry-kz-three-reasons", "party": "kz"}, declared)

    def test_a_step_with_a_partys_word_has_its_name(self):
        page, rows = self.walk("a=trade-cn-to-tj-gacc&b=trade-cn-to-tj-stat-tj&coverage=-350000000&coverage_source=statement:customs-tj-equipment")
        coverage = rows["Goods not counted"]
        self.assertIn("the word of Tajikistan", coverage[4])
        self.assertIn("/en/statements/customs-tj-equipment", page)
        self.assertNotIn("an assumption of the reader", coverage[4])
        # What is over a number stays so, to the remainder.
        self.assertRegex(rows["Unexplained remainder"][1], r"^at most [-−]1\.119 billion USD$")
        self.assertRegex(rows["Freight and insurance"][1], r"at least 111 million USD$")
        self.assertTrue(any(cells[1].startswith("over 2.2 billion USD") for cells in rows.values()), rows)

    def test_measures_stand_beneath_before_and_after_the_steps(self):
        page, _ = self.walk(self.WALK)
        for measure, counted, left in (("M / X", "0.5409", "0.5103"), ("G / X", "−0.4591", "−0.4897"), ("|G| / (X + M)", "0.2979", "0.3242"), ("ln(M / X)", "−0.6145", "−0.6727")):
            row = re.search(rf'<tr><th scope="row">{re.escape(measure)}</th><td class="num"[^>]*>([^<]*)</td><td class="num"[^>]*>([^<]*)</td>', page)
            self.assertEqual([one.replace("-", "−") for one in row.groups()], [counted, left], measure)

    def test_steps_are_taken_earlier_by_a_link(self):
        page, _ = self.walk(self.WALK + "&transit=0.6")
        link = html.unescape(re.search(r'href="([^"]*)">take it earlier', page)[1])
        self.assertIn("order=cif,transit", link.replace("%2C", ","))
        steps = [one["cause"] for one in json.loads(self.text(link.replace("/compare?", "/compare.json?")))["steps"]]
        self.assertEqual(steps, ["cif", "transit"])

    def test_no_share_of_transit_closes_a_gap_the_other_way(self):
        page, _ = self.walk("a=trade-kz-to-cn-cn-cited&b=trade-kz-to-cn-kz-cited&cif=1")
        self.assertIn("No share in transit would close the gap", page)

    def test_the_widest_gap_of_a_matrix_stands_first(self):
        page = html.unescape(self.text(f"/en/mechanisms/{MECHANISM}/trade?period=2024"))
        data, pairs = self.pairs("2024")
        sizes = [abs(int(one["gap"])) for one in data["directions"] if "apart" in one]
        widest = max((one for one in data["directions"] if "apart" in one), key=lambda one: abs(int(one["gap"])))
        self.assertGreater(len(sizes), 1)
        first = page[page.index("Each direction</h2>"):]
        first = re.search(r'<tbody><tr><th scope="row"><a href="([^"]*)"', first)[1]
        self.assertIn(f"a={widest['exports']['series']}", first)

    def test_the_map_shows_what_the_list_shows(self):
        for filters in ("?countries=tj", "?sector=energy", "?countries=tj&sector=energy"):
            page = self.text(f"/en/projects{filters}")
            figure = page[page.index('<figure class="map">'):page.index("</figure>")]
            shown = set(re.findall(r'href="/en/projects/([a-z0-9-]+)"', figure))
            records = {one["id"] for one in self.json(f"/en/projects.json{filters}")["records"] if "latitude" in one["body"]}
            places = {one["id"] for one in self.json(f"/en/projects.geojson{filters}")["features"]}
            self.assertTrue(records)
            self.assertEqual((shown, places), (records, records), filters)

    def test_tables_of_targets_are_data(self):
        for target in (f"/en/mechanisms/{MECHANISM}.json", "/en/sectors/education.json"):
            rows = self.json(target)["targets"]
            self.assertTrue(rows)
            for row in rows:
                self.assertEqual(row["target"], self.json(f"/en/commitments/{row['commitment']}.json")["body"]["target"])
                self.assertIn("progress", row)

    def test_refuses_what_is_no_period_and_no_mechanism(self):
        self.text(f"/en/mechanisms/{MECHANISM}/trade?period=24", 400)
        self.text("/en/mechanisms/none/trade", 404)

    def test_is_told_in_every_language_and_for_the_past(self):
        for language in LANGUAGES:
            self.assertIn('class="pairs"', self.text(f"/{language}/mechanisms/{MECHANISM}/trade"))
            self.text(f"/{language}/mechanisms/{MECHANISM}/trade?public_by=2025-01-01")


IATI = """<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>X-1</iati-identifier>
<title><narrative xml:lang="en">Trees</narrative></title><activity-status code="2"/>
<budget type="1"><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/><value>1000</value></budget>
<transaction><transaction-type code="3"/><transaction-date iso-date="2026-02-01"/><value>400</value></transaction>
<result type="1"><title><narrative>Land</narrative></title><indicator measure="1"><title><narrative>Hectares planted</narrative></title>
<reference vocabulary="9" code="15.3.1"/><baseline year="2025" value="10"/>
<period><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/><target value="50"/><actual value="20"/></period></indicator></result>
</iati-activity></iati-activities>
"""


class Centre(unittest.TestCase):
    """A centre of which everything is told: money, people, indicators with target, a project that is an IATI activity."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        tables = pathlib.Path(cls.folder.name) / "tables"
        (tables / "files").mkdir(parents=True)
        (tables / "files" / "x-1.xml").write_text(IATI, encoding="utf-8")
        for name, table in (
                ("parties", "id,title@en,type\naa,Aland,state\nbb,Bland,state\n"),
                ("mechanisms", "id,title@en,parties\nm,M,aa;bb\n"),
                ("sectors", "id,title@en,mechanism\nland,Land,m\n"),
                ("centres", "id,title@en,type,announced,opened,host@en,place@en,head@en,programme@en,countries,partners@en,sector\n"
                            "c,C,cooperation-centre,2025-06-17,2025-07-30,Host,Town,Head,Plants trees,aa;bb,Two schools,land\n"
                            "d,D,cooperation-centre,,,,,,,,,\n"),
                ("series", "id,title@en,indicator,flow,reporter_name,unit,sector,centre,sdg_target\n"
                           "plan,Budget (Ministry),plan,budget,Ministry,USD,,c,\nspent,Spending (Ministry),spent,spending,Ministry,USD,,c,\n"
                           "audit,Spending (Auditor),spent,spending,Auditor,USD,,c,\ntrained,People trained (Ministry),trained,people,Ministry,people,,c,\n"
                           "bare,Bare land (Survey),bare,share,Survey,percent,land,,15.3\nown,Trees (Ministry),trees,count,Ministry,trees,land,c,\n"),
                ("observations", "id,series,period,value,qualifier,missing\nplan-25,plan,2025,100,,\nplan-26,plan,2026,300,,\nspent-25,spent,2025,80,,\n"
                                 "audit-25,audit,2025,90,,\ntrained-26,trained,2026-03-01,120,over,\nbare-19,bare,2019,26.1,,\nbare-24,bare,2024,25.5,,\n"
                                 "bare-26,bare,2026,24.9,,\nown-26,own,2026,,,confidential\n"),
                ("commitments", "id,title@en,by,target,unit,aim,due,results\nless,Less bare land,aa,20,percent,at-most,2030,centre:c;series:bare\n"),
                ("updates", "id,title@en,date,about\nu,First course held,2025-09-01,centre:c\n"),
                ("projects", "id,title@en,centre,iati_identifier,activity\nx-1,Trees,c,X-1,x-1.xml\n")):
            (tables / f"{name}.csv").write_text(table, encoding="utf-8")
        cls.db = new_database(pathlib.Path(cls.folder.name))
        status, _, err = tamga("import", tables, "--db", cls.db)
        assert status == 0, err
        cls.server = Server("--db", cls.db)
        cls.page = html.unescape(cls.server.get("/en/centres/c")[2].decode())
        cls.data = json.loads(cls.server.get("/en/centres/c.json")[2])["centre"]

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, cls.server.errors
        cls.folder.cleanup()

    def table(self, heading):
        """The texts of the cells of the rows of the table under a heading."""
        at = self.page.index(f">{heading}</h3>")
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", self.page[at:self.page.index("</table>", at)], re.S)
        return [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]

    def test_its_way_is_told_from_announcement_to_results(self):
        way = self.page[self.page.index('class="timeline"'):]
        way = way[:way.index("</ol>")]
        self.assertLess(way.index("Announced"), way.index("Opened"))
        self.assertLess(way.index("Opened"), way.index("First course held"))
        for told in ("Plants trees", "Two schools", "Aland", "Bland"):
            self.assertIn(told, self.page)

    def test_budget_stands_against_spending_by_who_says_it(self):
        self.assertEqual(self.table("Budget and spending")[1:],
                         [["2026", "300 USD", "not stated", "Ministry"], ["2025", "100 USD", "80 USD", "Ministry"], ["2025", "not stated", "90 USD", "Auditor"]])
        self.assertEqual([(one["period"], one.get("budget", {}).get("value"), one.get("spent", {}).get("value")) for one in self.data["money"]],
                         [("2025", None, "90"), ("2025", "100", "80"), ("2026", "300", None)])
        self.assertEqual(self.data["projects"], [{"project": "x-1", "money": [{"currency": "USD", "budget": "1000", "spent": "400"}]}])

    def test_people_and_indicators_have_baseline_target_actual_and_goal(self):
        self.assertEqual(self.data["people"], ["trained"])
        self.assertRegex(" ".join(self.table("People reached")[2]), r"over 120 people")
        rows = {row[0]: row[1:] for row in self.table("Indicators") if len(row) == 5}
        self.assertEqual(rows["Bare land Survey"], ["25.5% 2024", "at most 20% 2030", "24.9% 2026", "15.3"])
        self.assertEqual(rows["Trees Ministry"], ["not stated", "not stated", "Confidential 2026", "not stated"])
        told = {one["series"]: one for one in self.data["indicators"] + self.data["sector_indicators"]}
        self.assertEqual((told["bare"]["baseline"]["value"], told["bare"]["actual"]["value"], told["bare"]["targets"], told["bare"]["sdg_target"]),
                         ("25.5", "24.9", ["less"], "15.3"))
        self.assertEqual(told["own"]["actual"], {"observation": "own-26", "period": "2026", "missing": "confidential"})
        self.assertIn("restore degraded land", self.page)

    def test_results_of_its_projects_stand_beside_them(self):
        self.assertEqual(self.table("Results of its projects")[1:],
                         [["Hectares planted", "10 (2025)", "50 (1 January–31 December 2026)", "20 (1 January–31 December 2026)", "15.3", "Trees"]])

    def test_names_only_what_nobody_states(self):
        self.assertEqual(self.data["not_stated"], [])
        self.assertNotIn("No source held here states", self.page)
        other = json.loads(self.server.get("/en/centres/d.json")[2])["centre"]
        self.assertEqual(len(other["not_stated"]), 14)


class Missing(unittest.TestCase):
    """Not reported, not available, confidential and nil differ wherever a figure is told."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tamga_test_")
        tables = pathlib.Path(cls.folder.name) / "tables"
        tables.mkdir()
        for name, table in (
                ("parties", "id,title@en,type\naa,Aland,state\nbb,Bland,state\n"),
                ("mechanisms", "id,title@en,parties\nm,M,aa;bb\n"),
                ("series", "id,title@en,indicator,flow,reporter,area,partner,unit\n"
                           "x,X,goods,exports,aa,aa,bb,USD\ny,Y,goods,imports,bb,bb,aa,USD\n"),
                ("observations", "id,series,period,value,missing\nx-21,x,2021,70,\nx-22,x,2022,80,\nx-23,x,2023,,confidential\n"
                                 "x-24,x,2024,95,\nx-25,x,2025,0,\ny-22,y,2022,60,\ny-23,y,2023,,not-available\ny-24,y,2024,,not-reported\n"),
                ("claims", "id,title@en,type,value,unit,period,series\nc,C,growth,19,percent,2024,x\nr,R,record,,,2024,x\n")):
            (tables / f"{name}.csv").write_text(table, encoding="utf-8")
        cls.db = new_database(pathlib.Path(cls.folder.name))
        status, _, err = tamga("import", tables, "--db", cls.db)
        assert status == 0, err
        cls.server = Server("--db", cls.db)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, cls.server.errors
        cls.folder.cleanup()

    def text(self, target):
        status, _, body = self.server.get(target)
        self.assertEqual(status, 200, target)
        return html.unescape(body.decode())

    def json(self, target):
        return json.loads(self.text(target))

    def test_a_chart_has_a_gap_that_is_told_in_words_beside_it_and_in_its_file(self):
        for language, said in (("en", "Confidential"), ("zh", "保密"), ("ru", "конфиденциально"), ("fr", "confidentiel")):
            page = self.text(f"/{language}/series/x")
            for place in (page, self.text(f"/{language}/series/x.svg")):
                # Within the sentence it has no capital of its own.
                self.assertRegex(place, r"Aland.{1,4}2023.{1,4}" + said.lower(), language)
            self.assertIn(f'href="/{language}/observations/x-23">{said}<', page)
        joined = re.search(r'class="join"[^>]* d="([^"]*)"', self.text("/en/series/x"))[1]
        self.assertEqual(joined.count("M"), 2)
        self.assertNotIn("Drawn:", self.text("/en/series/x"))

    def test_lists_and_data_keep_them_apart(self):
        told = {one["id"]: one["body"] for one in self.json("/en/observations.json")["records"]}
        self.assertEqual((told["x-23"].get("value"), told["x-23"]["missing"]), (None, "confidential"))
        self.assertEqual((told["x-25"]["value"], told["x-25"].get("missing")), ("0", None))
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(self.text("/en/observations.csv")))}
        self.assertEqual([rows[one]["missing"] for one in ("x-23", "y-23", "y-24", "x-25")],
                         ["confidential", "not-available", "not-reported", ""])
        self.assertEqual([row["id"] for row in csv.DictReader(io.StringIO(self.text("/en/observations.csv?missing=not-reported")))], ["y-24"])
        self.assertRegex(self.text("/en/observations"), r"2023: Confidential[\s\S]*Confidential")
        figures = self.json("/en/series/x.json")["comparison"]
        of_2023 = next(one for one in figures if one["period"] == "2023")["figures"]
        self.assertEqual({(one["series"], one["missing"]) for one in of_2023}, {("x", "confidential"), ("y", "not-available")})

    def test_a_claim_says_that_it_cannot_be_checked_and_why(self):
        page = self.text("/en/claims/c")
        self.assertIn("It cannot be checked on the figures held.", page)
        self.assertIn("The figure of 2023 is stated as confidential.", page)
        self.assertIn("2023年的数据标注为保密。", self.text("/zh/claims/c"))
        finding = self.json("/en/claims/c.json")["judged"]["findings"][0]
        self.assertEqual((finding["reason"], finding["missing"]["why"]), ("no-base", "confidential"))
        self.assertEqual(self.json("/en/claims/r.json")["judged"]["findings"][0]["reason"], "open-earlier")

    def test_two_counts_are_not_set_against_each_other_and_it_is_said_why(self):
        page = self.text("/en/figures/compare?a=x&b=y&period=2023")
        self.assertIn("X has no figure of 2023, which it states as confidential;", page)
        self.assertIn("Y has no figure of 2023, which it states as not available;", page)
        pairs = self.text("/en/mechanisms/m/trade?period=2023")
        self.assertIn("confidential", pairs)
        self.assertIn("The figure of 2023 is stated as not available.", pairs)
        one = next(one for one in self.json("/en/mechanisms/m/trade.json?period=2024")["directions"] if one["from"] == "aa")
        self.assertEqual((one["reported"], one["imports"]["missing"]["why"]), ("exporter-only", "not-reported"))


class History(unittest.TestCase):
    """How figures moved, and with them a verdict."""

    def test_a_revision_is_told_on_the_pages_of_the_series_and_of_the_claim(self):
        with tempfile.TemporaryDirectory(prefix="tamga_test_") as folder:
            db = new_database(pathlib.Path(folder))
            tables = pathlib.Path(folder) / "tables"
            tables.mkdir()
            (tables / "series.csv").write_text("id,title@en,indicator,flow,unit\nx,X,goods,exports,USD\n", encoding="utf-8")
            (tables / "claims.csv").write_text("id,title@en,type,value,unit,period,series\nc,C,reached,100,USD,2024,x\n", encoding="utf-8")
            for value in (90, 110):
                (tables / "observations.csv").write_text(f"id,series,period,value,qualifier\nx-2024,x,2024,{value},exact\n", encoding="utf-8")
                status, _, err = tamga("import", tables, "--db", db)
                self.assertEqual(status, 0, err)
                time.sleep(1.1)  # What is written within one second is one moment.
            server = Server("--db", db)
            try:
                series, claim = (server.get(page)[2].decode() for page in ("/en/series/x", "/en/claims/c"))
                self.assertIn("How the figures moved", series)
                self.assertRegex(series, r"<strong>exactly\s110\sUSD</strong>")
                self.assertIn("How the verdict went", claim)
                told = json.loads(server.get("/en/claims/c.json")[2])["verdicts"]
                self.assertEqual([one["verdict"] for one in told], ["does-not-hold", "holds"])
                versions = json.loads(server.get("/en/series/x.json")[2])["revisions"][0]["versions"]
                self.assertEqual([one["value"] for one in versions], ["90", "110"])
                before = server.get(f"/en/claims/c?as_of=@{told[1]['position'] - 1}")[2].decode()
                self.assertNotIn("How the verdict went", before)
            finally:
                server.stop()


if __name__ == "__main__":
    unittest.main()
