// What the Nu HTML checker says of the twelve main pages in three languages. Exit 1 where it says anything.
//
//   (cd tests/pages && npm ci) && TAMGA=build/release/tamga node tests/pages/nu.mjs
//
// JAVA names the runtime (default: java).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mainPages, serve } from "../server.mjs";

const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
const folder = mkdtempSync(join(tmpdir(), "tamga_nu_"));
const { base, close } = await serve();
const names = new Map();
for (const language of ["en", "zh", "ru"])
  for (const path of mainPages) {
    const file = join(folder, `${names.size}.html`);
    writeFileSync(file, await (await fetch(`${base}/${language}${path}`)).text());
    names.set(file, `/${language}${path}`);
  }
await close();
const told = execFileSync(process.env.JAVA ?? "java", ["-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", ...names.keys()], { encoding: "utf8", maxBuffer: 1 << 28 });
rmSync(folder, { recursive: true });
const { messages } = JSON.parse(told);
for (const { url, type, lastLine, lastColumn, message, extract } of messages)
  console.log(`${names.get(url.replace(/^file:\/*/, "/"))}:${lastLine}:${lastColumn} ${type}: ${message}\n    ${extract?.trim()}`);
console.log(`${names.size} pages, ${messages.length} messages`);
process.exitCode = messages.length ? 1 : 0;
