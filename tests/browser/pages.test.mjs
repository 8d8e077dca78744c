// The pages in a real browser: accessible, safe, complete without scripts, at every width, in every language.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, open } from "./support.mjs";

const pages = [
  "/", "/mechanisms/china-central-asia", "/instruments", "/instruments/treaty-permanent-good-neighbourliness", "/meetings",
  "/commitments", "/commitments?state=kept&scale=score", "/commitments?state=nothing-reported&scale=completion",
  "/commitments/trade-70-billion-2030", "/commitments/vaccine-doses-2022", "/commitments/friendship-2025", "/commitments/desertification-centre-2025",
  "/commitments/desertification-centre-2025/history", "/centres", "/centres/poverty-reduction", "/projects",
  "/projects/cku-railway", "/projects/gb-coh-1-a", "/series", "/series/trade-total-kg-gacc", "/claims/page-record-trade", "/statements", "/updates",
  "/sources", "/parties/kz", "/status-rules", "/about", "/search", "/search?q=%E8%B4%B8%E6%98%93", "/search?q=trade&kind=commitment", "/search?q=no-such-word", "/validate", "/no-such-page", "/commitments?as_of=@1",
  "/mechanisms/china-central-asia/trade", "/indicators/trade-cn-to-kz/figures", "/embed/mechanisms/china-central-asia/trade", "/sectors/education",
  "/figures/compare?a=trade-cn-to-kz-gacc-itc&b=trade-cn-to-kz-revenue-committee-kz&transit=0.2", "/figures/compare?a=trade-total-kz-gacc&b=trade-total-kz-president-kz",
];

let base, browser, close;

before(async () => {
  ({ base, browser, close } = await open((tamga) =>
    tamga("import", new URL("../iati/road.xml", import.meta.url).pathname, "--mechanism", "china-central-asia")));
});

after(() => close());

/** Runs `use` with a page of its own; fails on whatever the browser complains of, and on any request elsewhere. */
async function withPage(options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(600_000);  // of a page that hangs: a busy machine fails no test
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !/status of (404|400|410)/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(base + "/")) complaints.push(`a request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  try {
    await use(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

for (const [language, colorScheme, width] of [["en", "light", 1280], ["en", "dark", 1280], ["zh", "light", 1280], ["ru", "dark", 1280], ["fr", "light", 360]])
  test(`axe finds nothing: ${language}, ${colorScheme}, ${width} px`, async () => {
    // bypassCSP lets the test's own script in; the policy itself is watched by the other tests.
    await withPage({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, async (page) => {
      for (const path of pages) {
        await page.goto(`${base}/${language}${path}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        assert.deepEqual(violations.map((one) => `${path}: ${one.id}: ${one.nodes[0].html}`), []);
      }
    });
  });

test("nothing is refused by the policy, asked elsewhere or complained of, and nothing is wider than the window", async () => {
  for (const width of [320, 360, 768, 1440])
    await withPage({ viewport: { width, height: 800 } }, async (page) => {
      for (const language of ["en", "zh", "ru"])
        for (const path of pages) {
          await page.goto(`${base}/${language}${path}`, { waitUntil: "load" });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(over <= 0, `/${language}${path} at ${width}: ${over} px too wide`);
          if (width > 360) continue;
          // On a phone a table of cards has no part that is seen only by scrolling sideways.
          const cut = await page.evaluate(() => [...document.querySelectorAll(".scroll:has(> :is(.told, .measured, .stacked))")]
            .map((element) => element.scrollWidth - element.clientWidth).filter((more) => more > 0));
          assert.deepEqual(cut, [], `/${language}${path} at ${width}`);
        }
    });
});

test("nothing in the head of a page lies over something else", async () => {
  for (const width of [320, 360, 480, 768, 1440])
    await withPage({ viewport: { width, height: 800 } }, async (page) => {
      for (const language of ["en", "zh", "ru", "fr"]) {
        await page.goto(`${base}/${language}/meetings`);
        const over = await page.evaluate(() => {
          const boxOf = (element) => {
            const range = document.createRange();
            range.selectNodeContents(element);
            return range.getBoundingClientRect();
          };
          const parts = [".brand span", ".asof summary", ".site-search", ".lang-switch ul", "nav.main"].map((name) => [name, boxOf(document.querySelector(name))]);
          return parts.flatMap(([one, a], i) => parts.slice(0, i).filter(([, b]) =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([other]) => `${one} over ${other}`));
        });
        assert.deepEqual(over, [], `/${language} at ${width}`);
      }
    });
});

