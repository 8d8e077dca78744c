"""A second reckoning of totals: from docs/iati-totals.md and the generated files alone, with none of the program's code.

TAMGA names the program, TAMGA_MUTATIONS how many activities are generated (500).
"""
import collections
import csv
import datetime
import fractions
import io
import json
import os
import pathlib
import random
import re
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import Case, tamga  # noqa: E402

Fraction = fractions.Fraction
GIVES = {"3": "payments", "4": "payments", "2": "commitments", "12": "pledges"}
RECEIVES = {"1": "payments", "11": "commitments", "13": "pledges"}
REASONS = ["in_another_copy", "in_another_report", "at_children", "at_level_below", "at_provider", "at_receiver"]


# Reading a file, as the page's last sections say.

def rounded(number, places):
    """Half away from zero."""
    scaled = abs(number) * 10 ** places
    whole = int(scaled + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole, 10 ** places)


def decimal(text, places):
    text = (text or "").strip(" \t\r\n")
    match = re.fullmatch(r"[+-]?0*(\d*)(?:\.(\d*))?", text)
    if not match or not re.search(r"\d", text) or len(match[1]) > 20:
        return None
    return rounded(Fraction(re.sub(r"\.$", "", text)), places)


def attribute(node, name):
    return (node.get(name) or "").strip(" \t\r\n") if node is not None else ""


def year_and_day(text):
    """The row's year, and what transactions are ordered by."""
    if not text:
        return "not stated", (2, "")
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", text)
    try:
        return (match[1][:4], (0, datetime.date.fromisoformat(match[1]).isoformat())) if match else ("not a date", (1, ""))
    except ValueError:
        return "not a date", (1, "")


def vocabulary(node):
    return attribute(node, "vocabulary") or "1"


def shares(stated, others, countries):
    """Codes and percentages of an activity; the same code is one."""
    if not stated:
        return {"only in another vocabulary" if others else "not stated": Fraction(100)}
    said = [attribute(node, "percentage") for _, node in stated]
    if len(stated) == 1 and not said[0] and not (countries and others):
        return {stated[0][0] or "not stated": Fraction(100)}
    numbers = [decimal(text, 16) for text in said]
    if any(number is None or not 0 <= number <= 100 for number in numbers):
        return {"not attributed": Fraction(100)}
    sums = [{}]
    if countries:
        for name in sorted({vocabulary(node) for node in others}):
            more = sum((decimal(attribute(node, "percentage"), 16) or 0 for node in others if vocabulary(node) == name
                        and 0 <= (decimal(attribute(node, "percentage"), 16) or 0) <= 100), Fraction(0))
            sums.append({"only in another vocabulary": more})
    for more in sums:
        if rounded(sum(numbers) + sum(more.values()), 4) == 100:
            made = collections.defaultdict(Fraction)
            for (code, _), number in zip(stated, numbers):
                made[code or "not stated"] += number
            for code, number in more.items():
                made[code] += number
            return dict(made)
    return {"not attributed": Fraction(100)}


def split(amount, parts):
    made = {code: rounded(amount * percentage / 100, 8) for code, percentage in parts.items()}
    largest = max(parts, key=parts.get)  # the first of equal ones
    made[largest] += amount - sum(made.values())
    return made


