// A second opinion on rules and code lists: the published rulesets, lists and mappings, read here once more with the XML and
// XPath packages that the public validator's world uses, must find in spoilt files just what the program finds.
// TAMGA names the program, TAMGA_IATI_STANDARD the folder of the public standard's files, TAMGA_MUTATIONS how many files.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DOMParser, XMLSerializer } from "@xmldom/xmldom";
import xpath from "xpath";

const standard = process.env.TAMGA_IATI_STANDARD;
const count = Number(process.env.TAMGA_MUTATIONS ?? 500);
const skip = standard ? false : "the public standard's files are not here: set TAMGA_IATI_STANDARD to their folder";
const versions = ["2.01", "2.02", "2.03"];
const now = "2026-11-23T12:00:00Z";
const publishers = ["US-GOV-1"];
const prefixes = ["GB-COH", "US-GOV", "XM-DAC", "XE-EXAMPLE"];

const select = xpath.useNamespaces({ xml: "http://www.w3.org/XML/1998/namespace" });
const parse = (text) => new DOMParser().parseFromString(text, "text/xml");
const valueOf = (item) => item.value ?? item.textContent;  // of an attribute or another node
const nodesOf = (paths, at) => paths.flatMap((path) => select(path, at));
const json = (path) => JSON.parse(readFileSync(join(standard, path), "utf8"));

// -- the published rules

const everyHas = (path, name, at) => select(path, at).every((node) => node.hasAttribute(name));
const everyTransactionHas = (path, at) => select("descendant::transaction", at).every((one) => select(path, one).length > 0);
const oneOrAll = {
  "lang": (at) => everyHas("descendant::narrative", "xml:lang", at),
  "currency": (at) => everyHas("descendant::value|descendant::forecast|descendant::loan-status", "currency", at),
  "sector": (at) => everyTransactionHas("sector", at),
  "recipient-country|recipient-region": (at) => everyTransactionHas("recipient-country|recipient-region", at),
};
const time = (path, at) => {
  if (path === "NOW") return Date.parse(now);
  const first = select(path, at)[0];
  return first ? new Date(valueOf(first)).getTime() : NaN;
};
const dated = (times, holds) => (times.some(Number.isNaN) ? null : holds(...times));
const agencyOf = (reference) => reference.split("-").slice(0, 2).join("-");

/** Whether a case holds at an element; null if it does not apply. Only `false` is a finding. */
const kinds = {
  no_more_than_one: (_, __, values) => values.length <= 1,
  atleast_one: (_, __, values) => values.length >= 1,
  one_or_all: (one, at) => select(one.one, at).length > 0 || oneOrAll[one.all](at),
  unique: (_, __, values) => new Set(values).size === values.length,
  strict_sum: (one, _, values) => Math.round(values.reduce((sum, value) => sum + Number(value), 0) * 1e4) / 1e4 === one.sum,
  date_order: (one, at) => dated([time(one.less, at), time(one.more, at)], (less, more) => less <= more),
  date_now: (one, at) => dated([time(one.date, at)], (date) => date <= Date.parse(now)),
  between_dates: (one, at) =>
    dated([time(one.date, at), time(one.start, at), time(one.end, at)], (date, start, end) => date >= start && date <= end),
  time_limit: (one, at) =>
    dated([time(one.start, at), time(one.end, at)], (start, end) => Math.trunc((end - start) / 86_400_000) <= 365),
  regex_matches: (one, _, values) => values.every((value) => value === "" || new RegExp(one.regex).test(value)),
  startswith: (one, at, values) => {
    if (one.prefix[0] === "ORG-ID-PREFIX") return values.every((value) => prefixes.includes(agencyOf(value)));
    const starts = nodesOf(one.prefix, at).map((prefix) => valueOf(prefix) + one.separator);
    return values.every((value) => starts.some((start) => value.startsWith(start)));
  },
  if_then: (one, at) => (select(one.if, at) === false ? null : select(one.then, at) !== false),
  range: (one, _, values) => values.every((value) => Number(value) >= (one.min ?? -Infinity) && Number(value) <= (one.max ?? Infinity)),
  no_spaces: (_, __, values) => values.every((value) => value === value.trim()),
};
const waived = {
  NOT_EXISTING_ORG_ID: (value) => publishers.includes(value),
  NOT_EXISTING_ORG_ID_PREFIX: (value) => publishers.some((publisher) => value.startsWith(`${publisher}-`)),
};

