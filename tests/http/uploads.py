#!/usr/bin/env python3
"""Tables that people upload at the desk: the rehearsal, each fault with its cell, then all of it is written or nothing."""
import csv
import html
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import ROOT, Case, tamga  # noqa: E402
from writing import PASSWORD, Browser, token  # noqa: E402

TABLES = {"parties": "id,title@en,type,iso_alpha2\nkz,Kazakhstan,state,KZ\nuz,Uzbekistan,state,UZ\n",
          "mechanisms": "id,title@en,parties\nm,The mechanism,kz;uz\n",
          "commitments": "id,title@en,by,mechanism\nroad,A road,kz;uz,m\n",
          "reports": "id,title@en,commitment,party\nold,Old,road,kz\ntheirs,Theirs,road,uz\n"}
GOOD = "id,title@en,commitment,party,date\nold,Mended <b>,road,kz,2025-01-02\nfresh,Fresh,road,kz,2025-02-03\n"
PAGE = "/en/desk/upload"


def with_file(name, content, mapping=None, **fields):
    """A form with a file: the body, and its type."""
    boundary = "----tamga"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    content = content if isinstance(content, bytes) else content.encode()
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    if mapping is not None:
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="mapping"; filename="map.toml"\r\n\r\n{mapping}\r\n'.encode())
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Uploader(Browser):
    def upload(self, name, content, **fields):
        body, type = with_file(name, content, **({"form_token": token(self.ask(PAGE)[2]), "intent": "look"} | fields))
        request = urllib.request.Request(self.url + PAGE, body, {"Content-Type": type, "Origin": self.url})
        try:
            answer = self.opener.open(request, timeout=600)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode()

    def write(self, page, **more):
        kept = html.unescape(re.search('name="kept" value="([^"]+)"', page)[1])
        return self.ask(PAGE, {"form_token": token(page), "kept": kept, "intent": "write"} | more)


def workbook(tables):
    """An XLSX with texts in its cells: a sheet for each table, by its name."""
    def cell(row, column, text):
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{chr(ord("A") + column)}{row}" t="inlineStr"><is><t>{text}</t></is></c>'

    def sheet(rows):
        cells = "".join(f'<row r="{row}">' + "".join(cell(row, column, text) for column, text in enumerate(texts)) + "</row>" for row, texts in enumerate(rows, 1))
        return f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{packages}"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(tables, 1)) + "</sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{packages}">' + "".join(
            f'<Relationship Id="r{at}" Type="{relations}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in range(1, len(tables) + 1)) + "</Relationships>")
        for at, rows in enumerate(tables.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{at}.xml", sheet(rows))
    return out.getvalue()


def document(tables):
    """The same as ODS."""
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))

    def row(cells):
        return "<table:table-row>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{html.escape(one)}</text:p></table:table-cell>' for one in cells) + "</table:table-row>"

    sheets = "".join(f'<table:table table:name="{name}">' + "".join(map(row, rows)) + "</table:table>" for name, rows in tables.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}"><office:body>'
                         f"<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>")
    return out.getvalue()


