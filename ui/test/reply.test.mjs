// The work for a reply, against Node's own SHA-256.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = await build({ entryPoints: [join(here, "../src/reply.ts")], bundle: true, format: "esm", write: false });
const { firstWord, works } = await import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);

test("the first word of a digest is that of FIPS 180-4, at every length around a block's end", () => {
  for (let length = 0; length < 200; ++length) {
    const text = "a-0Z:9".repeat(40).slice(0, length);
    assert.equal(firstWord(text), createHash("sha256").update(text).digest().readUInt32BE(0), `${length}`);
  }
});

test("a number works where the digest begins with the zero bits", () => {
  let nonce = 0;
  while (!works("token", nonce, 12)) ++nonce;
  assert.equal(createHash("sha256").update(`token:${nonce}`).digest().readUInt16BE(0) >> 4, 0);
});