class Transaction:
    def __init__(self, activity, node, default, sector_vocabulary):
        def child(name):
            return node.find(name)
        self.activity = activity
        self.type = attribute(child("transaction-type"), "code")
        self.year, self.day = year_and_day(attribute(child("transaction-date"), "iso-date"))
        value = child("value")
        self.currency = (attribute(value, "currency") or default).upper()
        self.amount = decimal("".join(value.itertext()), 8) if value is not None else None
        way = "provider" if self.type in RECEIVES else "receiver"
        self.named = attribute(child(way + "-org"), way + "-activity-id")
        self.kind = (GIVES.get(self.type) and ("gives", GIVES[self.type])) or (
            RECEIVES.get(self.type) and ("receives", RECEIVES[self.type])) or ("other", self.type)
        self.rest = self.amount
        self.left = {}
        self.countries = self.own_country(node) or activity.countries
        self.sectors = self.own_sector(node, sector_vocabulary) or activity.sectors

    def own_country(self, node):
        codes = {attribute(one, "code").upper() for one in node.findall("recipient-country")}
        if codes:
            return {(codes.pop() or "not stated") if len(codes) == 1 else "not attributed": Fraction(100)}
        return self.own(node.findall("recipient-region"), "1", self.activity.countries)

    def own_sector(self, node, sector_vocabulary):
        return self.own(node.findall("sector"), sector_vocabulary, self.activity.sectors)

    @staticmethod
    def own(nodes, wanted, of_activity):
        codes = {attribute(one, "code") for one in nodes if vocabulary(one) == wanted}
        if codes:
            return {(codes.pop() or "not stated") if len(codes) == 1 else "not attributed": Fraction(100)}
        if nodes and of_activity == {"not stated": 100}:
            return {"only in another vocabulary": Fraction(100)}
        return None

    def leave(self, why, amount):
        self.left[why] = self.left.get(why, 0) + amount
        self.rest -= amount


class Activity:
    def __init__(self, node, sector_vocabulary):
        identifier = node.find("iati-identifier")
        self.identifier = "".join(identifier.itertext()).strip(" \t\r\n") if identifier is not None else ""
        self.organisation = attribute(node.find("reporting-org"), "ref")
        level = node.get("hierarchy")
        self.level = 1 if level is None else int(level.strip()) if re.fullmatch(r"\s*[0-9]{1,9}\s*", level) else 0
        self.relations = [(attribute(one, "type"), attribute(one, "ref")) for one in node.findall("related-activity")]
        regions = node.findall("recipient-region")
        self.countries = shares([(attribute(one, "code").upper(), one) for one in node.findall("recipient-country")] +
                                [(attribute(one, "code"), one) for one in regions if vocabulary(one) == "1"],
                                [one for one in regions if vocabulary(one) != "1"], True)
        sectors = node.findall("sector")
        self.sectors = shares([(attribute(one, "code"), one) for one in sectors if vocabulary(one) == sector_vocabulary],
                              [one for one in sectors if vocabulary(one) != sector_vocabulary], False)
        default = attribute(node, "default-currency")
        self.transactions = [Transaction(self, one, default, sector_vocabulary) for one in node.findall("transaction")]


# The rules.

def net(transactions):
    return sum((one.rest for one in transactions), Fraction(0))


def leave_out(much, transactions, why, before=lambda one: 0):
    if much <= 0:
        return
    for one in transactions:
        if one.rest < 0:
            much -= one.rest
            one.leave(why, one.rest)
    for one in sorted(transactions, key=lambda one: (before(one), one.day, one.place)):
        part = min(much, one.rest)
        if part > 0:
            one.leave(why, part)
            much -= part
    assert much == 0, "never more than the net"


