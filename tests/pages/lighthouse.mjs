// Lighthouse on five pages, as a phone sees them: performance, accessibility, best practices, SEO. Exit 1 below 95.
//
//   (cd tests/pages && npm ci) && TAMGA=build/release/tamga node tests/pages/lighthouse.mjs
//
// With a release build: one with sanitizers is slow. CHROMIUM names the browser (default: /usr/bin/chromium).
// Each page is seen three times; the median counts, as Lighthouse advises of a shared machine.
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";
import { serve } from "../server.mjs";

const least = 95, runs = 3;
const categories = ["performance", "accessibility", "best-practices", "seo"];
const pages = ["/en/", "/zh/commitments/trade-70-billion-2030", "/en/mechanisms/china-central-asia", "/ru/series/trade-total-c5-gacc", "/en/commitments"];

const { base, close } = await serve();
const chrome = await chromeLauncher.launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.log(`| page | ${categories.join(" | ")} |\n|---|${"--:|".repeat(categories.length)}`);
for (const path of pages) {
  const seen = [];
  for (let run = 0; run < runs; ++run)
    seen.push((await lighthouse(base + path, { port: chrome.port, onlyCategories: categories, logLevel: "error" })).lhr);
  const scores = categories.map((name) => Math.round(100 * median(seen.map((one) => one.categories[name].score))));
  console.log(`| \`${path}\` | ${scores.join(" | ")} |`);
  for (const [at, name] of categories.entries())
    if (scores[at] < least) {
      process.exitCode = 1;
      for (const { id, weight } of seen[0].categories[name].auditRefs)
        if (weight && seen[0].audits[id].score !== null && seen[0].audits[id].score < 0.95)
          console.error(`    ${name}: ${id} ${seen[0].audits[id].displayValue ?? ""} ${JSON.stringify(seen[0].audits[id].details?.items?.slice(0, 3) ?? []).slice(0, 600)}`);
    }
}
await chrome.kill();
await close();
