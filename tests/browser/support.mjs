// A register in a folder of its own, its server and a browser, for one file of tests.
// TAMGA names the program, CHROMIUM the browser (default: /usr/bin/chromium).
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** The text of axe, to be evaluated in a page before `axe.run`. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const password = "correct horse battery staple";

/** Makes the shipped register, lets `prepare(tamga)` write to it (tamga(...args) runs a command of the program on it; an
 *  account that it adds has `password`), and serves it. What is given must be closed. */
export async function open(prepare = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "tamga_test_")), database = join(folder, "register.db");
  const tamga = (...args) => execFileSync(process.env.TAMGA, ["--db", database, ...args], { input: `${password}\n`, stdio: ["pipe", "ignore", "ignore"] });
  tamga("init");
  prepare(tamga);
  const server = spawn(process.env.TAMGA, ["serve", "--port", "0", "--db", database], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((resolve, reject) => {
    server.stdout.once("data", (data) => resolve(String(data).trim().replace(/\/$/, "")));
    server.once("exit", (status) => reject(new Error(`the server ended with ${status}`)));
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    timeout: 600_000,  // as everywhere: of a browser that hangs; a busy machine fails no test
  });
  const close = async () => {
    await browser.close();
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    assert.equal(await ended, 0);
    rmSync(folder, { recursive: true });
  };
  return { base, browser, close };
}