class Reckoning:
    def __init__(self, text, sector_vocabulary="1"):
        root = xml.etree.ElementTree.fromstring(text)
        self.activities = [Activity(node, sector_vocabulary) for node in root.findall("iati-activity")]
        self.all = [one for activity in self.activities for one in activity.transactions]
        for place, one in enumerate(self.all):
            one.place = place
        self.good = [one for one in self.all if one.amount is not None]
        self.copies()
        self.reports()
        self.families()
        self.levels()
        for currency in {one.currency for one in self.good}:
            mine = [one for one in self.good if one.currency == currency and not one.gone]
            for kind in {one.kind for one in mine if one.kind[0] == "other"}:
                self.up([one for one in mine if one.kind == kind])
            for stage in ("payments", "commitments", "pledges"):
                self.stage([one for one in mine if one.kind == ("gives", stage)],
                           [one for one in mine if one.kind == ("receives", stage)])

    def copies(self):
        """Rule 1. Afterwards self.one[activity] is the activity that stands for it and its copies."""
        first, self.one, counted = {}, {}, {}
        for activity in self.activities:
            home = first.setdefault(activity.identifier, activity) if activity.identifier else activity
            self.one[activity] = home
            here = collections.Counter()
            for transaction in activity.transactions:
                transaction.gone = transaction.amount is None
                if transaction.gone:
                    continue
                same = (home, transaction.type, transaction.day, transaction.currency, transaction.amount, transaction.named)
                here[same] += 1
                if here[same] <= counted.get(same, 0):
                    transaction.leave("in_another_copy", transaction.amount)
                    transaction.gone = True
            for same, count in here.items():
                counted[same] = max(counted.get(same, 0), count)
        self.first = first

    def reports(self):
        """Rule 2. Afterwards self.one joins those that are one as well."""
        groups = {activity: {activity} for activity in set(self.one.values())}
        for activity in self.activities:
            for kind, ref in activity.relations:
                if kind == "5" and ref in self.first:
                    joined = groups[self.one[activity]] | groups[self.first[ref]]
                    for member in joined:
                        groups[member] = joined
        place = {activity: number for number, activity in enumerate(self.activities)}
        for group in {id(group): group for group in groups.values()}.values():
            sums = collections.defaultdict(lambda: collections.defaultdict(list))
            for one in self.good:
                if not one.gone and self.one[one.activity] in group:
                    sums[one.kind, one.currency][self.one[one.activity]].append(one)
            for reports in sums.values():
                counts = min(reports, key=lambda report: (-net(reports[report]), place[report]))
                for report, transactions in reports.items():
                    if report is not counts:
                        for one in transactions:
                            one.leave("in_another_report", one.rest)
                            one.gone = True
        representative = {member: min(group, key=place.get) for member, group in groups.items()}
        self.one = {activity: representative[home] for activity, home in self.one.items()}
        self.nodes = sorted(set(self.one.values()), key=place.get)
        self.place = place

    def node(self, ref):
        return self.one[self.first[ref]] if ref in self.first else None

    def named(self, transaction):
        """The activity that it names: None for nobody, False for one that is not in the file."""
        if not transaction.named:
            return None
        node = self.node(transaction.named) or False
        return None if node is self.one[transaction.activity] else node

    def families(self):
        self.parent = {}
        for up in (True, False):
            for activity in self.activities:
                for kind, ref in activity.relations:
                    other = self.node(ref)
                    here = self.one[activity]
                    if kind != ("1" if up else "2") or other is None or other is here:
                        continue
                    child, parent = (here, other) if up else (other, here)
                    self.parent.setdefault(child, parent)

        def ancestors(node):
            seen = []
            while node in self.parent and self.parent[node] not in seen:
                node = self.parent[node]
                seen.append(node)
            return seen
        for node in [node for node in self.nodes if node in ancestors(node)]:
            del self.parent[node]
        # A family stands for its first member in the file, whoever is above all others.
        self.family, first = {}, {}
        for node in self.nodes:
            top = ([node] + ancestors(node))[-1]
            self.family[node] = first.setdefault(top, node)
        self.children = collections.defaultdict(list)
        for child, parent in self.parent.items():
            self.children[parent].append(child)

    def levels(self):
        joined = set()
        for activity in self.activities:
            for kind, ref in activity.relations:
                if kind in ("1", "2", "5"):
                    joined |= {self.one[activity], self.node(ref)}
        for one in self.all:
            if one.kind[0] != "other" and self.named(one):
                joined |= {self.one[one.activity], self.named(one)}
        alone = collections.defaultdict(lambda: collections.defaultdict(set))
        for node in self.nodes:
            if node not in joined and node.organisation and node.level > 0:
                alone[node.organisation][node.level].add(node)
        self.organisations = [levels for levels in alone.values() if len(levels) > 1]

    def up(self, transactions):
        """Rules 3 and 4."""
        def own(node):
            return [one for one in transactions if self.one[one.activity] is node]

        def counted(node):
            below = sum((counted(child) for child in self.children[node]), Fraction(0))
            mine = own(node)

            def before(one):
                other = self.named(one)
                if one.kind[0] == "other" or other is None:
                    return 1
                return 0 if other and self.family[other] is self.family[node] else 2
            if self.children[node]:
                leave_out(min(net(mine), below), mine, "at_children", before)
            return net(mine) + below
        for node in self.nodes:
            if node not in self.parent:
                counted(node)
        for levels in self.organisations:
            below = Fraction(0)
            for level in sorted(levels, reverse=True):
                mine = [one for one in transactions if self.one[one.activity] in levels[level]]
                leave_out(min(net(mine), below), mine, "at_level_below")
                below += net(mine)

    def stage(self, gives, receives):
        def home(one):
            return self.family[self.one[one.activity]]

        def other(one):
            return self.family[self.named(one)] if self.named(one) else self.named(one)
        # Rule 5 looks at what members report before rule 3.
        inside = {node: net([one for one in gives if self.one[one.activity] is node and
                             (other(one) is None or other(one) is home(one))]) for node in self.nodes}
        self.up(gives)
        for node in self.nodes:
            mine = [one for one in receives if self.named(one) is node and home(one) is self.family[node]]
            leave_out(min(net(mine), inside[node]), mine, "at_provider")
        self.up(receives)
        # Rule 6.
        families = sorted(set(self.family.values()), key=self.place.get)
        spends = {family: max(Fraction(0), net([one for one in gives if home(one) is family])) for family in families}
        moved = {}
        for giver in families:
            nobody = [one for one in gives if home(one) is giver and other(one) is None]
            free = max(Fraction(0), net(nobody))
            for receiver in families:
                if giver is receiver:
                    continue
                given = [one for one in gives if home(one) is giver and other(one) is receiver]
                got = [one for one in receives if home(one) is receiver and other(one) is giver]
                named, received = max(Fraction(0), net(given)), max(Fraction(0), net(got))
                claimed = max(Fraction(0), min(received - named, free))
                free -= claimed
                leave_out(min(received, named + claimed), got, "at_provider")
                if named + claimed > 0:
                    moved[giver, receiver] = (given, nobody, named, claimed)
        reach = {family: {to for start, to in moved if start is family} for family in families}
        for between in families:
            for family in families:
                if between in reach[family]:
                    reach[family] |= reach[between]
        of_nobody = collections.defaultdict(Fraction)
        for (giver, receiver), (given, nobody, named, claimed) in moved.items():
            if giver in reach[receiver]:
                continue
            left = min(named + claimed, spends[receiver])
            spends[receiver] -= left
            leave_out(min(left, named), given, "at_receiver")
            of_nobody[giver] += max(Fraction(0), left - named)
        for giver, much in of_nobody.items():
            leave_out(much, [one for one in gives if home(one) is giver and other(one) is None], "at_receiver")
        # What the page says follows.
        if spends and all(one.amount >= 0 for one in gives):
            assert net(gives) >= max(sum((net([one]) + sum(part for why, part in one.left.items() if why == "at_receiver")
                                          for one in gives if home(one) is family), Fraction(0)) for family in families)

    def rows(self):
        """By year, country, sector, organisation, type, currency: amounts and counts by column."""
        rows = collections.defaultdict(collections.Counter)
        for one in self.all:
            def parts(amount):
                return {(country, sector): part for country, whole in split(amount, one.countries).items()
                        for sector, part in split(whole, one.sectors).items()}
            left = {why: parts(amount) for why, amount in one.left.items()}
            for (country, sector), part in parts(one.amount or Fraction(0)).items():
                row = rows[one.year, country, sector, one.activity.organisation or "not stated", one.type or "not stated",
                           one.currency or "not stated"]
                if one.amount is None:
                    row["unreadable"] += 1
                    continue
                row["reported"] += part
                row["amount"] += part - sum(amounts[country, sector] for amounts in left.values())
                row["transactions"] += 1 if one.rest != 0 or not one.left else 0
                for why, amounts in left.items():
                    row[why] += amounts[country, sector]
        return rows