test("the policy holds: an inline script does not run", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${base}/en/`);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await context.close();
});

test("every interface text is in the page's language", async () => {
  await withPage({}, async (page) => {
    for (const [language, script] of [["zh", /\p{Script=Han}/u], ["ru", /\p{Script=Cyrillic}/u]]) {
      await page.goto(`${base}/${language}/commitments`);
      const texts = await page.locator("nav.main a, label, thead th, button, footer label, h1").allTextContents();
      assert.ok(texts.length > 20);
      for (const text of texts) assert.match(text, script);
      // So is the number of an article, which is all that an item of a list of outcomes is called by.
      await page.goto(`${base}/${language}/provisions`);
      for (const text of await page.locator("tbody th").allTextContents()) assert.match(text, script);
      await page.goto(`${base}/${language}/commitments`);
      await page.getByRole("link", { name: "English" }).press("Enter");
      assert.equal(new URL(page.url()).pathname, "/en/commitments");
    }
  });
});

/** The texts of all records, each with the languages in which the register holds it. */
async function textsOfRecords(request) {
  const texts = new Map();
  for (const kind of ["actions", "centres", "claims", "commitments", "instruments", "mechanisms", "meetings", "names", "parties", "projects", "provisions", "series", "sources", "statements", "updates"])
    for (const { body } of (await (await request.get(`${base}/en/${kind}.json`)).json()).records)
      for (const field of Object.values(body))
        if (typeof field === "object" && !Array.isArray(field) && !field.sha256)
          for (const [tag, text] of Object.entries(field))
            if (/\p{L}/u.test(text)) texts.set(text, [...(texts.get(text) ?? []), tag]);  // A year alone is in no language.
  return texts;
}

// WCAG 3.1.2. A text of a record is looked up; of any other its script tells.
test("what is in another language than its page says in which", async () => {
  await withPage({}, async (page) => {
    const texts = await textsOfRecords(page.request);
    const more = ["/statements/xi-treaty-milestone", "/provisions", "/names", "/changes", "/sources/seed", "/parties/kz/history"];
    for (const [language, strange] of [["en", /[\p{Script=Han}\p{Script=Cyrillic}]/u], ["zh", /\p{Script=Cyrillic}/u], ["ru", /\p{Script=Han}/u]]) {
      let fallbacks = 0;
      const faults = [];
      for (const path of [...pages, ...more]) {
        await page.goto(`${base}/${language}${path}`);
        const shown = await page.evaluate(() => {
          const out = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const text = node.data.trim();
            if (text) out.push([text, node.parentElement.closest("[lang]").getAttribute("lang")]);
          }
          return out;
        });
        for (const [text, told] of shown) {
          const held = texts.get(text);
          const letters = (text.match(/\p{L}/gu) ?? []).length;
          const foreign = (text.match(new RegExp(strange.source, "gu")) ?? []).length;
          if (held && !held.includes(language)) {
            ++fallbacks;
            if (!held.includes(told)) faults.push(`/${language}${path}: "${text}" is told as ${told}, held in ${held}`);
          } else if (told === language && foreign > letters / 2) faults.push(`/${language}${path}: "${text}" is told as ${told}`);
        }
      }
      assert.deepEqual(faults, []);
      assert.ok(fallbacks > 20, `${fallbacks} texts in another language`);
    }
  });
});

test("the keyboard alone reaches everything", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/commitments`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const box = await page.locator(".skip").boundingBox();
    assert.ok(box.y >= 0, "the skip link is seen when it has the focus");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.locator(".filter-fold > summary").press("Enter");
    const seen = new Set();
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press("Tab");
      const told = await page.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return { what: element.name || element.textContent.trim(), outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
      });
      assert.ok(told.outlined, `the focus is seen on ${told.what}`);
      seen.add(told.what);
    }
    for (const name of ["q", "state", "by", "Apply", "Title"]) assert.ok([...seen].some((what) => what.startsWith(name)), name);
  });
});

