import assert from "node:assert/strict";

import { leaveOneOutAgreement, vqaAccuracy, vqaAnswerOf } from "../../src/metric/vqa-accuracy.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly rows: readonly (readonly [string, readonly string[], number])[];
  readonly answersOf: readonly (readonly [string, string])[];
}

const golden = scorerGolden("vqa") as Golden;

describe("metric/vqa-accuracy", () => {
  it(`vqaAccuracy() equals the official program on ${golden.rows.length} answers`, () => {
    for (const [prediction, answers, wanted] of golden.rows) {
      assertNear(vqaAccuracy(prediction, answers), wanted, [prediction, answers]);
    }
  });

  it("vqaAnswerOf() takes the same part of a text as the paper's program", () => {
    for (const [text, wanted] of golden.answersOf) assert.equal(vqaAnswerOf(text), wanted, JSON.stringify(text));
  });

  it("leaveOneOutAgreement() is 0.3, 0.6, 0.9 and 1 for one to four of ten", () => {
    const answers = (count: number): string[] => Array.from({ length: 10 }, (_, i) => (i < count ? "a" : "b"));
    for (const [count, wanted] of [0, 0.3, 0.6, 0.9, 1].entries()) {
      assertNear(leaveOneOutAgreement("a", answers(count)), wanted, count);
    }
  });

  it("vqaAccuracy() normalises only where the annotators differ", () => {
    assert.equal(
      vqaAccuracy(
        "Yes",
        Array.from({ length: 10 }, () => "yes"),
      ),
      0,
    );
    assert.equal(vqaAccuracy("Yes", [...Array.from({ length: 9 }, () => "yes"), "no"]), 1);
  });

  it("vqaAccuracy() rejects an answer without annotators", () => {
    assert.throws(() => vqaAccuracy("a", []), {
      name: "RangeError",
      message: "Cannot score an answer: expected at least one annotator, got none",
    });
  });
});