# Files that have everything in them.

class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.ids = [f"XE-{letter}" for letter in "ABCDEFGHIJ"[:self.random.randint(1, 10)]]
        # Some files are of one thing alone, so that rules are also seen by themselves.
        self.related, self.partners, self.hierarchy = (self.random.random() < chance for chance in (0.6, 0.7, 0.4))
        if seed % 8 == 3:  # Levels count only where nothing else joins activities.
            self.related, self.partners, self.hierarchy = False, False, True
        self.odd = self.random.random() < 0.3

    def pick(self, *values):
        return self.random.choice(values)

    def some_id(self):
        return self.pick(*self.ids, "XE-ELSEWHERE") if self.random.random() < 0.9 else ""

    def shares(self):
        percentages = self.pick(["100"], ["60", "40"], ["33.33333"] * 3, ["14.285714285714286"] * 7, ["50", "30", "20"], ["90"],
                                ["33.33", "33.33", "33.33"], [None], [None, None], ["100", "0"], ["99.99995"], ["x"],
                                ["12.5", "87.49996"], ["50", "50.00004"], ["-1", "101"], ["100"], ["70", "30"])
        return [f' percentage="{one}"' if one is not None else "" for one in percentages]

    def places(self):
        out = ""
        for share in self.shares() if self.random.random() < 0.8 else []:
            if self.random.random() < 0.7:
                out += f'<recipient-country code="{self.pick("KZ", "UZ", "kz", "TJ", "KG")}"{share}/>'
            else:
                vocabulary = self.pick("", "", ' vocabulary="1"', ' vocabulary="2"', ' vocabulary="99"')
                out += f'<recipient-region code="{self.pick("619", "298")}"{vocabulary}{share}/>'
        return out

    def sectors(self):
        out = ""
        for share in self.shares() if self.random.random() < 0.8 else []:
            vocabulary = self.pick("", ' vocabulary="1"', ' vocabulary="1"', ' vocabulary=""', ' vocabulary="2"', ' vocabulary="7"')
            out += f'<sector code="{self.pick("11220", "21020", "112", "11")}"{vocabulary}{share}/>'
        return out

    def transaction(self):
        kind = self.pick("1", "1", "3", "3", "3", "4", "4", "2", "2", "11", "11", "12", "13", "5", "6", "")
        value = str(self.random.randint(1, 9) * 10 ** self.random.randint(0, 3))
        if self.random.random() < 0.25:
            value = self.pick("-50", "-5", "0", "12.345", "0.01", "0.000000015", "99999999999999999999.5", " 7 ", "-1000")
        if self.odd and self.random.random() < 0.2:
            value = self.pick("1,000", "", "1e3", "123456789012345678901", "+3", "5.")
        day = f"20{self.random.randint(18, 20)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        if self.random.random() < 0.2:
            day = self.pick("01/02/2019", " 2019-02-01 ", "", "2019-02-01T00:00:00", "2019", "-2019-01-01", "2019-02-30", "2019-02-01Z")
        currency = self.pick("", "", "", "", ' currency="USD"', ' currency="eur"')
        inside = ""
        if self.partners and self.random.random() < 0.6:
            for way in ("provider", "receiver"):
                inside += f'<{way}-org {way}-activity-id="{self.some_id()}"/>'
        if self.random.random() < 0.2:
            inside += self.pick('<recipient-country code="UZ"/>', '<recipient-country code="uz"/><recipient-country code="UZ"/>',
                                '<recipient-country code="UZ"/><recipient-country code="KZ"/>', '<recipient-region code="619"/>',
                                '<recipient-region code="1" vocabulary="2"/>', '<recipient-country code=""/>')
        if self.random.random() < 0.2:
            inside += self.pick('<sector code="21020"/><sector vocabulary="2" code="210"/>', '<sector vocabulary="7" code="9"/>',
                                '<sector code="1"/><sector code="2"/>', '<sector code="1"/><sector code="1"/>')
        date = f'<transaction-date iso-date="{day}"/>' if self.random.random() < 0.95 else ""
        return (f'<transaction><transaction-type code="{kind}"/>{date}<value{currency}>{value}</value>{inside}'
                "</transaction>")

    def activity(self, identifier):
        relations = ""
        if self.related:
            for _ in range(self.random.choice([0, 1, 1, 2])):
                relations += f'<related-activity type="{self.pick("1", "1", "1", "2", "2", "3", "4", "5")}" ref="{self.some_id()}"/>'
        level = f' hierarchy="{self.pick("1", "2", "2", "3", "x")}"' if self.hierarchy and self.random.random() < 0.8 else ""
        currency = self.pick(' default-currency="EUR"', ' default-currency="EUR"', ' default-currency="EUR"', "")
        transactions = [self.transaction() for _ in range(self.random.choice([0, 1, 2, 3, 5, 8]))]
        return [f'<iati-activity{level}{currency}><iati-identifier>{identifier}</iati-identifier>'
                f'<reporting-org ref="{self.pick("O-1", "O-1", "O-2", "")}"/>{relations}{self.places()}{self.sectors()}',
                transactions, "</iati-activity>"]

    def file(self):
        activities = [self.activity(identifier) for identifier in self.ids]
        if self.random.random() < 0.2:
            activities.append(self.activity(""))
        for start, transactions, end in list(activities):
            if self.random.random() < 0.12:  # A copy: the same, or with something less or more.
                kept = [one for one in transactions if self.random.random() < 0.8]
                kept += [self.transaction() for _ in range(self.random.choice([0, 0, 1]))]
                kept += kept[:self.random.choice([0, 0, 1])]
                activities.append([start, kept, end])
        self.random.shuffle(activities)
        text = "\n".join(start + "\n".join(transactions) + end for start, transactions, end in activities)
        return f'<iati-activities version="2.03">\n{text}\n</iati-activities>\n', len(activities)


