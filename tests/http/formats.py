"""What other programs read of a served register: calendars, points, sitemaps, feeds, the whole of it; by readers that are not ours."""
import csv
import hashlib
import importlib.util
import io
import json
import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml
import zipfile
from datetime import timedelta

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, Served, tamga  # noqa: E402

# Debian's python3-icalendar, whichever interpreter runs this.
sys.path.append("/usr/lib/python3/dist-packages")

HERE = "https://register.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LANGUAGES = ("en", "zh", "ru")


class Formats(Served):
    options = ("--public-url", HERE)

    def get(self, target):
        status, _, body = self.server.get(target)
        self.assertEqual(status, 200, target)
        return body

    def rows(self, kind):
        return {row["id"]: row for row in csv.DictReader(io.StringIO(self.get(f"/en/{kind}.csv").decode(), newline=""))}

    @unittest.skipUnless(importlib.util.find_spec("openpyxl"), "python3-openpyxl is not there")
    def test_workbooks_hold_the_cells_of_the_csv_for_openpyxl_and_for_ourselves(self):
        import openpyxl
        folder = self.path / "workbooks"
        folder.mkdir()
        numbers = 0
        for kind, count in json.loads(self.get("/en/index.json"))["counts"].items():
            if not count:
                continue
            data = self.get(f"/en/{kind}.xlsx")
            self.assertEqual(self.get(f"/en/{kind}.xlsx"), data, "the same to the byte")
            (folder / f"{kind}.xlsx").write_bytes(data)
            book = openpyxl.load_workbook(io.BytesIO(data))
            self.assertEqual(book.sheetnames, [kind])
            self.assertEqual(book[kind].freeze_panes, "A2")
            self.assertRegex(book.properties.subject, r"As this register held it on .* as_of=@\d+$")
            self.assertRegex(book.properties.description, rf"^{HERE}/en/{kind}\.xlsx\?as_of=@\d+$")
            told = []
            for row in book[kind].iter_rows():
                numbers += sum(cell.data_type == "n" and cell.value is not None for cell in row)
                self.assertFalse([cell.value for cell in row if cell.data_type == "f"], "nothing is a formula")
                told.append(["" if cell.value is None else str(cell.value) for cell in row])
            # What a spreadsheet would take for a formula has an apostrophe before it in the CSV alone.
            meant = [[re.sub("^'(?=[=+@\t\r-])", "", cell).replace("\r\n", "\n") for cell in row]
                     for row in csv.reader(io.StringIO(self.get(f"/en/{kind}.csv").decode(), newline=""))]
            self.assertEqual(told, [row + [""] * (len(told[0]) - len(row)) for row in meant], kind)
        self.assertGreater(numbers, 100)
        filtered = openpyxl.load_workbook(io.BytesIO(self.get("/zh/observations.xlsx?series=trade-total-c5-gacc")))["observations"]
        self.assertEqual({row[1] for row in filtered.iter_rows(min_row=2, values_only=True)}, {"trade-total-c5-gacc"})
        for file in REGISTER.glob("files/*"):
            (folder / "files").mkdir(exist_ok=True)
            (folder / "files" / file.name).write_bytes(file.read_bytes())
        status, out, err = tamga("import", folder, "--db", self.db, "--dry-run")
        self.assertEqual(status, 0, err)
        self.assertIn("0 new, 0 changed", out)

    @unittest.skipUnless(importlib.util.find_spec("icalendar"), "python3-icalendar is not there")
    def test_calendars_are_read_by_python_icalendar(self):
        import icalendar
        uids = {}
        for kind, day in (("meetings", "start"), ("commitments", "due")):
            stated = {row["id"]: row for row in self.rows(kind).values() if row[day]}
            for language in LANGUAGES:
                calendar = icalendar.Calendar.from_ical(self.get(f"/{language}/{kind}.ics"))
                self.assertEqual((calendar["VERSION"], calendar.errors), ("2.0", []))
                events = {event["URL"].rsplit("/", 1)[1]: event for event in calendar.walk("VEVENT")}
                self.assertEqual(events.keys(), stated.keys(), "an event for each record with a day")
                for record, event in events.items():
                    self.assertEqual(event.errors, [])
                    self.assertEqual(uids.setdefault((kind, record), event["UID"]), event["UID"], "the same in each language")
                    first, end = event["DTSTART"].dt, event["DTEND"].dt
                    self.assertGreaterEqual(end - first, timedelta(days=1))
                    if kind == "meetings" and len(stated[record]["start"]) == 10:
                        last = stated[record].get("end") or stated[record]["start"]
                        self.assertEqual((first.isoformat(), (end - timedelta(days=1)).isoformat()), (stated[record]["start"], last))
                    if kind == "commitments":
                        self.assertEqual(end - first, timedelta(days=1))
                        self.assertTrue(first.isoformat().startswith(stated[record]["due"]))
        self.assertEqual(len(uids), len(set(uids.values())))
        summary = {str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(self.get("/zh/meetings.ics")).walk("VEVENT")}
        self.assertIn(next(iter(row["title@zh"] for row in self.rows("meetings").values() if row["start"] and row["title@zh"])), summary)

    def test_places_are_geojson(self):
        for kind in ("projects", "centres"):
            whole = json.loads(self.get(f"/en/{kind}.geojson"))
            self.assertEqual(whole["type"], "FeatureCollection")
            placed = {id: row for id, row in self.rows(kind).items() if row["latitude"]}
            self.assertEqual([feature["id"] for feature in whole["features"]], list(placed))
            for feature in whole["features"]:
                self.assertEqual(feature["type"], "Feature")
                row = placed[feature["id"]]
                point = [float(row["longitude"]), float(row["latitude"])]
                route = [[float(degrees) for degrees in reversed(place.split(" "))] for place in row.get("route", "").split(";") if place]
                self.assertEqual(feature["geometry"], {"type": "LineString", "coordinates": route} if route
                                 else {"type": "Point", "coordinates": point})
                self.assertEqual(feature["properties"]["url"], f"{HERE}/en/{kind}/{feature['id']}")

    def test_places_are_read_by_ogrinfo(self):
        for kind, filters in (("projects", ""), ("projects", "?sector=energy"), ("centres", "")):
            file = self.path / f"{kind}.geojson"
            file.write_bytes(self.get(f"/zh/{kind}.geojson{filters}"))
            features = json.loads(file.read_bytes())["features"]
            told = subprocess.run(["ogrinfo", "-al", file], capture_output=True, text=True, check=True)
            self.assertEqual(told.stderr, "")
            self.assertIn(f"Feature Count: {len(features)}", told.stdout)
            lines = sum(feature["geometry"]["type"] == "LineString" for feature in features)
            self.assertEqual((told.stdout.count("  LINESTRING ("), told.stdout.count("  POINT (")), (lines, len(features) - lines))
            self.assertIn('GEOGCRS["WGS 84"', told.stdout)

    def test_tables_say_what_is_derived(self):
        states = {record["id"]: record["status"] for record in json.loads(self.get("/en/commitments.json?first=all"))["records"]}
        for id, row in self.rows("commitments").items():
            self.assertEqual((row["state (derived)"], row["rule (derived)"], row["overdue (derived)"] == "yes"),
                             (states[id]["pledge"], states[id]["rule"], states[id]["overdue"]))
        series = self.rows("series")
        for row in self.rows("observations").values():
            of = series[row["series"]]
            self.assertEqual(row["unit (derived)"], of["unit"])
            self.assertEqual(row["reporter (derived)"], of["reporter"] or of["reporter_name@en"])

    def test_openapi_tells_what_is_answered(self):
        told = json.loads(self.get("/openapi.json"))
        self.assertEqual((told["openapi"], told["servers"]), ("3.1.0", [{"url": HERE}]))
        file = next(row["activity"] for row in self.rows("projects").values() if row["activity"])
        sha256 = hashlib.sha256((REGISTER / "files" / file).read_bytes()).hexdigest()
        held = {"/mechanisms/": "china-central-asia", "/commitments/": "trade-70-billion-2030", "/series/": "trade-total-c5-gacc",
                "/sectors/": "trade"}
        names, asked = set(), 0
        for path, operations in told["paths"].items():
            for operation in operations.values():
                names.add(operation["operationId"])
                self.assertEqual({one["name"] for one in operation["parameters"] if one["in"] == "path"}, set(re.findall(r"\{(\w+)\}", path)))
            if "get" not in operations or path.startswith("/api/v1/pending"):
                continue
            record = next((id for part, id in held.items() if part in path), "trade-70-billion-2030")
            target = path.format(language="zh", kinds="commitments", id=record, indicator=self.rows("series")["trade-total-c5-gacc"]["indicator"], code="not_found", sha256=sha256, number=1)
            if "/figures/compare" in path:
                target += "?a=trade-cn-to-kz-gacc-itc&b=trade-cn-to-kz-revenue-committee-kz"
            status, headers, _ = self.server.get(target)
            self.assertEqual(status, 200, target)
            [media] = operations["get"]["responses"]["200"]["content"]
            self.assertEqual(headers["Content-Type"].split(";")[0], media, target)
            asked += 1
        self.assertEqual(len(names), sum(map(len, told["paths"].values())))
        self.assertGreater(asked, 40)
        self.assertIn("/openapi.json", self.get("/zh/about").decode())

    def test_sitemaps_hold_every_record_in_every_language(self):
        self.assertIn(f"Sitemap: {HERE}/sitemap.xml", self.get("/robots.txt").decode().splitlines())
        found = set()
        for part in xml.fromstring(self.get("/sitemap.xml")).iter(SITEMAP + "loc"):
            body = self.get(part.text.removeprefix(HERE))
            self.assertLess(len(body), 50_000_000)
            addresses = [address.text for address in xml.fromstring(body).iter(SITEMAP + "loc")]
            self.assertLessEqual(len(addresses), 50_000)
            self.assertFalse(found & set(addresses))
            found.update(addresses)
        for kind, count in json.loads(self.get("/en/index.json"))["counts"].items():
            for language in LANGUAGES:
                self.assertIn(f"{HERE}/{language}/{kind}", found)
                of = [address for address in found if address.startswith(f"{HERE}/{language}/{kind}/")]
                self.assertEqual(len(of), 0 if kind == "observations" else count)
        for address in sorted(found)[::97]:
            self.assertIn(f'<link rel="canonical" href="{address}">'.encode(), self.get(address.removeprefix(HERE)))

    def test_every_list_has_a_feed_of_its_last_changes(self):
        for kind, count in json.loads(self.get("/en/index.json"))["counts"].items():
            feed = json.loads(self.get(f"/en/{kind}.feed"))
            self.assertEqual(len(feed["items"]), min(50, count), kind)
            entries = xml.fromstring(self.get(f"/en/{kind}.atom")).findall("{http://www.w3.org/2005/Atom}entry")
            self.assertEqual([entry.find("{http://www.w3.org/2005/Atom}id").text for entry in entries],
                             [item["id"] for item in feed["items"]])
            self.assertTrue(all(item["title"] and item["content_text"] for item in feed["items"]), kind)

    def test_the_zip_is_what_export_writes(self):
        status, _, err = tamga("export", "--to", self.path / "exported", "--db", self.db)
        self.assertEqual((status, err), (0, ""))
        with zipfile.ZipFile(io.BytesIO(self.get("/register.zip"))) as archive:
            self.assertIsNone(archive.testzip())
            archive.extractall(self.path / "unpacked")
        exported, unpacked = ({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
                              for folder in (self.path / "exported", self.path / "unpacked"))
        self.assertEqual(exported, unpacked)


if __name__ == "__main__":
    unittest.main()
