import assert from "node:assert/strict";

import { singular } from "../../src/metric/english-singular.ts";
import { scorerGolden } from "./scorer-golden.ts";

const golden = scorerGolden("chair") as { readonly singular: readonly (readonly [string, string])[] };

describe("metric/english-singular", () => {
  it(`singular() equals pattern's singularize on ${golden.singular.length} words`, () => {
    for (const [word, wanted] of golden.singular) assert.equal(singular(word), wanted, word);
  });
});
