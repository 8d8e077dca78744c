"""Workbooks of spreadsheets, XLSX and ODS, as other programs write them, imported from end to end."""
import csv
import datetime
import io
import pathlib
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, Case, tamga  # noqa: E402

# Debian's python3-openpyxl and python3-odf, whichever interpreter runs this.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    import odf.opendocument
    import odf.table
    import odf.teletype
    import odf.text
    import openpyxl
except ImportError:
    openpyxl = None

NONE_IS_READ = "none of its sheets has a name that is read; call sheets by what they hold: "
PARTIES = [["id", "title@en", "type"], ["cn", "China", "state"], ["kz", "Kazakhstan", "state"]]
COMMITMENTS = ["id", "title@en", "by", "target", "due"]


def tables_of(folder):
    """The CSV files of a register folder, by the names of sheets."""
    return {path.stem: list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))) for path in sorted(folder.glob("*.csv"))}


def write_xlsx(path, tables):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # "=1+1" as a text
    book.save(path)


def ods_cell(value):
    if isinstance(value, str):
        cell = odf.table.TableCell(valuetype="string")
        for line in value.split("\n"):
            paragraph = odf.text.P()
            odf.teletype.addTextToElement(paragraph, line)
            cell.addElement(paragraph)
        return cell
    if isinstance(value, bool):
        return odf.table.TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, datetime.date):
        return odf.table.TableCell(valuetype="date", datevalue=value.isoformat())
    return odf.table.TableCell(valuetype="float", value=repr(value)) if value is not None else odf.table.TableCell()


def write_ods(path, tables):
    document = odf.opendocument.OpenDocumentSpreadsheet()
    for name, rows in tables.items():
        table = odf.table.Table(name=name)
        for row in rows:
            element = odf.table.TableRow()
            for value in row:
                element.addElement(ods_cell(value))
            table.addElement(element)
        document.spreadsheet.addElement(table)
    document.save(path)


FORMS = {"book.xlsx": write_xlsx, "book.ods": write_ods}