function* brokenRules(rules, at) {
  for (const [kind, { cases }] of Object.entries(rules)) {
    for (const one of cases) {
      if (kind === "loop") {
        for (const value of new Set(nodesOf([one.foreach], at).map(valueOf)))
          yield* brokenRules(substituted(one.do, one.subs, value), at);
        continue;
      }
      if (one.condition !== undefined && select(one.condition, at) === false) continue;
      const values = nodesOf(one.paths ?? [], at).map(valueOf);
      if (one.idCondition && values.some(waived[one.idCondition])) continue;
      if (kinds[kind](one, at, values) === false) yield one.ruleInfo.id;
    }
  }
}
function substituted(rules, keys, value) {
  const put = (text) => text.replaceAll("$1", value);
  const each = (one) =>
    Object.fromEntries(Object.entries(one).map(([key, old]) =>
      [key, !keys.includes(key) ? old : Array.isArray(old) ? old.map(put) : put(old)]));
  return Object.fromEntries(Object.entries(rules).map(([kind, { cases }]) => [kind, { cases: cases.map(each) }]));
}

// -- the published code lists

const lists = new Map();
function codes(version, name) {
  const key = `${version} ${name}`;
  if (!lists.has(key)) {
    const folder = ["non-embedded", `embedded-${version}`]
      .map((one) => join(standard, "codelists", one)).find((one) => readdirSync(one).includes(`${name}.xml`));
    lists.set(key, new Set(select("//codelist-item/code", parse(readFileSync(join(folder, `${name}.xml`), "utf8"))).map(valueOf)));
  }
  return lists.get(key);
}
const mappings = new Map();
function mappingOf(version) {
  if (!mappings.has(version)) {
    const file = parse(readFileSync(join(standard, "codelists", `embedded-${version}`, "mapping.xml"), "utf8"));
    mappings.set(version, select("//mapping", file).map((one) => ({
      path: valueOf(select("path", one)[0]),
      list: select("codelist", one)[0].getAttribute("ref"),
      // An empty vocabulary is none.
      condition: select("condition", one).map(valueOf).join("").replace("not(@vocabulary)", "not(@vocabulary) or @vocabulary=''"),
    })));
  }
  return mappings.get(version);
}
/** Of organisations with one identifier the last one's findings stand for all. */
function brokenListsOf({ version, documents }) {
  const found = documents.map((document) => [...brokenLists(version, document)]);
  const identifiers = documents.map((document) => select("//organisation-identifier", document).map(valueOf).join() || "none");
  if (select("/iati-activities", documents[0]).length) return found.flat();
  return [...new Map(identifiers.map((identifier, index) => [identifier, found[index]]).filter(([, one]) => one.length)).values()].flat();
}
function* brokenLists(version, document) {
  for (const { path, list, condition } of mappingOf(version)) {
    if (path.includes("@version") || path.includes("@xml:lang")) continue;  // as published they never fire
    const cut = path.lastIndexOf("/");
    for (const element of select(path.slice(0, cut), document)) {
      if (condition && !select(`boolean(${condition})`, element)) continue;
      for (const code of select(path.slice(cut + 1), element).map(valueOf)) if (!codes(version, list).has(code)) yield list;
    }
  }
}

// -- files to spoil

let state = 1;
const below = (limit) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
};
const oneOf = (list) => list[below(list.length)];

const money = (name, inside = "") =>
  `<${name}>${inside}<period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/>` +
  `<value currency="USD" value-date="2020-01-01">100</value></${name}>`;
