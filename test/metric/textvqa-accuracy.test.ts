import assert from "node:assert/strict";

import { textvqaAccuracy } from "../../src/metric/textvqa-accuracy.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

const golden = scorerGolden("textvqa") as { readonly rows: readonly (readonly [string, readonly string[], number])[] };

describe("metric/textvqa-accuracy", () => {
  it(`textvqaAccuracy() equals the official evaluator on ${golden.rows.length} answers`, () => {
    for (const [prediction, answers, wanted] of golden.rows) {
      assertNear(textvqaAccuracy(prediction, answers), wanted, [prediction, answers]);
    }
  });

  it("textvqaAccuracy() rejects other than ten answers", () => {
    assert.throws(() => textvqaAccuracy("a", ["a"]), {
      name: "RangeError",
      message: "Cannot score a TextVQA answer: expected 10 reference answers, got 1",
    });
  });
});
