// A party's signatory seals in a real browser (WebCrypto) what the party wrote; the private key is in no request.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, open, password } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "tamga_test_")), keyFile = join(folder, "kz.key");
const report = "id,title@en,commitment,party\nsealed,Work began <b>,desertification-centre-2025,kz\n";
let base, browser, close;

before(async () => {
  writeFileSync(join(folder, "reports.csv"), report);
  ({ base, browser, close } = await open((tamga) => {
    tamga("account", "add", "sig", "--name", "Sig", "--role", "party-signatory", "--of", "kz");
    tamga("import", join(folder, "reports.csv"), "--author", "account:ana for party:kz");
  }));
  execFileSync(process.env.TAMGA, ["key", "new", keyFile]);
});

after(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

test("a signatory seals in the browser, with a key that stays there", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  const sent = [];
  page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));
  const pem = readFileSync(keyFile, "utf8");
  const publicKey = createPublicKey(pem), hex = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex");
  const press = async (button) => Promise.all([page.waitForNavigation(), page.click(button)]);
  await page.goto(`${base}/en/desk/seals`);
  await page.fill("input[name=account]", "sig");
  await page.fill("input[name=password]", password);
  await press("form.desk-form button[type=submit], main form button[type=submit]");
  await page.goto(`${base}/en/desk/seals`);
  await page.fill("#new-key", hex);
  await press("button[value=register]");
  const entry = page.locator("[data-position]").filter({ hasText: "Work began <b>" });
  const header = await entry.locator(".signed-header").textContent(), position = await entry.getAttribute("data-position");
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((one) => one.id), []);

  // No key, what is none, and a text that is not the one whose hash is signed: nothing is sent.
  const refused = async (words) => {
    const before = sent.length;
    await page.click("button[value=sign]");
    await page.waitForFunction((wanted) => document.querySelector("#seal-told").textContent.includes(wanted), words);
    assert.equal(sent.length, before);
  };
  await refused("This is no private key");
  await page.setInputFiles("#key-file", { name: "x.key", mimeType: "text/plain", buffer: Buffer.from("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") });
  await refused("This is no private key");
  await page.setInputFiles("#key-file", keyFile);
  const body = entry.locator(".signed-body code"), text = await body.textContent();
  await body.evaluate((element) => { element.textContent = element.textContent.replace("began", "ended"); });
  await refused("is not what the journal holds");
  await body.evaluate((element, before) => { element.textContent = before; }, text);

  await press("button[value=sign]");
  assert.equal(await page.locator(`[data-position="${position}"]`).count(), 0, "it waits no more");
  const [seal] = (await (await fetch(`${base}/en/reports/sealed.json`)).json()).seals;
  assert.deepEqual([seal.party, seal.key.hex], ["kz", hex]);
  assert.equal(verify(null, Buffer.from(header), publicKey, Buffer.from(seal.signature, "hex")), true);
  // Not the key, neither as it stands in its file nor as bytes.
  const secret = pem.replace(/-----[^-]+-----|\s/g, "");
  assert.ok(secret.length >= 64);
  for (const one of sent)
    for (const told of [secret, encodeURIComponent(secret), Buffer.from(secret, "base64").subarray(-32).toString("hex")]) assert.ok(!one.includes(told));
  assert.ok(sent.some((one) => one.includes(hex)));
  await page.goto(`${base}/en/reports/sealed`);
  assert.match(await page.locator("main").innerText(), /sealed by Kazakhstan/);
  await context.close();
});
