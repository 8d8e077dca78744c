// Signing in, in a real browser: by keyboard alone, without scripts, accessible, in every language.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

let base, browser, close;

before(async () => {
  ({ base, browser, close } = await open((tamga) => {
    tamga("account", "add", "op", "--name", "op", "--role", "operator");
    tamga("account", "add", "ana", "--name", "ana", "--role", "party-editor", "--of", "kz");
  }));
});

after(() => close());

async function withPage(options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(600_000);
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Signs in by keyboard, from the field that has the focus on. */
async function signIn(page, account, language = "en") {
  await page.goto(`${base}/${language}/desk`);
  await page.locator("#account").focus();
  await page.keyboard.type(account);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/${language}/desk`);
}

test("the keyboard alone signs in, changes the account and signs out, without scripts", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/parties/kz`);
    await page.getByRole("link", { name: "Sign in" }).press("Enter");
    await page.locator("#account").focus();
    await page.keyboard.type("ana");
    await page.keyboard.press("Tab");
    await page.keyboard.type("not that password");
    await page.keyboard.press("Enter");
    assert.match(await page.getByRole("alert").textContent(), /do not belong together/);
    assert.equal(await page.locator("#account").inputValue(), "ana");
    await page.locator("#password").focus();
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/en/desk`);
    await page.getByRole("link", { name: "Your account" }).press("Enter");
    await page.locator("#name").fill("Ana of the ministry");
    await page.keyboard.press("Enter");
    assert.match(await page.getByRole("status").textContent(), /was changed/);
    await page.getByRole("button", { name: "Sign out", exact: true }).press("Enter");
    await page.waitForURL(`${base}/en/`);
    assert.equal(await page.getByText("Ana of the ministry").count(), 0);
  });
});

for (const [language, colorScheme] of [["en", "light"], ["zh", "dark"], ["ru", "light"], ["fr", "dark"]])
  test(`axe finds nothing on the pages of who is signed in, and nothing is too wide: ${language}, ${colorScheme}`, async () => {
    await withPage({ colorScheme, bypassCSP: true }, async (page) => {
      const check = async (path) => {
        await page.goto(`${base}/${language}${path}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        assert.deepEqual(violations.map((one) => `${path}: ${one.id}: ${one.nodes[0].html}`), []);
        await page.setViewportSize({ width: 320, height: 800 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${path}: ${over} px too wide`);
        await page.setViewportSize({ width: 1280, height: 900 });
      };
      await check("/desk/login");
      await page.goto(`${base}/${language}/desk/login?next=/${language}/desk`);
      await page.locator("#account").fill("op");
      await page.locator("#password").fill(password);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/${language}/desk`);
      for (const path of ["/desk", "/desk/account", "/desk/accounts", "/desk/accounts/ana", "/desk/events"]) await check(path);
    });
  });

test("nothing of another site sends a form in somebody's name", async () => {
  await withPage({}, async (page) => {
    await signIn(page, "ana");
    // A page of another origin: a data address has none.
    await page.goto(`data:text/html,<form method="post" action="${base}/en/desk/logout"><button>x</button></form>`);
    await Promise.all([page.waitForURL(`${base}/en/desk/logout`), page.getByRole("button").press("Enter")]);
    await page.goto(`${base}/en/desk`);
    assert.equal(new URL(page.url()).pathname, "/en/desk");
  });
});
