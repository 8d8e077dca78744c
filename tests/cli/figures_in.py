"""Tables of figures into a register by a mapping, and out of it as SDMX-CSV, by the command line."""
import csv
import io
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, Case, tamga  # noqa: E402

SERIES = "trade-cn-to-kz-gacc"
MAPPING = f"""
source = "s"
[columns]
period = "Month"
value = "Value"
[series]
every = "{SERIES}"
"""


class FiguresIn(Case):
    def setUp(self):
        super().setUp()
        self.succeed("import", REGISTER, "--db", self.db)
        self.mapping = self.put("map.toml", MAPPING.replace('source = "s"\n', ""))

    def put(self, name, text):
        path = self.dir / name
        path.write_text(text, encoding="utf-8")
        return path

    def take(self, table, *more, mapping=None):
        return tamga("import", self.put("figures.csv", table), "--mapping", mapping or self.mapping, "--db", self.db, *more)

    def test_takes_a_table_and_shows_first_what_it_would_write(self):
        table = "Month,Value\n2031-01,5.25\n2031-01/2031-11,60\n"
        status, out, err = self.take(table, "--dry-run")
        self.assertEqual(status, 0, err)
        self.assertIn(f"new       observation:{SERIES}-2031-01", out)
        self.assertIn("would be: 2 new", out)
        status, out, err = self.take(table)
        self.assertEqual(status, 0, err)
        self.assertIn("2 new, 0 changed", out)
        # Once more nothing changes; with another value the same figure has a new version.
        self.assertIn("0 new, 0 changed, 2 unchanged", self.take(table)[1])
        self.assertIn("0 new, 1 changed", self.take("Month,Value\n2031-01,5.5\n")[1])

    def test_tells_each_error_with_row_and_column_and_writes_nothing(self):
        status, out, err = self.take("Month,Value\n2031-13,5\n2031-02,five\n2031-03,1.2E+09\n")
        self.assertEqual((status, out), (1, ""))
        for told in ("figures.csv:2:1: '2031-13' is no period", "figures.csv:3:2: 'five' is no number",
                     "figures.csv:4:2: '1.2E+09' is no number", "3 errors; nothing was written"):
            self.assertIn(told, err)

    def test_refuses_what_contradicts_itself_and_names_both_rows(self):
        status, _, err = self.take("Month,Value\n2031-01,5\n2031-01,6\n")
        self.assertEqual(status, 1)
        self.assertIn("figures.csv:3:2: it says 6", err)
        self.assertIn("row 2, column 2 says 5", err)

    def test_says_where_a_mapping_is_wrong(self):
        wrong = self.put("wrong.toml", MAPPING.replace("value", "valu"))
        status, _, err = self.take("Month,Value\n", mapping=wrong)
        self.assertEqual(status, 1)
        self.assertIn("wrong.toml:5:1", err)
        self.assertIn("there is no column 'valu' to be named", err)

    def test_guesses_a_mapping_that_is_read_again(self):
        table = self.put("figures.csv", f"Series,Year,Value\n{SERIES},2031,5\n{SERIES},2032,..\n")
        guess = self.succeed("figures", "mapping", table)
        self.assertIn('period = "Year"', guess)
        self.assertIn('by = ["Series"]', guess)
        self.assertIn('not-available = [".."]', guess)

    def test_what_is_missing_is_kept_with_why_and_goes_out_and_in(self):
        mapping = self.put("missing.toml", self.mapping.read_text() + '[missing]\nnot-available = [".."]\nconfidential = "c"\nnil = "-"\n')
        status, out, err = self.take("Month,Value\n2031,..\n2032,c\n2033,-\n", mapping=mapping)
        self.assertEqual(status, 0, err)
        self.assertIn("3 new", out)
        self.assertIn("1 of them without a value: confidential", err)
        rows = csv.DictReader(io.StringIO(self.succeed("figures", "export", SERIES, "--db", self.db)))
        told = {row["TIME_PERIOD"]: (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"]) for row in rows}
        self.assertEqual([told[year] for year in ("2031", "2032", "2033")], [("", "O", "F"), ("", "Q", "C"), ("0", "A", "F")])
        table = self.succeed("figures", "export", SERIES, "--db", self.db)
        by_id = self.put("ids.toml", '[series]\nby = ["SERIES"]\n')
        self.assertIn("0 new, 0 changed", self.take(table, mapping=by_id)[1])
        # A folder that is written and read again says the same.
        self.succeed("export", "--to", self.dir / "copy", "--db", self.db)
        with (self.dir / "copy" / "observations.csv").open(newline="") as file:
            held = {row["id"]: (row["value"], row["missing"]) for row in csv.DictReader(file)}
        self.assertEqual(held[f"{SERIES}-2032"], ("", "confidential"))
        self.assertEqual(held[f"{SERIES}-2033"], ("0", ""))
        self.assertIn("0 new, 0 changed", self.succeed("import", self.dir / "copy", "--db", self.db))
        # What is told later is a new version, without the reason.
        self.assertIn("0 new, 1 changed", self.take("Month,Value\n2032,7\n", mapping=mapping)[1])
        status, _, err = tamga("import", self.put("observations.csv", f"id,series,period,value,missing\nx,{SERIES},2031,5,confidential\n"), "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("there is a value beside it", err)

    def test_figures_go_out_as_a_workbook_that_is_read_again(self):
        path = self.dir / "out.xlsx"
        with path.open("wb") as file:
            done = subprocess.run([os.environ["TAMGA"], "figures", "export", "trade-cn-to-kg-gacc", SERIES, "--format", "xlsx", "--db", str(self.db)],
                                  stdout=file, stderr=subprocess.PIPE, text=True, timeout=900)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with (REGISTER / "observations.csv").open(encoding="utf-8-sig", newline="") as file:
            held = sum(row["series"] in ("trade-cn-to-kg-gacc", SERIES) for row in csv.DictReader(file))
        self.assertIn(f"0 new, 0 changed, {held} unchanged", self.succeed("import", path, "--db", self.db))

    def test_what_goes_out_as_sdmx_csv_comes_in_as_it_was(self):
        by_id = self.put("ids.toml", '[series]\nby = ["SERIES"]\n')
        for version, first in (("1.0", "DATAFLOW"), ("2.0", "STRUCTURE")):
            table = self.succeed("figures", "export", "trade-cn-to-kg-gacc", "trade-total-c5-cn-cited", "--format",
                                 f"sdmx-csv-{version}", "--db", self.db)
            rows = list(csv.DictReader(io.StringIO(table)))
            self.assertEqual(next(iter(rows[0])), first)
            self.assertIn("2023-S1", {row["TIME_PERIOD"] for row in rows})
            self.assertIn("over", {row["QUALIFIER"] for row in rows})
            # A locator is not told: a source stays as it was.
            status, out, err = self.take(table, "--dry-run", mapping=by_id)
            self.assertEqual(status, 0, err)
            self.assertIn("0 new", out)


if __name__ == "__main__":
    unittest.main()