const activity = `<iati-activity xml:lang="en" default-currency="USD" last-updated-datetime="2020-01-01T00:00:00Z">
<iati-identifier>US-GOV-1-a</iati-identifier><reporting-org ref="US-GOV-1" type="10"><narrative>R</narrative></reporting-org>
<title><narrative>T</narrative></title><description type="1"><narrative>D</narrative></description>
<participating-org ref="XM-DAC-1-1" role="1" activity-id="x"/>
<other-identifier ref="O" type="B1"><owner-org ref="O-1"><narrative>o</narrative></owner-org></other-identifier>
<activity-status code="2"/><activity-date type="1" iso-date="2020-01-01"/><activity-date type="2" iso-date="2020-01-01"/>
<activity-date type="3" iso-date="2021-01-01"/><activity-date type="4" iso-date="2021-01-01"/>
<recipient-country code="KZ" percentage="50"/><recipient-country code="UZ" percentage="25"/>
<recipient-region code="998" percentage="25" vocabulary="1"/><recipient-region code="a" percentage="25" vocabulary="99"/>
<sector code="11220" vocabulary="1" percentage="60"/><sector code="11110" percentage="40"/>
<sector code="x" vocabulary="99" percentage="100"><narrative>n</narrative></sector>
<country-budget-items vocabulary="1"><budget-item code="1.1.1" percentage="50"/><budget-item code="1.1.2" percentage="50"/>
</country-budget-items><policy-marker vocabulary="1" code="1" significance="1"/><policy-marker vocabulary="99" code="z">
<narrative>m</narrative></policy-marker><default-aid-type code="C01" vocabulary="1"/><default-aid-type code="1" vocabulary="2"/>
${money("budget")}${money("planned-disbursement", '<provider-org ref="P-1" provider-activity-id="p"/><receiver-org ref="Q-1"/>')}
<capital-spend percentage="10"/><transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-01"/>
<value value-date="2020-01-01" currency="USD">1</value><provider-org ref="P-1"/><receiver-org ref="Q-1"/>
<aid-type code="C01" vocabulary="1"/><aid-type code="2" vocabulary="2"/></transaction>
<transaction><transaction-type code="3"/><transaction-date iso-date="2030-01-01"/><value value-date="2020-01-01">1</value>
<sector code="11220"/><recipient-country code="KZ"/></transaction>
<document-link url="http://example.org/" format="text/html"><title><narrative>t</narrative></title><category code="A01"/>
<language code="en"/></document-link><related-activity ref="r" type="1"/>
<fss extraction-date="2020-01-01"><forecast year="2020" value-date="2020-01-01">1</forecast></fss>
<crs-add><other-flags code="1" significance="1"/><loan-status year="2020" value-date="2020-01-01"/><channel-code>11000</channel-code></crs-add>
<result type="1"><title><narrative>r</narrative></title><reference vocabulary="1" code="x"/><indicator measure="1">
<title><narrative>i</narrative></title><reference vocabulary="1" code="x"/><baseline year="2020" value="1"/><period>
<period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/><target value="1"/><actual value="2"/></period></indicator>
<indicator measure="5"><title><narrative>i</narrative></title><baseline year="2020"/><period><period-start iso-date="2020-01-01"/>
<period-end iso-date="2020-12-31"/><target/><actual/></period></indicator></result></iati-activity>`;
const organisation = `<iati-organisation xml:lang="en" default-currency="USD" last-updated-datetime="2020-01-01T00:00:00Z">
<organisation-identifier>GB-COH-1</organisation-identifier><name><narrative>n</narrative></name>
<reporting-org ref="GB-COH-1" type="10"><narrative>r</narrative></reporting-org>${money("total-budget")}
${money("recipient-org-budget", '<recipient-org ref="X-1"/>')}${money("recipient-region-budget", '<recipient-region code="998"/>')}
<recipient-country-budget status="1"><recipient-country code="KZ"/><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/>
<value currency="USD" value-date="2020-01-01">1</value><budget-line ref="1"><value currency="USD" value-date="2020-05-01">1</value>
<narrative>l</narrative></budget-line></recipient-country-budget>${money("total-expenditure")}
<document-link url="http://example.org/" format="text/html"><title><narrative>t</narrative></title><category code="B01"/>
<language code="en"/><recipient-country code="KZ"/></document-link></iati-organisation>`;

const values = {
  date: ["2020-01-01", "2019-12-31", "2020-12-31", "2021-01-01", "2021-01-02", "2030-01-01", "2026-11-23", "2026-11-24", "", "x",
         "2020-01-01Z", "2020-01-01+02:00", "2020", "2020-05", "2020-1-1", "01/02/2020", "13/02/2020", "2020-02-30", "2020-13-01",
         " 2020-01-01", "2030-01-01T00:00:00+02:00", "2026-11-23T14:00:00+04:00", "1 Jan 2020", "2030-01-01 10:00:00",
         "January 5, 2031", "5-Jan-2031", "31.12.2020", "20310101", "44197"],
  number: ["100", "50", "25", "100.0", "99.99996", "33.33", "33.34", "0", "-1", "", "abc", " 50 ", "1e2", "0x64", "50%", "101", "+50",
           ".5", "5.", "1,5", "Infinity"],
  reference: ["GB-COH-1", "US-GOV-1", "US-GOV-1-a", "GB-COH-1-a", "X", "a/b", "a&b", "a|b", "a?b", " X ", "X\u00a0", "XM-DAC-1-1",
              "gb-coh-1", "GB-COH", "GB-", "-", "US-GOV-1/x", "US-GOV-11-x", "O-1", ""],
  code: ["", "1", "2", "3", "7", "98", "99", " 1", "01", "x", "kz", "KZ", "USD", "usd", "10", "11220", "A4", "C01", "en", "998", "110"],
};
function valueFor(name) {
  if (/date/.test(name)) return oneOf(values.date);
  if (/percentage|^value$/.test(name)) return oneOf(values.number);
  return oneOf(/ref$|id$/.test(name) ? values.reference : values.code);
}
const added = ["vocabulary", "percentage", "xml:lang", "ref", "currency", "value", "significance", "activity-id"];

