"""What every page of a record of the shipped register says, as its readers would proofread it: no key of a record where a name belongs, no
billion with all its digits, no stop set twice, nothing half-width in Chinese."""
import concurrent.futures
import html
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Served  # noqa: E402

BILLION = re.compile(r"\d(?:[,.\u00a0\u202f]\d{3}){3}")
TWICE = re.compile(r"(?<![.。])[.。]\s?[.。](?!\.)|, ?,|，，|、、")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?](?=[\s\u4e00-\u9fff])")


def said(page):
    """What a reader sees within the page's main part: a line a paragraph, a cell, a name."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    main = re.sub(r"<(svg|script)\b.*?</\1>", "", main, flags=re.DOTALL)
    main = re.sub(r"</?(?:p|div|section|h\d|li|ul|ol|dl|dt|dd|table|caption|tr|t[dh]|summary|details|option|label|blockquote|figcaption)\b[^>]*>", "\n", main)
    return html.unescape(re.sub(r"<[^>]+>", "", main))


class Wording(Served):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = {kind: [record["id"] for record in json.loads(cls.server.get(f"/en/{kind}.json?first=all")[2])["records"]]
                       for kind in json.loads(cls.server.get("/en/index.json")[2])["counts"]}

    def faults(self, language):
        # Of several parts, so that no text could hold it by chance; sources are cited with their addresses.
        ids = {record for kind, records in self.records.items() if kind != "sources" for record in records if record.count("-") > 1}
        keys = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, sorted(ids, reverse=True)))})(?![\w-])")
        wrong = {"a key": keys, "all digits of a billion": BILLION, "a stop set twice": TWICE}
        if language == "zh":
            wrong["half-width punctuation"] = HALF_WIDTH

        def of_page(target):
            status, _, body = self.server.get(target)
            self.assertEqual(status, 200, target)
            text = said(body.decode())
            return [f"{target}: {what}: …{text[max(0, found.start() - 30):found.end() + 20]!r}"
                    for what, pattern in wrong.items() for found in pattern.finditer(text)]
        targets = [f"/{language}/{kind}/{record}" for kind, records in self.records.items() if kind != "sources" for record in records]
        targets += [f"/{language}/{kind}" for kind in self.records if kind != "sources"]
        targets += [f"/{language}{page}" for page in ("/", "/about", "/status-rules", "/mechanisms/china-central-asia/trade")]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return len(targets), [fault for faults in pool.map(of_page, targets) for fault in faults]

    def test_english_pages_read_as_written_by_a_person(self):
        pages, faults = self.faults("en")
        self.assertGreater(pages, 1000)
        self.assertEqual(faults, [])

    def test_chinese_pages_too(self):
        self.assertEqual(self.faults("zh")[1], [])

    def test_russian_pages_too(self):
        self.assertEqual(self.faults("ru")[1], [])


if __name__ == "__main__":
    unittest.main()
