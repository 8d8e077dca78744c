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
