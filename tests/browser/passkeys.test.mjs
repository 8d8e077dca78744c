// Passkeys in a real browser, whose authenticator is Chromium's virtual one: made, listed, used, refused, removed.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

// Browsers have passkeys where a name is served, and the server must be told it before it listens: this is where it is
// reached, whatever port it takes.
let base, browser, close, port;
const door = createServer((outer) => {
  const inner = connect(port, "127.0.0.1");
  for (const [one, other] of [[outer, inner], [inner, outer]]) one.pipe(other).on("error", () => one.destroy());
});

before(async () => {
  door.listen(0);
  await once(door, "listening");
  base = `http://localhost:${door.address().port}`;
  const opened = await open((tamga) => {
    for (const id of ["ana", "ben", "eve"]) tamga("account", "add", id, "--name", id);
    tamga("account", "add", "op", "--name", "op", "--role", "operator");
  }, "--public-url", base);
  port = new URL(opened.base).port;
  ({ browser, close } = opened);
});

after(async () => {
  await close();
  door.close();
});

/** A page with an authenticator of its own; `asks(method, more)` speaks with that. */
async function withPage(options, use) {
  const { verifies = true, ...more } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
  context.setDefaultTimeout(600_000);
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: verifies,
        automaticPresenceSimulation: true,
      },
    });
    await use(page, (method, told = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...told }));
  } finally {
    await context.close();
  }
}

