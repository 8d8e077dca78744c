// The description of the addresses for programs, by a validator that is not ours, against the schema of OpenAPI 3.1 itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { serve } from "../server.mjs";

test("/openapi.json is OpenAPI 3.1", async () => {
  const { base, close } = await serve();
  try {
    const answer = await fetch(`${base}/openapi.json`);
    assert.equal(answer.status, 200);
    const told = await answer.json();
    const validator = new Validator();
    const result = await validator.validate(told);
    assert.deepEqual(result.errors ?? [], []);
    assert.equal(result.valid, true);
    assert.equal(validator.version, "3.1");
    // It finds what is wrong.
    delete told.paths["/{language}/{kinds}.json"].get.responses;
    told.paths["/{language}/{kinds}.json"].get.parameters[0].in = "nowhere";
    assert.equal((await new Validator().validate(told)).valid, false);
  } finally {
    await close();
  }
});
