// Makes the pictures of the twelve main pages in docs/pictures, to be looked at before a release:
//
//   TAMGA=build/dev/src/cli/tamga node tests/browser/pictures.mjs
//
// A sheet of twelve for each of some ways to see them: languages, screens, light and dark, paper.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const pages = [
  "/", "/mechanisms/china-central-asia", "/commitments", "/commitments/trade-70-billion-2030", "/instruments/treaty-permanent-good-neighbourliness",
  "/meetings", "/projects", "/projects/cku-railway", "/series", "/series/trade-total-c5-gacc", "/claims/page-record-trade", "/parties/kz",
];
const sheets = [
  { name: "en-desk-light", language: "en", width: 1440, height: 1080 },
  { name: "zh-desk-dark", language: "zh", width: 1440, height: 1080, colorScheme: "dark" },
  { name: "ru-desk-light", language: "ru", width: 1440, height: 1080 },
  { name: "zh-phone-light", language: "zh", width: 360, height: 780 },
  { name: "ru-phone-dark", language: "ru", width: 360, height: 780, colorScheme: "dark" },
  { name: "en-print", language: "en", width: 794, height: 1123, media: "print" },
];

const to = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tamga_pictures_"));
const database = join(folder, "register.db");
execFileSync(process.env.TAMGA, ["--db", database, "init"]);
const server = spawn(process.env.TAMGA, ["serve", "--port", "0", "--db", database], { stdio: ["ignore", "pipe", "inherit"] });
const base = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim().replace(/\/$/, ""))));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  timeout: 600_000,
});

for (const { name, language, width, height, colorScheme = "light", media = "screen" } of sheets) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  await page.emulateMedia({ media, colorScheme });
  const shots = [];
  for (const path of pages) {
    await page.goto(`${base}/${language}${path}`);
    shots.push(`<img src="data:image/png;base64,${(await page.screenshot()).toString("base64")}">`);
  }
  await context.close();
  const sheet = await browser.newPage({ viewport: { width: 1200, height: 400 } });
  sheet.setDefaultTimeout(600_000);
  const columns = width === 360 ? 6 : 4;
  await sheet.setContent(`<body style="margin:12px;display:grid;gap:12px;grid-template-columns:repeat(${columns},1fr);background:#888">
    ${shots.join("").replaceAll("<img", '<img style="width:100%"')}</body>`);
  await sheet.screenshot({ path: join(to, `${name}.jpg`), type: "jpeg", quality: 42, fullPage: true });
  await sheet.close();
}

await browser.close();
server.kill("SIGTERM");
rmSync(folder, { recursive: true });