// By key: a click waits for frames, which a page without scripts may have no reason to draw.
test("filters, sorting and the past work without scripts, and live in the address", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/commitments`);
    const all = await page.locator("tbody tr").count();
    await page.locator(".filter-fold > summary").press("Enter");
    await page.getByLabel("Status", { exact: true }).selectOption("kept");
    await page.getByRole("button", { name: "Apply" }).press("Enter");
    assert.equal(new URL(page.url()).searchParams.get("state"), "kept");
    const kept = await page.locator("tbody tr").count();
    assert.ok(kept > 0 && kept < all);
    assert.equal(await page.locator("tbody .status--kept").count(), kept);
    await page.getByRole("link", { name: "Due", exact: true }).press("Enter");
    assert.equal(new URL(page.url()).searchParams.get("state"), "kept");
    assert.equal(await page.locator('th[aria-sort="ascending"]').count(), 1);
    await page.goBack();
    assert.equal(await page.locator("tbody tr").count(), kept);
    await page.goto(`${base}/en/series/trade-total-kg-gacc`);
    assert.ok(await page.locator(".figures--wide .reporter rect").count() > 3);
    const today = new Date().toISOString().slice(0, 10);
    await page.locator(".asof > summary").press("Enter");
    await page.getByLabel("As known on").fill(today);
    await page.getByRole("button", { name: "Show" }).press("Enter");
    assert.equal(new URL(page.url()).searchParams.get("as_of"), today);
    assert.match(await page.locator(".asof-banner").textContent(), /This is still the newest state/);
    await page.goto(`${base}/en/series/trade-total-kg-gacc?as_of=2001-01-01`);
    assert.match(await page.locator("h1").textContent(), /Not found/);
    await page.goto(`${base}/en/commitments?as_of=@300`);
    assert.match(await page.locator(".asof-banner").textContent(), /journal position 300/);
    await page.getByRole("link", { name: "Show the register as it is now" }).press("Enter");
    assert.equal(await page.locator(".asof-banner").count(), 0);
  });
});

// WCAG 3.2.2: a choice alone changes nothing.
test("a filter is applied by its button, with a short address, and goes by its chip", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/commitments`);
    await page.locator(".filter-fold > summary").press("Enter");
    await page.getByLabel("Promised by").selectOption("uz");
    assert.equal(page.url(), `${base}/en/commitments`);
    await page.getByRole("button", { name: "Apply" }).press("Enter");
    await page.waitForURL(`${base}/en/commitments?by=uz`);
    await page.locator(".chips a").first().press("Enter");
    await page.waitForURL(`${base}/en/commitments`);
    await page.goBack();
    assert.equal(await page.getByLabel("Status", { exact: true }).isEnabled(), true);
  });
});

test("a series is drawn without scripts, for each width, in print and in forced colours, with its table beneath", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/series/trade-total-c5-gacc`);
    const [wide, narrow] = [page.locator("svg.figures--wide"), page.locator("svg.figures--narrow")];
    assert.equal(await wide.locator(".reporter > g").count(), await page.locator("table.told tbody tr").count());
    for (const [width, seen, other] of [[1440, wide, narrow], [768, wide, narrow], [360, narrow, wide]]) {
      await page.setViewportSize({ width, height: 800 });
      assert.ok(await seen.isVisible() && !(await other.isVisible()), `${width}`);
      // No text of the chart is smaller than what can be read, and none is cut.
      const texts = await seen.evaluate((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].map((text) => {
          const box = text.getBoundingClientRect();
          return { text: text.textContent, size: box.height, cut: box.left < frame.left || box.right > frame.right };
        });
      });
      for (const { text, size, cut } of texts) assert.ok(size > 10 && !cut, `${width}: ${text} ${size} ${cut}`);
    }
    await page.emulateMedia({ media: "print" });
    assert.ok(await wide.isVisible());
    assert.equal(await page.locator("svg style, svg [style]").count(), 0);
    await page.emulateMedia({ media: "screen", forcedColors: "active" });
    const colours = await wide.evaluate((svg) => [...svg.querySelectorAll(".reporter")].map((line) => getComputedStyle(line).color));
    assert.equal(new Set(colours).size, 1);
    assert.ok((await page.locator("table.told .amount").first().getAttribute("title")).length > 10);
  });
});

test("a chart is a file of its own", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/ru/series/trade-total-c5-gacc`);
    const address = await page.getByRole("link", { name: "График в формате SVG" }).getAttribute("href");
    const answer = await page.request.get(base + address);
    assert.match(answer.headers()["content-type"], /svg/);
    await page.goto(base + address);
    assert.equal(await page.evaluate(() => document.documentElement.localName), "svg");
    assert.ok(await page.evaluate(() => document.querySelectorAll("svg text").length) > 10);
  });
});

