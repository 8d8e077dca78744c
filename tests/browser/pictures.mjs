// Makes the pictures of the twelve main pages in docs/pictures, to be looked at before a release:
//
//   TAMGA=build/dev/tamga node tests/browser/pictures.mjs
//
// A sheet of twelve for each of some ways to see them: languages, screens, light and dark, paper.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mainPages, open } from "./support.mjs";

const sheets = [
  { name: "en-desk-light", language: "en", width: 1440, height: 1080 },
  { name: "zh-desk-dark", language: "zh", width: 1440, height: 1080, colorScheme: "dark" },
  { name: "ru-desk-light", language: "ru", width: 1440, height: 1080 },
  { name: "zh-phone-light", language: "zh", width: 360, height: 780 },
  { name: "ru-phone-dark", language: "ru", width: 360, height: 780, colorScheme: "dark" },
  { name: "en-print", language: "en", width: 794, height: 1123, media: "print" },
];

const to = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const { base, browser, close } = await open();

for (const { name, language, width, height, colorScheme = "light", media = "screen" } of sheets) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  await page.emulateMedia({ media, colorScheme });
  const shots = [];
  for (const path of mainPages) {
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

await close();