@unittest.skipUnless(openpyxl, "python3-openpyxl or python3-odf is not there: run ./setup --tests")
class Workbooks(Case):
    def refuse(self, *arguments):
        """An import that must fail, and write nothing; gives what it says."""
        status, out, err = tamga("import", *arguments, "--db", self.dir / "refused.db")
        self.assertEqual((status, out), (1, ""), err)
        status, out, err_of_verify = tamga("verify", "--db", self.dir / "refused.db")
        self.assertRegex(out + err_of_verify, "there is no register|0 entries")
        return err

    def exported(self, database, name):
        folder = self.dir / name
        self.succeed("export", "--to", folder, "--db", database)
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_the_shipped_register_comes_out_the_same_to_the_byte(self):
        self.succeed("import", REGISTER, "--db", self.db)
        meant = self.exported(self.db, "csv")
        self.assertGreater(len(meant), 10)
        tables = tables_of(REGISTER)
        for name, write in FORMS.items():
            with self.subTest(name):
                folder = self.dir / f"of-{name}"
                folder.mkdir()
                write(folder / name, tables)
                if (REGISTER / "files").is_dir():
                    (folder / "files").symlink_to(REGISTER / "files")
                database = self.dir / f"{name}.db"
                self.succeed("import", folder, "--db", database)
                self.assertEqual(self.exported(database, f"out-{name}"), meant)
                self.assertIn(" 0 new, 0 changed", " " + self.succeed("import", folder, "--db", database))

    def test_numbers_and_days_are_read_as_they_are_seen(self):
        rows = [COMMITMENTS,
                ["a", "One", "cn", 0.1 + 0.2, datetime.date(2025, 6, 17)],
                ["b", "Two", "cn", 1500000000, datetime.date(1900, 1, 1)],
                ["c", "Three", "cn", 1.1, "2025-06"],
                ["d", 2025, "cn", None, datetime.date(2025, 6, 1)]]
        meant = ("id,title@en,by,target,due\r\na,One,cn,0.3,2025-06-17\r\nb,Two,cn,1500000000,1900-01-01\r\n"
                 "c,Three,cn,1.1,2025-06\r\nd,2025,cn,,{last}\r\n")
        for name, write in FORMS.items():
            with self.subTest(name):
                path = self.dir / name
                write(path, {"parties": PARTIES, "commitments": rows})
                last = "2025-06-01"
                if name == "book.xlsx":
                    # What Excel makes of 2025-06, and how it counts days on an old Macintosh.
                    book = openpyxl.load_workbook(path)
                    book["commitments"]["E5"].number_format = "mmm-yy"
                    book.save(path)
                    last = "2025-06"
                database = self.dir / f"{name}.db"
                status, _, err = tamga("import", path, "--db", database)
                self.assertEqual(status, 0, err)
                self.assertEqual(self.exported(database, f"out-{name}")[pathlib.Path("commitments.csv")].decode(),
                                 meant.format(last=last))

    def test_the_date_system_of_1904(self):
        path = self.dir / "book.xlsx"
        book = openpyxl.Workbook()
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet = book.active
        sheet.title = "parties"
        for row in PARTIES:
            sheet.append(row)
        other = book.create_sheet("commitments")
        other.append(COMMITMENTS)
        other.append(["a", "One", "cn", None, datetime.date(2025, 6, 17)])
        book.save(path)
        self.succeed("import", path, "--db", self.db)
        self.assertIn("a,One,cn,2025-06-17\r\n", self.exported(self.db, "out")[pathlib.Path("commitments.csv")].decode())

    def test_errors_stand_where_a_spreadsheet_shows_them(self):
        rows = [COMMITMENTS, ["a", "One", "cn", "soon", "x"], ["b", "Two", "nobody", 1, datetime.datetime(2025, 6, 17, 14, 30)]]
        rows += [[f"c{number}", "More", "cn", "soon", None] for number in range(3)]
        path = self.dir / "book.xlsx"
        write_xlsx(path, {"parties": PARTIES, "commitments": rows})
        err = self.refuse(path)
        place = f"{path}, sheet commitments, "
        self.assertIn(f"{place}C3: ", err)
        self.assertIn(f"{place}E2: ", err)
        self.assertIn(f"{place}E3: the cell holds a time of day too: 2025-06-17 14:30; write the day alone\n", err)
        self.assertRegex(err, "D2: target: [^\n]*, and 3 more like it in this column \\(rows 4, 5, 6\\)")
        book = openpyxl.load_workbook(path)
        book["commitments"]["D2"] = "#DIV/0!"
        book["commitments"]["D2"].data_type = "e"
        book["commitments"]["A3"] = "#N/A"
        book["commitments"]["A3"].data_type = "e"
        book.save(path)
        err = self.refuse(path)
        self.assertIn(f"{place}D2: the cell holds the error #DIV/0!; correct its formula, or empty the cell\n", err)
        self.assertIn(f"{place}A3: the cell holds the error #N/A", err)
        self.assertNotIn("has no id", err)

    def test_other_sheets_are_passed_over_with_a_word(self):
        for name, write in FORMS.items():
            with self.subTest(name):
                path = self.dir / name
                write(path, {"Notes": [["read me"]], "parties": PARTIES, "Legend": [["x"]]})
                status, out, err = tamga("import", path, "--db", self.dir / f"{name}.db")
                self.assertEqual(status, 0, err)
                self.assertIn("2 new", out)
                self.assertEqual(len(err.splitlines()), 1)
                self.assertTrue(err.startswith(f"{path}, sheets 'Notes', 'Legend': passed over; only sheets with these names are read: "
                                               "sources, "), err)
                self.assertIn(", commitments, ", err)
                self.assertIn(", redirects\n", err)
                write(path, {"Notes": [["read me"]]})
                self.assertIn(f"{path}: {NONE_IS_READ}", self.refuse(path))

    def test_workbooks_stand_beside_csv_files(self):
        folder = self.write("r", centres="id,title@en,type,country\nhub,Hub,platform,cn\n")
        write_ods(folder / "book.ods", {"parties": PARTIES, "redirects": [["kind", "from", "to"], ["party", "prc", "cn"]]})
        (folder / ".~lock.book.ods#").write_text("somebody")
        status, out, err = tamga("import", folder, "--db", self.db)
        self.assertEqual((status, err), (0, f"{folder}/.~lock.book.ods#: passed over; an editor or a spreadsheet left it there\n"))
        self.assertIn("3 new", out)
        self.assertIn("party,prc,cn", self.exported(self.db, "out")[pathlib.Path("redirects.csv")].decode())
        # A sheet with nothing but the names of columns stands for a kind without records; one of nothing is a slip.
        write_ods(folder / "only.ods", {"centres": [["id", "title@en"]]})
        self.assertIn("1 withdrawn", self.succeed("import", folder / "only.ods", "--withdraw-missing", "--yes", "--db", self.db))
        (folder / "only.ods").unlink()
        write_ods(folder / "book.ods", {"parties": [], "centres": [["id", "title@en"]]})
        self.assertIn(f"{folder}/book.ods, sheet parties, A1: the sheet is empty", self.refuse(folder))

    def test_hostile_files_are_refused_in_one_sentence(self):
        good = self.dir / "good.xlsx"
        write_xlsx(good, {"parties": PARTIES})
        with zipfile.ZipFile(good) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"

        def with_sheet(content):
            path = self.dir / "other.xlsx"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, kept in parts.items():
                    archive.writestr(name, content if name == sheet else kept)
            return path.read_bytes()

        bytes_ = good.read_bytes()
        bomb = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b" " * (100 << 20))
        entities = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]>' + parts[sheet]
        cases = {
            "none.xlsx": (b"id,title@en\r\n", "it is not a workbook"),
            "empty.ods": (b"", "it is not a workbook"),
            "old.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "it is encrypted, or in the form of Excel before 2007"),
            "cut.xlsx": (bytes_[: len(bytes_) // 2], "the workbook is damaged"),
            "bomb.xlsx": (with_sheet(bomb), "more than 64 MiB come out of this file"),
            "entities.xlsx": (with_sheet(entities), "it declares a document type"),
            "torn.xlsx": (with_sheet(parts[sheet][:-20]), "its XML is not well-formed"),
        }
        for name, (content, what) in cases.items():
            with self.subTest(name):
                path = self.dir / name
                path.write_bytes(content)
                err = self.refuse(path)
                self.assertEqual(len(err.splitlines()), 1, err)
                self.assertIn(what, err)
                self.assertIn(str(path), err)
        # Rows before the fault were good; none of them is written.
        self.succeed("import", good, "--db", self.db)
        self.assertIn("2 entries checked", self.succeed("verify", "--db", self.db))


if __name__ == "__main__":
    unittest.main()
