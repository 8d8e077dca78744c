// Replies in a real browser: written by keyboard alone, with the work done for them, let appear by a moderator.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium); SHOTS a folder for pictures.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

const record = "/commitments/trade-70-billion-2030";
let base, browser, close;

before(async () => {
  ({ base, browser, close } = await open((tamga) => tamga("account", "add", "mod", "--name", "Mod", "--role", "moderator")));
});

after(() => close());

async function newPage(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(600_000);  // of a page that hangs: a busy machine fails no test
  return context.newPage();
}

async function look(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  assert.deepEqual(found.violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} pixels wider than the window`);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
}

test("a reply is written by keyboard, waits, and appears once a moderator lets it", async () => {
  const page = await newPage();
  await page.goto(`${base}/en${record}`);
  await page.getByRole("link", { name: "Write a reply" }).click();
  await page.getByLabel("Name").focus();
  await page.waitForFunction(() => document.querySelector("[name=nonce]").value !== "");
  await page.keyboard.type("A Reader");
  await page.keyboard.press("Tab");
  await page.keyboard.type("reader@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type("A fine promise.");
  // Nobody writes faster than a form's least age.
  await page.waitForTimeout(5000);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Send", "the field that nobody sees is passed over");
  await page.keyboard.press("Enter");
  await page.getByText("Your reply waits for a moderator.").waitFor();
  await look(page, "sent");

  const moderator = await newPage();
  await moderator.goto(`${base}/en/desk/login?next=/en/desk/replies`);
  await moderator.getByLabel("Account or e-mail address").fill("mod");
  await moderator.getByLabel("Password").fill(password);
  await moderator.keyboard.press("Enter");
  await moderator.getByRole("heading", { name: "Waiting, oldest first" }).waitFor();
  assert.equal(await moderator.getByText("Sent without scripts").count(), 0, "the browser worked for it");
  await look(moderator, "moderation-waiting");
  await moderator.getByRole("button", { name: "Let it appear" }).focus();
  await moderator.keyboard.press("Enter");
  await moderator.getByText("No reply waits.").waitFor();
  for (const width of [360, 1440])
    for (const language of ["en", "zh", "ru"]) {
      await moderator.setViewportSize({ width, height: 900 });
      await moderator.goto(`${base}/${language}/desk/replies`);
      await look(moderator, `moderation-${language}-${width}`);
    }
  await page.goto(`${base}/en${record}#replies`);
  await page.getByText("A fine promise.").waitFor();
  await page.context().close();
  await moderator.context().close();
});

test("form and replies are accessible in each width and colour scheme, and tell what is wrong", async () => {
  for (const colorScheme of ["light", "dark"])
    for (const width of [360, 1440])
      for (const language of ["en", "zh", "ru"]) {
        const page = await newPage({ colorScheme, viewport: { width, height: 900 } });
        await page.goto(`${base}/${language}${record}/reply`);
        await look(page, `form-${language}-${width}-${colorScheme}`);
        if (language === "en") {
          await page.waitForTimeout(5000);
          await page.getByRole("button", { name: "Send" }).click();
          await page.getByText("Write your name.").waitFor();
          assert.equal(await page.getByLabel("Name").getAttribute("aria-invalid"), "true");
          await look(page, `form-faults-${width}-${colorScheme}`);
          await page.goto(`${base}/${language}${record}`);
          await look(page, `record-${width}-${colorScheme}`);
        }
        await page.context().close();
      }
});