class SecondReckoning(Case):
    columns = ["year", "country", "sector", "organisation", "type", "currency"]

    def rows_of(self, path, *options):
        told = json.loads(self.succeed("iati", "totals", path, "--by", ",".join(self.columns), "--format", "json", *options))
        width = len(self.columns)
        self.assertEqual(told["columns"], self.columns + ["amount", "transactions", "reported", *REASONS, "unreadable"])
        return {tuple(row[:width]): {name: Fraction(cell) for name, cell in zip(told["columns"][width:], row[width:]) if cell != "0"}
                for row in told["rows"]}

    def listed(self, path, *options):
        """The rows' amounts again, from the list of parts."""
        out = self.succeed("iati", "totals", path, "--by", ",".join(self.columns), "--list", *options)
        rows = collections.defaultdict(collections.Counter)
        lines = csv.DictReader(io.StringIO(out))
        for line in lines:
            rows[tuple(line[name] for name in self.columns)][line["account"]] += Fraction(line["amount"])
        return rows

    def test_both_agree(self):
        wanted, done, seed = int(os.environ.get("TAMGA_MUTATIONS", "500")), 0, 0
        left = collections.Counter()
        path = self.dir / "made.xml"
        while done < wanted:
            text, count = Maker(seed).file()
            path.write_text(text, encoding="utf-8")
            vocabulary = "2" if seed % 5 == 0 else "1"
            reckoning = Reckoning(text, vocabulary)
            expected = {row: {name: value for name, value in cells.items() if value} for row, cells in reckoning.rows().items()}
            options = ["--sector-vocabulary", vocabulary]
            told = self.rows_of(path, *options)
            self.assertEqual(told, expected, f"seed {seed}\n{text}")
            for row, cells in told.items():
                self.assertEqual(cells.get("reported", 0), cells.get("amount", 0) + sum(cells.get(why, 0) for why in REASONS),
                                 f"seed {seed}: {row}")
            if seed % 4 == 0:
                listed = self.listed(path, *options)
                self.assertEqual({row: cells["counted"] for row, cells in listed.items() if cells["counted"]},
                                 {row: cells["amount"] for row, cells in told.items() if cells.get("amount")}, f"seed {seed}")
                self.assertEqual({row: sum(cells.values()) for row, cells in listed.items() if sum(cells.values())},
                                 {row: cells["reported"] for row, cells in told.items() if cells.get("reported")}, f"seed {seed}")
            for one in reckoning.all:
                left.update(one.left.keys())
            done, seed = done + count, seed + 1
        if done >= 400:
            for why in REASONS:
                self.assertGreater(left[why], 5, f"the generated files do not try {why}")


if __name__ == "__main__":
    unittest.main()