test("the map can be enlarged, and its marks lead to the records", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/projects`);
    const map = page.locator("figure.map > svg.map--wide");
    const width = () => map.evaluate((svg) => svg.viewBox.baseVal.width);
    const whole = await width();
    await page.getByRole("button", { name: "Zoom in" }).click();
    assert.equal(await width(), whole / 2);
    await page.getByRole("button", { name: "Zoom out" }).click();
    assert.equal(await width(), whole);
    const names = await page.locator(".map-places li a").count();
    assert.ok(names > 20);
    const lone = map.locator('a:not([href^="#"])').first();
    const to = await lone.getAttribute("href");
    await lone.press("Enter");
    assert.equal(new URL(page.url()).pathname, to);
  });
});

test("a mark of several places unfolds their names", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/projects`);
    const several = page.locator('figure.map > svg.map--wide a[href^="#place-"]').first();
    const place = (await several.getAttribute("href")).slice(1);
    await several.press("Enter");
    await page.locator(`#${place}`).waitFor({ state: "visible" });
    assert.ok((await page.locator(`#${place} a`).count()) > 1);
  });
});

// WCAG 2.5.8: 24 px across, and nothing else within.
test("marks of the map can be hit on every screen, in the page's language, with and without scripts", async () => {
  for (const javaScriptEnabled of [true, false])
    await withPage({ javaScriptEnabled }, async (page) => {
      for (const [language, state] of [["en", "Kazakhstan"], ["zh", "哈萨克斯坦"], ["ru", "Казахстан"]].slice(javaScriptEnabled ? 0 : 2))
        for (const path of ["/projects", "/projects/cku-railway", "/centres"])
          for (const width of [320, 360, 640, 1440]) {
            await page.setViewportSize({ width, height: 900 });
            await page.goto(`${base}/${language}${path}`);
            const seen = await page.locator("figure.map > svg").evaluateAll((maps) => {
              const map = maps.find((one) => getComputedStyle(one).display !== "none");
              const marks = [...map.querySelectorAll(".mark .target")].map((mark) => mark.getBoundingClientRect());
              const texts = [...map.querySelectorAll(".names text")];
              const frame = map.getBoundingClientRect();
              return {
                least: Math.min(...marks.map((box) => box.width)),
                nearest: Math.min(...marks.flatMap((a, i) => marks.slice(0, i).map((b) => Math.hypot(a.x - b.x, a.y - b.y)))),
                names: texts.map((text) => text.textContent),
                cut: texts.some((text) => text.getBoundingClientRect().left < frame.left - 1 || text.getBoundingClientRect().right > frame.right + 1),
              };
            });
            const where = `/${language}${path} at ${width}`;
            assert.ok(seen.least >= 24, `${where}: a mark of ${seen.least} px`);
            assert.ok(seen.nearest >= 24, `${where}: marks ${seen.nearest} px apart`);
            assert.ok(!seen.cut, `${where}: a name is cut`);
            if (width === 1440 && path === "/projects") assert.ok(seen.names.includes(state), `${where}: ${seen.names}`);
          }
    });
});

test("silence is an outline without a colour, however it is shown", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/commitments`);
    for (const media of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }, { media: "print", forcedColors: "none" }]) {
      await page.emulateMedia(media);
      const [sign, bar] = await page.evaluate(() => {
        const before = getComputedStyle(document.querySelector(".status--nothing-reported"), "::before");
        const part = getComputedStyle(document.querySelector(".fill--nothing-reported"));
        const ground = getComputedStyle(document.body).backgroundColor;
        return [{ filled: before.backgroundColor, hatched: before.backgroundImage.startsWith("repeating-linear-gradient"), line: `${before.borderTopStyle} ${before.borderTopWidth}`, seen: before.borderTopColor !== ground },
                { filled: part.fill, dashes: part.strokeDasharray, seen: part.stroke !== "none" && part.stroke !== ground }];
      });
      assert.match(sign.filled, /rgba\(.*, 0\)/, JSON.stringify(media));
      assert.ok(sign.hatched, JSON.stringify(media));
      assert.match(sign.line, /^dashed [1-9]/);
      assert.equal(bar.filled, "none");
      assert.notEqual(bar.dashes, "none");
      assert.ok(sign.seen && bar.seen, JSON.stringify(media));
    }
  });
});

test("a page prints without its tools, with its address", async () => {
  await withPage({}, async (page) => {
    await page.goto(`${base}/en/commitments/desertification-centre-2025`);
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["nav.main", ".lang-switch", ".asof", ".back-to-top"])
      assert.equal(await page.locator(hidden).isVisible(), false, hidden);
    assert.match(await page.locator(".print-only").innerText(), /commitments\/desertification-centre-2025/);
    assert.ok((await page.pdf()).length > 10_000);
  });
});