/** Spoils an element in one to four places. */
function spoilt(text) {
  const document = parse(text);
  for (let times = 1 + below(4); times > 0; --times) {
    const element = oneOf(select("//*", document));
    const attributes = select("@*", element);
    const parent = element.parentNode;
    const inside = parent !== document;
    switch (below(8)) {
      case 0:
        if (inside) parent.removeChild(element);
        break;
      case 1:
        if (inside) parent.insertBefore(element.cloneNode(true), element);
        break;
      case 2:
        if (attributes.length) element.removeAttribute(oneOf(attributes).name);
        break;
      case 3: {
        const name = oneOf(added);
        element.setAttribute(name, name === "xml:lang" ? "en" : valueFor(name));
        break;
      }
      case 4:
        if (select("*", element).length) break;
        element.textContent = oneOf(["", " ", "text", ...values.reference]);
        break;
      default: {
        if (!attributes.length) break;
        const { name } = oneOf(attributes);
        element.setAttribute(name, valueFor(name));
      }
    }
  }
  return new XMLSerializer().serializeToString(document);
}

/** Files of one or two spoilt elements each. */
function files(folder) {
  return Array.from({ length: count }, (_, index) => {
    const version = oneOf([...versions, "2.03"]);
    const [root, element] = below(5) === 0 ? ["iati-organisations", organisation] : ["iati-activities", activity];
    const elements = Array.from({ length: 1 + below(2) }, () => spoilt(element));
    const whole = (inside) => `<${root} version="${version}">${inside}</${root}>`;
    const path = join(folder, `${index}.xml`);
    writeFileSync(path, whole(elements.join("")));
    return { path, version, documents: elements.map((one) => parse(whole(one))) };
  });
}

function counted(keys) {
  const out = {};
  for (const key of [...keys].sort()) out[key] = (out[key] ?? 0) + 1;
  return out;
}

/** Compares what `expected` yields of each file with the `key` of the program's findings. */
function compare(checks, expected, key) {
  const folder = mkdtempSync(join(tmpdir(), "tamga_opinion_"));
  try {
    writeFileSync(join(folder, "prefixes"), prefixes.join("\n"));
    writeFileSync(join(folder, "publishers"), publishers.join("\n"));
    const all = files(folder);
    let findings = 0;
    for (let from = 0; from < all.length; from += 100) {
      const batch = all.slice(from, from + 100);
      const done = spawnSync(process.env.TAMGA,
        ["iati", "validate", "--format", "json", "--checks", checks, "--now", now, "--org-prefixes", join(folder, "prefixes"),
         "--publishers", join(folder, "publishers"), ...batch.map(({ path }) => path)], { maxBuffer: 2 ** 28 });
      const reports = JSON.parse(done.stdout);
      assert.equal(reports.length, batch.length, String(done.stderr));
      batch.forEach((file, index) => {
        const found = reports[index].errors.filter(({ id }) => id !== "1.1.2").map(key);
        findings += found.length;
        assert.deepEqual(counted(found), counted(expected(file)), readFileSync(file.path, "utf8"));
      });
    }
    assert.ok(findings > all.length / 2, "the files are spoilt");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("rules: the same findings as by another reading of the published rulesets", { skip }, () => {
  const rulesets = Object.fromEntries(versions.map((version) => [version, json(`rulesets/${version}/standard.json`)]));
  compare("rules", ({ version, documents }) =>
    documents.flatMap((document) => Object.entries(rulesets[version]).flatMap(([context, rules]) =>
      select(context, document).flatMap((at) => [...brokenRules(rules, at)]))), ({ id }) => id);
});

test("code lists: the same findings as by another reading of the published lists", { skip }, () => {
  compare("codelists", brokenListsOf, ({ codelist }) => codelist);
});
