import assert from "node:assert/strict";

import { normalizeTextvqaAnswer, textvqaAccuracy } from "../../src/metric/textvqa-accuracy.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly rows: readonly (readonly [string, readonly string[], number])[];
  readonly normalized: readonly (readonly [string, string])[];
}

const golden = scorerGolden("textvqa") as Golden;

describe("metric/textvqa-accuracy", () => {
  it(`textvqaAccuracy() equals the official evaluator on ${golden.rows.length} answers`, () => {
    for (const [prediction, answers, wanted] of golden.rows) {
      assertNear(textvqaAccuracy(prediction, answers), wanted, [prediction, answers]);
    }
  });

  it("normalizeTextvqaAnswer() equals the official answer processor", () => {
    for (const [text, wanted] of golden.normalized) assert.equal(normalizeTextvqaAnswer(text), wanted);
  });

  it("textvqaAccuracy() rejects other than ten answers", () => {
    assert.throws(() => textvqaAccuracy("a", ["a"]), {
      name: "RangeError",
      message: "Cannot score a TextVQA answer: expected 10 reference answers, got 1",
    });
  });
});
