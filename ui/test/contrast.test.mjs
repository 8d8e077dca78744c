// The colours that carry text have the contrast that WCAG 2.2 AA asks for (1.4.3: 4.5; 1.4.11: 3 for what is not text).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../styles/tokens.css", import.meta.url), "utf8");
const [light, dark] = css.split("@media (prefers-color-scheme: dark)");
const tokens = (part) => Object.fromEntries([...part.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [bright, dim] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

const grounds = ["ground", "surface", "sunken"];
const statuses = ["kept", "partly", "progress", "stalled", "waiting", "broken", "unjudged"];
const lines = [1, 2, 3, 4, 5, 6].map((number) => `line-${number}`);  // names of reporters in charts
const text = [
  ...grounds.flatMap((ground) => [["ink", ground], ["ink-soft", ground], ["accent", ground]]),
  ...statuses.flatMap((status) => [[status, "surface"], [status, "ground"]]),
  ...lines.map((line) => [line, "surface"]),
  ["accent", "accent-soft"], ["ink", "accent-soft"], ["accent-ink", "accent"],
  ["warn-ink", "warn-ground"], ["del-ink", "del-ground"], ["ins-ink", "ins-ground"],
];
const other = [...grounds.map((ground) => ["line-strong", ground]), ["line-strong", "sea"], ["accent", "sea"]];

for (const [name, colours] of [["light", tokens(light)], ["dark", tokens(dark)]])
  test(`${name}: ${text.length} pairs of text, ${other.length} others`, () => {
    for (const [pairs, least] of [[text, 4.5], [other, 3]])
      for (const [front, back] of pairs) {
        const ratio = contrast(colours[front], colours[back]);
        assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)} is less than ${least}`);
      }
  });
