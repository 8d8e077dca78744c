// A register in a folder of its own, its server and a browser, for one file of tests.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { serve } from "../server.mjs";

export { mainPages, password } from "../server.mjs";

/** The text of axe, to be evaluated in a page before `axe.run`. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What serve() makes, and a browser. What is given must be closed. */
export async function open(prepare, ...options) {
  const { base, close: stop } = await serve(prepare, ...options);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    timeout: 600_000,  // as everywhere: of a browser that hangs; a busy machine fails no test
  });
  const close = async () => {
    await browser.close();
    await stop();
  };
  return { base, browser, close };
}
