import assert from "node:assert/strict";

import { binaryMeasures } from "../../src/metric/binary-measures.ts";
import { oodcvVqaCorrect, sketchyVqaAnswerOf } from "../../src/metric/unicorn.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly oodcv: readonly (readonly [string, string, number])[];
  readonly sketchy: readonly (readonly ["Yes" | "No", string, string])[];
  readonly parts: readonly (readonly [number, number, readonly number[], readonly number[]])[];
}

const golden = scorerGolden("unicorn") as Golden;

describe("metric/unicorn", () => {
  it(`oodcvVqaCorrect() equals the official program on ${golden.oodcv.length} texts`, () => {
    for (const [text, answer, wanted] of golden.oodcv) {
      assert.equal(Number(oodcvVqaCorrect(text, answer)), wanted, JSON.stringify([text, answer]));
    }
  });

  it(`sketchyVqaAnswerOf() equals the official program on ${golden.sketchy.length} texts`, () => {
    for (const [, text, wanted] of golden.sketchy) {
      assert.equal(sketchyVqaAnswerOf(text), wanted === "nan" ? "undecided" : wanted, JSON.stringify(text));
    }
  });

  for (const [start, end, counts, measures] of golden.parts) {
    it(`binaryMeasures() leaves undecided sketches out as the official program, ${start} to ${end}`, () => {
      const answers = golden.sketchy.slice(start, end).map(([label, text]) => ({
        label: label === "Yes" ? ("yes" as const) : ("no" as const),
        prediction: sketchyVqaAnswerOf(text),
      }));
      const found = binaryMeasures(answers);
      assert.ok(found.undecided > 0);
      const { truePositives, falsePositives, trueNegatives, falseNegatives } = found;
      assert.deepEqual([truePositives, falsePositives, trueNegatives, falseNegatives], counts);
      const values = [found.accuracy.value, found.precision, found.recall, found.f1, found.yesRatio];
      for (const [i, value] of values.entries()) assertNear(value, measures[i] ?? NaN, i);
    });
  }

  it("oodcvVqaCorrect() rejects an answer that the benchmark does not have", () => {
    assert.throws(() => oodcvVqaCorrect("x", "11"), {
      name: "RangeError",
      message: 'Cannot score an OODCV-VQA answer: expected Yes, No or 0 to 10, got "11"',
    });
  });
});
