// Signing in through a provider of log-ins on another site, in a real browser: by keyboard alone, without scripts, accessible, in every language.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

const secret = "a secret of two";
const folder = mkdtempSync(join(tmpdir(), "tamga_test_"));
const provider = spawn(process.execPath, [new URL("../http/provider.mjs", import.meta.url).pathname], { stdio: ["pipe", "pipe", "ignore"] });
const said = createInterface({ input: provider.stdout });
let base, browser, close;

before(async () => {
  const [issuer] = await once(said, "line");
  writeFileSync(join(folder, "secret"), secret);
  ({ base, browser, close } = await open((tamga) => {
    tamga("account", "add", "ana", "--name", "ana", "--role", "party-editor", "--of", "kz");
    tamga("account", "link", "ana", "--issuer", issuer, "--subject", "person-8");
  }, "--openid-issuer", issuer, "--openid-client", "tamga", "--openid-secret-file", join(folder, "secret"), "--openid-name", "The Ministry of Foreign Affairs"));
  provider.stdin.write(`${JSON.stringify({ redirect: `${base}/openid`, secret, algorithm: "ES256", way: "client_secret_basic" })}\n`);
  while ((await once(said, "line"))[0] !== "ready");
});

after(async () => {
  await close();
  provider.stdin.end();
  await once(provider, "exit");
  rmSync(folder, { recursive: true });
});

async function withPage(options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(600_000);
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** What the provider's own page asks for. */
async function signInThere(page, who) {
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("x");
  await page.keyboard.press("Enter");
}

test("the keyboard alone signs in through a provider, and links an account, without scripts", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/desk`);
    await page.getByRole("link", { name: "Sign in with The Ministry of Foreign Affairs" }).press("Enter");
    await signInThere(page, "person-8");
    await page.waitForURL(`${base}/en/desk`);
    await page.getByRole("button", { name: "Sign out", exact: true }).press("Enter");
    await page.waitForURL(`${base}/en/`);
  });
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/desk/login`);
    await page.getByRole("link", { name: "Sign in with" }).press("Enter");
    await signInThere(page, "person-7");
    assert.match(await page.getByRole("alert").textContent(), /No account here is linked to you/);
    await page.locator("#account").fill("ana");
    await page.locator("#password").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/en/desk`);
    await page.goto(`${base}/en/desk/account`);
    await page.locator("#openid-password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Go on to" }).press("Enter");
    // Who they are there is known to it already.
    await page.waitForURL(`${base}/en/desk/account?done=linked`);
    assert.match(await page.getByRole("status").textContent(), /sign in that way, too/);
    assert.equal(await page.getByText("person-7 at").count(), 1);
  });
});

test("its pages are accessible, as wide as the window, and in the page's language", async () => {
  for (const colorScheme of ["light", "dark"])
    for (const [language, says] of [["en", /Sign in with/], ["zh", /通过.*登录/], ["ru", /Войти через/], ["fr", /Se connecter avec/]])
      for (const width of [360, 1440])
        await withPage({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
          const check = async (name) => {
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
            assert.deepEqual(violations.map((found) => `${found.id}: ${found.nodes[0].html}`), [], `${page.url()} at ${width}, ${colorScheme}`);
            const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(over <= 0, `${page.url()} at ${width}: ${over} px too wide`);
            if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `${name}-${language}-${width}-${colorScheme}.png`), fullPage: true });
          };
          await page.goto(`${base}/${language}/desk/login?told=nobody`);
          assert.match(await page.locator("a.way-in").textContent(), says);
          await check("login");
          await page.locator("#account").fill("ana");
          await page.locator("#password").fill(password);
          await page.keyboard.press("Enter");
          await page.waitForURL(/desk$/);
          await page.goto(`${base}/${language}/desk/account`);
          await check("account");
          await page.locator("#openid-password").fill(password);
          await page.keyboard.press("Enter");
          await page.locator("a.way-in").waitFor();
          await check("link");
        });
});
