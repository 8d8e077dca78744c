// A party's officer reports on a promise in a real browser: from signing in to the public page, by keyboard alone.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

let base, browser, close;

before(async () => {
  ({ base, browser, close } = await open((tamga) =>
    tamga("account", "add", "ana", "--name", "Ana", "--role", "party-editor", "--of", "kz", "--in", "china-central-asia")));
});

after(() => close());

async function findsNothing(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`), [], page.url());
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, `${page.url()} is wider than the screen`);
}

/** Presses Tab until what is focused fits; fails if it comes round without. */
async function tabTo(page, selector) {
  for (let step = 0; step < 400; ++step) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`no ${selector} is reached by keyboard on ${page.url()}`);
}

/** Presses a key that leads to another page. */
async function leadsOn(page, key = "Enter") {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

for (const [language, width, colorScheme] of [["en", 1440, "light"], ["zh", 360, "dark"], ["ru", 768, "light"]])
  test(`a report by keyboard, ${language}, ${width} px, ${colorScheme}`, async () => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: true });
    context.setDefaultTimeout(600_000);
    const page = await context.newPage();
    await page.goto(`${base}/${language}/desk`);
    await findsNothing(page);
    await tabTo(page, "input[name=account]");
    await page.keyboard.type("ana");
    await tabTo(page, "input[name=password]");
    await page.keyboard.type(password);
    await leadsOn(page);
    assert.equal(new URL(page.url()).pathname, `/${language}/desk`);
    await findsNothing(page);
    await tabTo(page, "a.act");
    await leadsOn(page);
    await findsNothing(page);
    await tabTo(page, `textarea[name^="field.title@"], input[name^="field.title@"]`);
    await page.keyboard.type(`Work began, told in ${language}`);
    await tabTo(page, `input[name="field.date"]`);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("31.12.2025");
    // What is wrong stands there while one types, and goes when it is mended; what nobody touched is left alone.
    await page.waitForSelector("#e-f-date");
    assert.equal(await page.locator(".fault").count(), 1);
    assert.equal(await page.getAttribute(`input[name="field.date"]`, "aria-invalid"), "true");
    await findsNothing(page);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2025-12-30");
    await page.waitForSelector("#e-f-date", { state: "detached" });
    assert.equal(await page.getAttribute(`input[name="field.date"]`, "aria-invalid"), null);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("31.12.2025");
    await tabTo(page, `select[name="field.progress"]`);
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "button[value=publish]");
    await leadsOn(page);
    // It comes back with what is wrong, and the fault leads to its field.
    await findsNothing(page);
    await tabTo(page, `.faults a[href="#f-date"]`);
    await page.keyboard.press("Enter");
    await tabTo(page, `input[name="field.date"]`);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2025-12-31");
    await tabTo(page, "button[value=check]");
    await leadsOn(page);
    await findsNothing(page);
    assert.equal(await page.locator(".changes").count(), 1);
    await tabTo(page, "button[value=publish]");
    await leadsOn(page);
    assert.match(new URL(page.url()).pathname, new RegExp(`^/${language}/reports/`));
    assert.match(await page.locator("main").innerText(), new RegExp(`told in ${language}`));
    await findsNothing(page);
    await context.close();
  });

// What a summit asks of a party: a word on each promise that waits. An officer's time is reckoned from what is pressed (Card, Moran, Newell, The
// Keystroke-Level Model, 1980: 0.28 s a key of an average typist, 1.35 s of thought before each field), so that no machine's load is in it.
test("a party's whole report to a summit takes its officer less than ten minutes, by keyboard", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  let keys = 0, thoughts = 0;
  const { press, type } = page.keyboard;
  page.keyboard.press = (...key) => (++keys, press.apply(page.keyboard, key));
  page.keyboard.type = (text) => ((keys += text.length), type.call(page.keyboard, text));
  const fill = async (selector, text) => {
    ++thoughts;
    await tabTo(page, selector);
    await page.keyboard.type(text);
  };
  await page.goto(`${base}/en/desk`);
  const begun = Date.now();
  await fill("input[name=account]", "ana");
  await fill("input[name=password]", password);
  await leadsOn(page);
  const waiting = [...new Set(await page.locator("a.act").evaluateAll((links) => links.map((link) => link.getAttribute("href"))))];
  assert.ok(waiting.length >= 5, `${waiting.length} promises wait`);
  for (const href of waiting) {
    ++thoughts;
    await tabTo(page, `a.act[href="${href}"]`);
    await leadsOn(page);
    await fill(`[name="field.title@en"]`, "Work goes on as was agreed; the second part begins in spring.");
    ++thoughts;
    await tabTo(page, `select[name="field.progress"]`);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await fill(`[name="field.note@en"]`, "Figures follow with the statistics of the year.");
    await tabTo(page, "button[value=publish]");
    await leadsOn(page);
    assert.match(new URL(page.url()).pathname, /^\/en\/reports\//);
    // Public pages know nobody, and have no link to the desk: its address is typed.
    keys += `${base}/en/desk`.length + 2;
    await page.goto(`${base}/en/desk`);
  }
  const seconds = keys * 0.28 + thoughts * 1.35;
  console.log(`# ${waiting.length} reports: ${keys} keys and ${thoughts} thoughts are ${Math.round(seconds)} s of an officer; ` +
    `browser and server took ${Math.round((Date.now() - begun) / 1000)} s here`);
  assert.ok(seconds < 600, `${seconds} s`);
  // One sees that they are reported.
  await page.goto(`${base}/en/reports?party=kz`);
  assert.ok((await page.locator("main").innerText()).includes("Work goes on as was agreed"));
  await context.close();
});
