"""IATI files into the register and out of it: import, round trip, publication, the pages of projects."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402

ROAD = (pathlib.Path(__file__).parent / "road.xml").read_text(encoding="utf-8")
ACTIVITY = ROAD[ROAD.index("<iati-activity "):ROAD.index("\n</iati-activities>")]
ROOT_TAG = '<iati-activities version="2.03" generated-datetime="{when}" xmlns:x="urn:example:x">'


def activity(identifier="GB-COH-1-a", title="A road", country="KZ", related="GB-COH-1-b", more=""):
    return (ACTIVITY.replace("GB-COH-1-b", related).replace("GB-COH-1-a", identifier, 1).replace("A road", title)
            .replace('country code="KZ"', f'country code="{country}"').replace("<iati-activity ", f"<iati-activity{more} "))


def document(*activities, when="2026-02-03T00:00:00Z"):
    return ('<?xml version="1.0"?>\n<!-- made for a test -->\n' + ROOT_TAG.format(when=when) + "\n  " +
            "\n  <!-- next -->\n  ".join(activities) + "\n</iati-activities>\n")


class Register(Case):
    def setUp(self):
        super().setUp()
        self.succeed("--db", self.db, "init")

    def run_import(self, text, *options, name="roads.xml"):
        path = self.dir / name
        path.write_text(text, encoding="utf-8")
        return tamga("--db", self.db, "import", path, "--mechanism", "china-central-asia", *options)

    def imported(self, *arguments, **more):
        status, out, err = self.run_import(*arguments, **more)
        self.assertEqual(status, 0, err)
        return out

    def canonical(self, text):
        path = self.dir / "c14n.xml"
        path.write_text(text, encoding="utf-8")
        return subprocess.run(["xmllint", "--c14n", path], capture_output=True, check=True).stdout

    def test_a_file_comes_back_as_it_went_in(self):
        text = document(activity(), activity("GB-COH-1-b", "Another", "UZ"))
        self.assertTrue(self.imported(text).startswith("3 new, 0 changed, 0 unchanged"))
        back = self.succeed("--db", self.db, "iati", "export", "--source", "roads")
        self.assertEqual(self.canonical(back), self.canonical(text))
        # And through a register folder, files and all.
        self.succeed("--db", self.db, "export", "--to", self.dir / "out")
        other = self.dir / "other.db"
        self.succeed("--db", other, "import", self.dir / "out")
        self.assertEqual(self.succeed("--db", other, "iati", "export", "--source", "roads"), back)
        self.succeed("--db", self.db, "verify")

    @unittest.skipUnless(os.environ.get("TAMGA_IATI_STANDARD"), "the public standard's files are not at hand (TAMGA_IATI_STANDARD)")
    def test_real_files_come_back_as_they_went_in(self):
        samples = sorted((pathlib.Path(os.environ["TAMGA_IATI_STANDARD"]) / "samples").glob("*.xml"))
        self.assertTrue(samples)
        for sample in samples:
            if b"<iati-organisations" in sample.read_bytes()[:2000]:
                continue
            status, _, err = tamga("--db", self.db, "import", sample, "--mechanism", "china-central-asia")
            self.assertEqual(status, 0, err)
            back = self.succeed("--db", self.db, "iati", "export", "--source", sample.stem.lower())
            self.assertEqual(self.canonical(back), self.canonical(sample.read_text(encoding="utf-8")), sample.name)
            out = tamga("--db", self.db, "import", sample, "--mechanism", "china-central-asia")[1]
            self.assertTrue(out.startswith("0 new, 0 changed"), out)

    def test_only_what_changed_becomes_a_version(self):
        self.imported(document(activity(), activity("GB-COH-1-b", "Another")))
        self.assertIn("0 new, 0 changed, 3 unchanged", self.imported(document(activity(), activity("GB-COH-1-b", "Another"))))
        out = self.imported(document(activity(title="A wider road"), activity("GB-COH-1-b", "Another"), when="2026-03-04T00:00:00Z"))
        self.assertIn("0 new, 2 changed, 1 unchanged", out, "the activity, and the file that it stands in")

    def test_chooses_rehearses_withdraws_and_refuses(self):
        text = document(activity(), activity("GB-COH-1-b", "Another", "FR"))
        self.assertIn("would be: 2 new", self.run_import(text, "--where", "country=KZ,UZ", "--dry-run")[1])
        self.assertIn("would be: 1 new", self.run_import(text, "--where", "sector=999", "--dry-run")[1], "the source alone")
        self.imported(text)
        self.assertIn("1 withdrawn", self.imported(document(activity()), "--withdraw-missing"))
        for options, told in ((("--where", "colour=red"), "'colour'"), (("--where", "from=soon"), "'soon' is no day"),
                              (("--source", "seed"), "another document")):
            status, out, err = self.run_import(text, *options)
            self.assertNotEqual(status, 0)
            self.assertIn(told, err)
        status, _, err = tamga("--db", self.db, "import", self.dir / "roads.xml")
        self.assertEqual(status, 2)
        self.assertIn("--mechanism ID", err)
        status, _, err = tamga("--db", self.db, "import", self.dir / "roads.xml", "--mechanism", "none")
        self.assertIn("write one of: belt-and-road, china-central-asia", err)
        status, _, err = self.run_import(document(activity(), activity()))
        self.assertEqual(status, 1)
        self.assertIn("stands at line 4 already", err)
        self.assertIn("nothing was written", err)

    def test_filters_by_what_a_mechanism_is_about(self):
        path = self.dir / "all.xml"
        path.write_text(document(activity(), activity("GB-COH-1-b", "Another", "UZ"), activity("GB-COH-1-c", "Elsewhere", "FR")))
        status, out, err = tamga("--db", self.db, "iati", "filter", path, "--mechanism", "china-central-asia")
        self.assertEqual((status, out.count("<iati-activity ")), (0, 2), err)
        self.assertNotIn("Elsewhere", out)
        status, _, err = tamga("--db", self.db, "iati", "filter", path, "--mechanism", "china-central-asia", "--sector", "999")
        self.assertEqual(status, 1, "nothing is kept")
        for mechanism, told in (("none", "write one of: belt-and-road, china-central-asia"), ("belt-and-road", "names no party")):
            status, _, err = tamga("--db", self.db, "iati", "filter", path, "--mechanism", mechanism)
            self.assertEqual(status, 3)
            self.assertIn(told, err)

    def test_publishes_a_mechanism_without_a_finding(self):
        self.imported(document(activity(related="GB-COH-1-c"), activity("GB-COH-1-b", "Faulty", more=' budget-not-provided="99"'),
                               activity("GB-COH-1-c", "A third", related="GB-COH-1-a")))
        with self.serving() as server:
            for file, least in (("activities", 8), ("organisation", 1)):
                status, headers, body = server.get(f"/en/mechanisms/china-central-asia/iati/{file}.xml")
                self.assertEqual((status, headers["Content-Type"]), (200, "application/xml; charset=utf-8"))
                path = self.dir / f"{file}.xml"
                path.write_bytes(body)
                for profile in ("public", "strict"):
                    status, out, err = tamga("iati", "validate", "--profile", profile, path)
                    self.assertEqual((status, err), (0, ""), out)
                    self.assertIn("nothing found", out)
                self.assertGreaterEqual(body.count(b"<iati-activity ") + body.count(b"<iati-organisation "), least)
            text = (self.dir / "activities.xml").read_text()
            self.assertIn("<x:note at=\"here\">kept</x:note>", text)
            self.assertRegex(text, "Left out: project:gb-coh-1-b: check [0-9.]+: ")
            self.assertIn("XE-EXAMPLE-TAMGA-centre-poverty-reduction", text)
            everything = server.get("/en/mechanisms/china-central-asia/iati/activities.xml?all=yes")[2]
            self.assertIn(b"Faulty", everything)
            # Another language is the same file; what is not there says so.
            self.assertEqual(server.get("/ru/mechanisms/china-central-asia/iati/activities.xml")[2].decode(), text)
            for missing in ("mechanisms/none/iati/activities.xml", "mechanisms/china-central-asia/iati/other.xml",
                            "mechanisms/belt-and-road/iati/activities.xml", "mechanisms/belt-and-road/iati/organisation.xml"):
                status, headers, body = server.get("/en/" + missing)
                self.assertEqual((status, headers["Content-Type"]), (404, "application/problem+json; charset=utf-8"), missing)
        standard = os.environ.get("TAMGA_IATI_STANDARD")
        if standard:
            subprocess.run(["xmllint", "--noout", "--schema", f"{standard}/schemas/2.03/iati-activities-schema.xsd",
                            self.dir / "activities.xml"], check=True, capture_output=True)

    def test_a_project_page_shows_its_activity(self):
        self.imported(document(activity(), activity("GB-COH-1-b", "Another")))
        with self.serving() as server:
            for language, words in (("en", ("Budget and spending by year, USD", "1,000", "250.50", "Disbursement", "4 March 2020",
                                            "Road transport", "Kilometres", "2019", "49", "Sibling", "As reported by An office.")),
                                    ("zh", ("各年预算与支出", "拨付", "2020年3月4日", "同级", "据An office报告。")),
                                    ("ru", ("Бюджет и расходы по годам", "Перечисление", "4 марта 2020", "Параллельный"))):
                status, _, body = server.get(f"/{language}/projects/gb-coh-1-a")
                self.assertEqual(status, 200)
                page = re.sub(r"[\u00a0\u202f]", " ", body.decode())
                for word in words:
                    self.assertIn(word, page, language)
            page = server.get("/en/projects/gb-coh-1-a")[2].decode()
            self.assertIn("First &lt;b&gt;instalment&lt;/b&gt;", page)
            self.assertIn('href="https://example.org/plan"', page)
            self.assertNotIn('href="javascript:', page)
            self.assertIn('href="/en/projects/gb-coh-1-b"', page)
            # The map is drawn for wide screens and for narrow ones.
            drawn = re.findall(r'<svg class="map--.*?</svg>', page, re.DOTALL)
            self.assertEqual([one.count('<circle class="point') for one in drawn], [2, 2])
            data = json.loads(server.get("/en/projects/gb-coh-1-a.json")[2])
            self.assertEqual(data["activity"], {"identifier": "GB-COH-1-a", "years": [
                {"year": "2020", "currency": "USD", "budget": "1000", "spent": "250.50"}]})
            self.assertIn("activities.xml", server.get("/en/mechanisms/china-central-asia")[2].decode())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
