import assert from "node:assert/strict";

import { binaryMeasures } from "../../src/metric/binary-measures.ts";
import { popeAnswerOf } from "../../src/metric/pope.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly rows: readonly (readonly ["yes" | "no", string, string])[];
  readonly parts: readonly (readonly [number, number, readonly number[], readonly number[]])[];
}

const golden = scorerGolden("pope") as Golden;

describe("metric/pope", () => {
  it(`popeAnswerOf() equals the official program on ${golden.rows.length} texts`, () => {
    for (const [, text, wanted] of golden.rows) assert.equal(popeAnswerOf(text), wanted, JSON.stringify(text));
  });

  for (const [start, end, counts, measures] of golden.parts) {
    it(`binaryMeasures() equals the official program on answers ${start} to ${end}`, () => {
      const answers = golden.rows.slice(start, end).map(([label, text]) => ({ label, prediction: popeAnswerOf(text) }));
      const found = binaryMeasures(answers);
      const { truePositives, falsePositives, trueNegatives, falseNegatives } = found;
      assert.deepEqual([truePositives, falsePositives, trueNegatives, falseNegatives], counts);
      const values = [found.accuracy.value, found.precision, found.recall, found.f1, found.yesRatio];
      for (const [i, value] of values.entries()) assertNear(value, measures[i] ?? NaN, i);
    });
  }
});
