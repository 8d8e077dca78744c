// Signing in the browser, against Node's own keys and hashes.
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, verify, webcrypto } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { build } from "esbuild";

globalThis.crypto ??= webcrypto;  // As browsers have it; Node has had it since 19.
const here = dirname(fileURLToPath(import.meta.url));
const built = await build({ entryPoints: [join(here, "../src/seal.ts")], bundle: true, format: "esm", write: false });
const { fromPem, signerOf, tellsBody } = await import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);

test("a signature is that of the key in the file", async () => {
  const pair = generateKeyPairSync("ed25519");
  const signer = await signerOf(fromPem(pair.privateKey.export({ type: "pkcs8", format: "pem" })));
  const text = '{"title":"Ö 中"}';
  assert.ok(verify(null, Buffer.from(text), pair.publicKey, Buffer.from(await signer.sign(text), "hex")));
  const spki = createPublicKey(pair.privateKey).export({ type: "spki", format: "der" });
  assert.equal(signer.publicKey, spki.subarray(-32).toString("hex"));
});

test("what is no private key of Ed25519 signs nothing", async () => {
  assert.equal(fromPem("no key"), null);
  assert.equal(fromPem(generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" })), null);
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  assert.equal(await signerOf(fromPem(other)), null);
});

test("a body that is not the one of the header is noticed", async () => {
  const salt = "ab".repeat(32), body = '{"title":{"en":"Ö"}}';
  const payload = createHash("sha256").update(Buffer.from(salt, "hex")).update(body).digest("hex");
  const header = JSON.stringify({ payload });
  assert.equal(await tellsBody(header, salt, body), true);
  assert.equal(await tellsBody(header, salt, body + " "), false);
  assert.equal(await tellsBody(header, "", ""), false);
  assert.equal(await tellsBody("{}", "", ""), true);
  assert.equal(await tellsBody("{}", "", body), false);
});
