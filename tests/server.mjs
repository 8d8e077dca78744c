// A register in a folder of its own, and its server. TAMGA names the program.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const password = "correct horse battery staple";

/** The twelve main pages, without their language. */
export const mainPages = [
  "/", "/mechanisms/china-central-asia", "/commitments", "/commitments/trade-70-billion-2030", "/instruments/treaty-permanent-good-neighbourliness",
  "/meetings", "/projects", "/projects/cku-railway", "/series", "/series/trade-total-c5-gacc", "/claims/page-record-trade", "/parties/kz",
];

/** Makes the shipped register, lets `prepare(tamga)` write to it (tamga(...args) runs a command of the program on it; an
 *  account that it adds has `password`), and serves it with `options`. What is given must be closed. */
export async function serve(prepare = () => {}, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "tamga_test_")), database = join(folder, "register.db");
  const tamga = (...args) => execFileSync(process.env.TAMGA, ["--db", database, ...args], { input: `${password}\n`, stdio: ["pipe", "ignore", "ignore"] });
  tamga("init");
  prepare(tamga);
  const server = spawn(process.env.TAMGA, ["serve", "--port", "0", "--db", database, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((resolve, reject) => {
    server.stdout.once("data", (data) => resolve(String(data).trim().replace(/\/$/, "")));
    server.once("exit", (status) => reject(new Error(`the server ended with ${status}`)));
  });
  const close = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    assert.equal(await ended, 0);
    rmSync(folder, { recursive: true });
  };
  return { base, close };
}
