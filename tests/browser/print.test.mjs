// The main pages on paper: no table is cut at the edge, and no page is empty.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inflateSync } from "node:zlib";
import { mainPages, open } from "./support.mjs";

const pages = [...mainPages, "/status-rules", "/mechanisms/china-central-asia/trade",
  "/indicators/trade-cn-to-kz/figures", "/figures/compare?a=trade-cn-to-kz-gacc-itc&b=trade-cn-to-kz-revenue-committee-kz&transit=0.2"];

let base, browser, close;

before(async () => {
  ({ base, browser, close } = await open());
});

after(() => close());

/** How many times each page of a PDF shows text (ISO 32000-1, 9.4.3), as Chromium writes them: objects in plain, streams deflated. */
function textsOf(pdf) {
  const text = pdf.toString("latin1");
  const object = (number) => {
    const from = text.search(new RegExp(`(^|\\n)${number} 0 obj`));
    return [from, text.indexOf("endobj", from)];
  };
  return [...text.matchAll(/\/Type \/Page\n[^]*?\/Contents (\d+) 0 R/g)].map(([, number]) => {
    const [from, to] = object(number);
    const begin = text.indexOf("stream\n", from) + 7;
    const length = Number(text.slice(from, begin).match(/\/Length (\d+)/)[1]);
    assert.ok(begin > 7 && begin < to);
    return inflateSync(pdf.subarray(begin, begin + length)).toString("latin1").match(/T[jJ]\b/g)?.length ?? 0;
  });
}

test("the main pages print without a cut table or an empty page", async () => {
  const context = await browser.newContext();
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  for (const language of ["en", "ru"])
    for (const path of pages) {
      const where = `/${language}${path}`;
      // A4 less the margins that the style sheet sets, in CSS pixels.
      await page.setViewportSize({ width: 673, height: 987 });
      await page.emulateMedia({ media: "screen" });
      await page.goto(`${base}${where}`);
      await page.emulateMedia({ media: "print" });
      const cut = await page.evaluate(() => {
        const edge = document.documentElement.clientWidth;
        return [...document.querySelectorAll("table, svg, h1, h2, p, .scroll")]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0)
          .filter((element) => element.getBoundingClientRect().right > edge + 1 || element.scrollWidth > element.clientWidth + 1 && element.matches(".scroll"))
          .map((element) => `${element.localName}.${element.getAttribute("class")} ${Math.round(element.getBoundingClientRect().right)} ${element.scrollWidth}`);
      });
      assert.deepEqual(cut, [], where);
      // In a table nothing is larger than the rest of it.
      const large = await page.evaluate(() => [...document.querySelectorAll("table.list tbody tr")].flatMap((row) => {
        const size = (element) => parseFloat(getComputedStyle(element).fontSize);
        const most = size(row.querySelector("th, td"));
        return [...row.querySelectorAll("td, td *:not(svg *)")].filter((element) => size(element) > most + 0.5)
          .map((element) => `${element.localName}.${element.className} ${size(element)} px beside ${most}`);
      }));
      assert.deepEqual(large, [], where);
      const texts = textsOf(await page.pdf({ format: "A4", preferCSSPageSize: true }));
      assert.ok(texts.length > 0, where);
      texts.forEach((count, i) => assert.ok(count > 3, `${where}: page ${i + 1} of ${texts.length} has ${count} texts`));
    }
  await context.close();
});