def with_part(package, name, content):
    """A package with a part put in the place of its own of that name, packed as tightly as can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for one in before.namelist():
            archive.writestr(one, content if one == name else before.read(one))
    return out.getvalue()


class Uploads(Case):
    def setUp(self):
        super().setUp()
        os.environ["TAMGA_KEY_FILE"] = str(self.dir / "key")
        self.addCleanup(os.environ.pop, "TAMGA_KEY_FILE", None)
        self.succeed("import", self.write("r", **TABLES), "--db", self.db)
        for account, *role in (("ana", "party-editor", "--of", "kz"), ("sam", "secretariat"), ("olga", "operator")):
            subprocess.run([os.environ["TAMGA"], "account", "add", account, "--name", account.title(), "--role", *role, "--db", str(self.db)],
                           input=PASSWORD + "\n", check=True, capture_output=True, text=True, timeout=900)

    def title(self, server, id):
        status, _, body = server.get(f"/en/reports/{id}.json")
        return json.loads(body)["body"]["title"]["en"] if status == 200 else None

    def test_a_table_is_looked_at_and_then_written(self):
        with self.serving() as server:
            ana = Uploader(server).sign_in("ana")
            self.assertIn(PAGE, ana.ask("/en/desk")[2])
            status, page = ana.upload("reports.csv", GOOD)
            self.assertEqual(status, 200, page)
            self.assertRegex(page, "(?s)report:old.*changed.*report:fresh.*new")
            self.assertRegex(page, "(?s)title@en.*Old.*Mended &lt;b&gt;")
            self.assertNotIn("Mended <b>", page)
            self.assertEqual((self.title(server, "old"), self.title(server, "fresh")), ("Old", None), "nothing is written yet")
            self.assertEqual(ana.write(page, kept="AAAA")[0], 422)
            sam = Uploader(server).sign_in("sam")
            other = sam.ask(PAGE)[2]
            self.assertEqual(sam.write(page, form_token=token(other))[0], 422, "what one looked at another does not write")
            status, path, _ = ana.write(page)
            self.assertEqual((status, path), (200, "/en/desk"))
            self.assertEqual((self.title(server, "old"), self.title(server, "fresh")), ("Mended <b>", "Fresh"))
            told = json.loads(server.get("/en/reports/fresh.json")[2])
            self.assertEqual(told["version"]["author"], "account:ana for party:kz")
            # The same again changes nothing, and there is nothing to write.
            status, page = ana.upload("reports.csv", GOOD)
            self.assertEqual(status, 200)
            self.assertNotIn('name="kept"', page)
            self.assertIn("Records that stay as they are: 2", page)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def test_each_fault_stands_with_its_cell_and_nothing_is_written(self):
        with self.serving() as server:
            ana = Uploader(server).sign_in("ana")
            bad = "id,title@en,commitment,party,date\nold,Mended,road,kz,31.12.2025\nother,Of another,road,uz,2025\nlost,Lost,none,kz,2025\n"
            status, page = ana.upload("reports.csv", bad)
            self.assertEqual(status, 422)
            cells = {html.unescape(cell): html.unescape(fault) for cell, fault in re.findall('<tr><th scope="row">([^<]*)</th><td>([^<]*)</td>', page)}
            self.assertIn("31.12.2025", cells["reports.csv:2:5"])
            self.assertIn("only a party editor of uz", cells["reports.csv:3:1"])
            self.assertTrue(any(cell.startswith("reports.csv:4") for cell in cells), cells)
            self.assertNotIn('name="kept"', page)
            # Dates as people write them, where that is said.
            self.assertEqual(ana.upload("reports.csv", bad.split("other")[0], dates="dmy")[0], 200)
            self.assertEqual(self.title(server, "old"), "Old")
            # An operator writes nothing; a secretariat no party's word.
            for who in ("olga", "sam"):
                status, page = Uploader(server).sign_in(who).upload("reports.csv", GOOD)
                self.assertEqual(status, 422)
                self.assertIn("only a party editor of kz", page)
            for name, content, expected in (("reports.csv", "", 422), ("things.csv", GOOD, 422), ("reports.xlsx", b"PK no zip", 422), ("reports.exe", b"MZ", 422),
                                            ("../../reports.csv", b"\xff\xfe\x00", 422), ("x" * 200 + ".csv", GOOD, 422), ("reports.csv", b"id\n" + b"a" * (3 << 20), 413),
                                            ("activities.xml", b"<iati-activities/>", 422),
                                            ("reports.csv", "id,title@en,commitment,party\n" + "".join(f"r{n},T,road,kz\n" for n in range(2001)), 422)):
                self.assertEqual(ana.upload(name, content)[0], expected, name)
            self.assertEqual(ana.upload("reports.csv", GOOD, form_token="")[0], 403)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def test_a_workbook_and_activities(self):
        with self.serving() as server:
            ana, sam = Uploader(server).sign_in("ana"), Uploader(server).sign_in("sam")
            status, page = ana.upload("figures.xlsx", workbook({"reports": [GOOD.split()[0].split(","), ["old", "From a sheet", "road", "kz", "2025-01-02"]]}))
            self.assertEqual(status, 200, page)
            self.assertEqual(ana.write(page)[0], 200)
            self.assertEqual(self.title(server, "old"), "From a sheet")
            status, page = ana.upload("figures.xlsx", workbook({"reports": [["id", "title@en", "commitment", "party"], ["old", "T", "road", "uz"]]}))
            self.assertEqual(status, 422)
            self.assertIn("figures.xlsx, sheet reports", page)
            activities = (ROOT / "src/iati/check/fuzz/seeds/repeated.xml").read_bytes()
            status, page = sam.upload("activities.xml", activities, mechanism="m")
            self.assertIn(status, (200, 422), page)
            self.assertIn("activities.xml", page)

    def test_an_opendocument_is_read_as_a_workbook_is(self):
        with self.serving() as server:
            ana = Uploader(server).sign_in("ana")
            status, page = ana.upload("reports.ods", document({"reports": [GOOD.split()[0].split(","), ["old", "From <b> a document", "road", "kz", "2025-01-02"]]}))
            self.assertEqual(status, 200, page)
            self.assertEqual(ana.write(page)[0], 200)
            self.assertEqual(self.title(server, "old"), "From <b> a document")

    def test_what_swells_when_it_is_opened_is_refused_and_the_server_goes_on(self):
        rows = {"reports": [["id", "title@en", "commitment", "party"], ["old", "T", "road", "kz"]]}
        long = b"<a>" * 200_000
        entities = b'<!DOCTYPE iati-activities [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)) + b"]><iati-activities>&j;</iati-activities>"
        bombs = {"swells.xlsx": with_part(workbook(rows), "xl/worksheets/sheet1.xml", b" " * (400 << 20)),
                 "swells.ods": with_part(document(rows), "content.xml", b" " * (400 << 20)),
                 "deep.xlsx": with_part(workbook(rows), "xl/worksheets/sheet1.xml", long), "deep.xml": long, "entities.xml": entities,
                 "entities.xlsx": with_part(workbook(rows), "xl/worksheets/sheet1.xml", entities),
                 "repeated.ods": with_part(document(rows), "content.xml", zipfile.ZipFile(io.BytesIO(document(rows))).read("content.xml").replace(
                     b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="99999999" ')),
                 "columns.csv": b"id" + b",a" * 500_000 + b"\n", "quotes.csv": b'id,title@en\n"' + b'""' * 500_000}
        with self.serving() as server:
            ana, sam = Uploader(server).sign_in("ana"), Uploader(server).sign_in("sam")
            for name, content in bombs.items():
                self.assertLess(len(content), 2 << 20, "it comes in")
                status, page = (sam if name.endswith(".xml") else ana).upload(name, content, mechanism="m")
                self.assertIn(status, (200, 422) if name == "columns.csv" else (422,), (name, page[-600:]))
                self.assertNotIn('value="write"', page, name)
                self.assertLess(len(page), 2 * len(content) + 500_000, name)
                self.assertEqual(server.get("/en/parties/kz")[0], 200, name)
            # JSON as deep, by the way that programs come.
            page = ana.ask("/en/desk/account")[2]
            page = ana.ask("/en/desk/account", {"form_token": token(page), "action": "token", "title": "T", "scope": "write", "mechanism": "", "days": "1"})[2]
            key = html.unescape(re.search('shown-once">([^<]+)<', page)[1])
            for body in (b"[" * 500_000, b'{"entry":' * 100_000, b'{"entry":1e999999999}', b'{"entry":"' + b"\\ud800" * 1000 + b'"}', b"\xff" * 1000):
                request = urllib.request.Request(server.url + "/api/v1/seals", body, {"Authorization": f"Bearer {key}"})
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(request, timeout=600)
                self.assertIn(refused.exception.code, (400, 403, 413, 422), body[:20])
            self.assertEqual(server.get("/en/parties/kz")[0], 200)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def fields(self, page):
        """What the form about a table's columns would send as it stands."""
        form = re.search('(?s)<form class="desk-form mapping-form".*?</form>', page)[0]
        out = {html.unescape(name): html.unescape(value) for name, value in re.findall('<input[^>]* name="([^"]+)"(?! value="(?:yes|pass-over)")[^>]* value="([^"]*)"', form)}
        for name, inside in re.findall('(?s)<select[^>]* name="([^"]+)">(.*?)</select>', form):
            chosen = re.search('value="([^"]*)" selected', inside) or re.search('value="([^"]*)"', inside)
            out[name] = html.unescape(chosen[1])
        return out

    def figures(self, server):
        rows = csv.DictReader(io.StringIO(server.get("/en/observations.csv")[2].decode()))
        return {row["id"]: row.get("value") or row["missing"] for row in rows}

    def test_what_a_table_lacks_is_asked_in_the_words_of_the_form(self):
        with self.serving() as server:
            ana = Uploader(server).sign_in("ana")
            status, page = ana.upload("figures.csv", "Partner,First,Second\nUZ,a,b\n")
            self.assertEqual(status, 422, page)
            self.assertEqual(re.findall('<p class="note" role="alert"><span>(.*?)</span>', page),
                             ["Say which column tells the period.", "Say which column holds the values."])

    def test_a_table_of_figures_is_guessed_shown_corrected_and_written(self):
        self.succeed("import", self.write("s", series="id,title@en,indicator,flow,area,partner,unit,reporter\nin,In,goods,imports,kz,uz,USD,kz\nout,Out,goods,exports,kz,uz,USD,kz\n"), "--db", self.db)
        table = "Reporter,Flow,Partner,Year,Value\nKZ,Import,Uzbekistan,2024,\"1,234.5\"\nKZ,Export,Uzbekistan,2024,n/a\nKZ,Import,Uzbekistan,2025,7\n"
        with self.serving() as server:
            ana = Uploader(server).sign_in("ana")
            status, page = ana.upload("figures.csv", table)
            self.assertEqual(status, 200, page)
            sent = self.fields(page)
            self.assertEqual((sent["layout"], sent["column-0"], sent["column-3"], sent["column-4"], sent["thousands"], sent["not-available"]),
                             ("table", "series", "period", "value", ",", "n/a"))
            self.assertEqual({sent[f"key-{n}"]: sent[f"of-{n}"] for n in range(2)}, {"KZ / Import / Uzbekistan": "in", "KZ / Export / Uzbekistan": "out"})
            self.assertRegex(page, r"1,234\.5<span class=\"also\">2024: 1,?234\.5 \(in\)")
            self.assertIn("2024: Not available (out)", page)
            for language, words in (("zh", "数据表"), ("ru", "таблица показателей"), ("fr", "tableau de chiffres")):
                self.assertIn(words, ana.ask(f"/{language}/desk/upload")[2])
            # Corrected wrongly, each fault stands in its cell, and the correction stays.
            status, _, page = ana.ask(PAGE, sent | {"intent": "map", "thousands": "", "of-1": "nothing"})
            self.assertEqual(status, 422)
            self.assertRegex(page, r'(?s)<td class="is-wrong">1,234\.5<span class="fault" lang="en">&#39;1,234\.5&#39; is no number|<td class="is-wrong">1,234\.5<span class="fault" lang="en">.1,234\.5. is no number')
            self.assertIn("the register has no series", page)
            self.assertEqual(self.fields(page)["of-1"], "nothing")
            # The mapping is a file that the command line takes too.
            status, _, toml = ana.ask(PAGE, sent | {"intent": "download", "form_token": token(page)})
            self.assertEqual(status, 200)
            self.assertIn('"KZ / Import / Uzbekistan" = "in"', toml)
            (self.dir / "map.toml").write_text(toml, encoding="utf-8")
            (self.dir / "figures.csv").write_text(table, encoding="utf-8")
            self.assertIn("3 new", tamga("import", self.dir / "figures.csv", "--mapping", self.dir / "map.toml", "--dry-run", "--db", self.db)[1])
            # What would come of it, and then it is written.
            status, _, page = ana.ask(PAGE, sent | {"intent": "rehearse"})
            self.assertEqual(status, 200, page)
            self.assertRegex(page, "(?s)observation:in-2024.*new")
            self.assertEqual(self.figures(server), {})
            self.assertEqual(ana.write(page)[0], 200)
            self.assertEqual(self.figures(server), {"in-2024": "1234.5", "in-2025": "7", "out-2024": "not-available"})
            # With the mapping beside it, next month's table; what differs is told field by field.
            status, page = ana.upload("figures.csv", table.replace("n/a", "5"), mapping=toml)
            self.assertEqual(status, 200)
            status, _, page = ana.ask(PAGE, self.fields(page) | {"intent": "rehearse"})
            self.assertRegex(page, '(?s)observation:out-2024.*changed.*<th scope="row">value</th><td></td><td>5</td>.*<th scope="row">missing</th><td>not-available</td><td></td>')
            # From there the mapping can be changed.
            kept = html.unescape(re.findall('name="kept" value="([^"]+)"', page)[-1])
            again = ana.ask(PAGE, {"form_token": token(page), "kept": kept, "intent": "remap"})[2]
            self.assertEqual((self.fields(again)["of-0"], self.fields(again)["of-1"]), ("in", "out"))
            # Nobody writes another's figures by it.
            olga = Uploader(server).sign_in("olga")
            page = olga.upload("figures.csv", table)[1]
            status, _, page = olga.ask(PAGE, self.fields(page) | {"intent": "rehearse"})
            self.assertEqual(status, 200, "all of it stands already")
            page = olga.upload("figures.csv", table.replace("7", "8"))[1]
            status, _, page = olga.ask(PAGE, self.fields(page) | {"intent": "rehearse"})
            self.assertEqual(status, 422)
            self.assertIn("figures.csv:4:5", page)
        self.assertIn("all agree", self.succeed("verify", "--db", self.db))

    def test_what_changed_meanwhile_is_looked_at_again(self):
        with self.serving() as server:
            ana, other = Uploader(server).sign_in("ana"), Uploader(server).sign_in("ana")
            page = ana.upload("reports.csv", GOOD)[1]
            self.assertEqual(other.write(other.upload("reports.csv", GOOD.replace("Fresh", "Fresher"))[1])[0], 200)
            status, _, page = ana.write(page)
            self.assertEqual((status, self.title(server, "fresh")), (409, "Fresher"))
            self.assertRegex(page, "(?s)Fresher.*Fresh")
            # What somebody wrote that has nothing to do with it changes nothing.
            self.assertEqual(other.write(other.upload("updates.csv", "id,title@en,date,party\nnews,News,2025-01-01,kz\n")[1])[0], 200)
            self.assertEqual(ana.write(page)[0], 200)
            self.assertEqual(self.title(server, "fresh"), "Fresh")


if __name__ == "__main__":
    unittest.main()