async function signIn(page, account, language = "en") {
  await page.goto(`${base}/${language}/desk`);
  await page.locator("#account").fill(account);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/${language}/desk`);
}

/** Up to the page where the browser makes it. */
async function beginPasskey(page, name, language = "en") {
  await page.goto(`${base}/${language}/desk/account`);
  await page.locator("#passkey-title").fill(name);
  await page.locator("#passkey-password").fill(password);
  await page.locator("button[name=action][value=passkey]").press("Enter");
  await page.locator("form.passkey-form button").waitFor();
}

async function addPasskey(page, name) {
  await beginPasskey(page, name);
  await page.getByRole("button", { name: "Make the passkey" }).press("Enter");
  await page.getByRole("status").getByText("The passkey was added.").waitFor();
}

async function signOut(page) {
  await page.getByRole("button", { name: "Sign out", exact: true }).press("Enter");
  await page.waitForURL(`${base}/en/`);
}

async function usePasskey(page) {
  await page.goto(`${base}/en/desk`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).press("Enter");
}

test("a passkey is made, signs in by keyboard alone, and is removed", async () => {
  await withPage({}, async (page, ask) => {
    await signIn(page, "ana");
    await addPasskey(page, "Telephone of Ana");
    const { credentials } = await ask("getCredentials");
    assert.equal(credentials.length, 1);
    assert.ok(credentials[0].isResidentCredential);
    assert.equal(credentials[0].rpId, "localhost");
    assert.equal(Buffer.from(credentials[0].userHandle, "base64").length, 64);
    await page.getByText("Telephone of Ana added").waitFor();
    await page.getByText("not used yet").waitFor();

    // The same device makes no second one.
    await beginPasskey(page, "Again");
    await page.getByRole("button", { name: "Make the passkey" }).press("Enter");
    await page.getByRole("alert").getByText("has a passkey of your account already").waitFor();
    await page.getByRole("link", { name: "Back to your account" }).press("Enter");

    await signOut(page);
    await usePasskey(page);
    await page.waitForURL(`${base}/en/desk`);
    await page.goto(`${base}/en/desk/account`);
    await page.getByText("last used").first().waitFor();

    await page.getByLabel("Telephone of Ana").check();
    await page.locator("#passkey-end-password").fill(password);
    await page.getByRole("button", { name: "Remove the passkey" }).press("Enter");
    await page.getByRole("status").getByText("The passkey was removed.").waitFor();
    await signOut(page);
    await usePasskey(page);
    await page.getByRole("alert").getByText("lets nobody in here").waitFor();
  });
});

for (const algorithm of [-8, -257])
  test(`a key of the algorithm ${algorithm} signs in too`, async () => {
    await withPage({}, async (page) => {
      await signIn(page, "ben");
      await page.addInitScript((only) => {
        const create = navigator.credentials.create.bind(navigator.credentials);
        navigator.credentials.create = (options) => {
          options.publicKey.pubKeyCredParams = [{ type: "public-key", alg: only }];
          return create(options);
        };
      }, algorithm);
      await addPasskey(page, `Key ${algorithm}`);
      await signOut(page);
      await usePasskey(page);
      await page.waitForURL(`${base}/en/desk`);
    });
  });

test("a passkey whose counter went back is refused, and the operator reads of it", async () => {
  await withPage({}, async (page, ask) => {
    await signIn(page, "eve");
    await addPasskey(page, "Copied");
    await signOut(page);
    await usePasskey(page);
    await page.waitForURL(`${base}/en/desk`);
    await signOut(page);
    const [{ backupEligibility, backupState, ...credential }] = (await ask("getCredentials")).credentials;
    await ask("clearCredentials");
    await ask("addCredential", { credential: { ...credential, signCount: credential.signCount - 1 } });
    await usePasskey(page);
    await page.getByRole("alert").getByText("lets nobody in here").waitFor();
    await signIn(page, "op");
    await page.goto(`${base}/en/desk/events?account=eve`);
    await page.getByText("passkey-refused").waitFor();
  });
});

test("without a passkey, or without a look at who holds it, nobody comes in", async () => {
  await withPage({}, async (page) => {
    await usePasskey(page);
    await page.getByRole("alert").getByText("Nobody was signed in").waitFor();
    // The password still does.
    await signIn(page, "ana");
  });
  await withPage({ verifies: false }, async (page) => {
    await signIn(page, "ana");
    await beginPasskey(page, "Unverified");
    await page.getByRole("button", { name: "Make the passkey" }).press("Enter");
    await page.getByRole("alert").getByText("No passkey was made").waitFor();
  });
});

/** What is said without scripts, as it is seen (texts within noscript are found by no getByText). */
const saidWithoutScripts = (page) => page.locator("noscript").filter({ visible: true }).innerText();

test("without scripts the pages say that passkeys need them, and show no button", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/en/desk/login`);
    assert.equal(await page.getByRole("button", { name: "passkey" }).count(), 0);
    assert.match(await saidWithoutScripts(page), /works only with scripts/);
    await signIn(page, "ana");
    await page.goto(`${base}/en/desk/account`);
    assert.match(await saidWithoutScripts(page), /work only with scripts/);
    await page.locator("#passkey-title").fill("None");
    await page.locator("#passkey-password").fill(password);
    await page.getByRole("button", { name: "Add a passkey" }).press("Enter");
    await page.getByRole("link", { name: "Back to your account" }).waitFor();
    assert.match(await saidWithoutScripts(page), /work only with scripts/);
    assert.equal(await page.getByRole("button", { name: "Make the passkey" }).count(), 0);
  });
});

for (const [language, colorScheme] of [["en", "light"], ["zh", "dark"], ["ru", "light"], ["fr", "dark"]])
  test(`axe finds nothing on the pages of passkeys, and nothing is too wide: ${language}, ${colorScheme}`, async () => {
    await withPage({ colorScheme, bypassCSP: true }, async (page) => {
      const check = async (what) => {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        assert.deepEqual(violations.map((one) => `${what}: ${one.id}: ${one.nodes[0].html}`), []);
        for (const [width, height] of [[320, 800], [1280, 900]]) {
          await page.setViewportSize({ width, height });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(over <= 0, `${what}: ${over} px too wide at ${width}`);
        }
      };
      await page.goto(`${base}/${language}/desk/login`);
      await page.locator("form.passkey-form button").waitFor();
      await check("log-in");
      await signIn(page, "op", language);
      await beginPasskey(page, "A telephone with a long name, ".repeat(3), language);
      await check("new passkey");
      await page.locator("form.passkey-form button").press("Enter");
      await page.getByRole("status").waitFor();
      await check("account");
    });
  });
