import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { rouge, type RougeType } from "../../src/metric/rouge.ts";

interface Golden {
  readonly header: { readonly types: RougeType[] };
  readonly rows: readonly (readonly [string, string, [number, number, number][]])[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/metric-rouge.json", import.meta.url), "utf8")) as Golden;
const tolerance = 1e-12;

describe("metric/rouge", () => {
  for (const [index, type] of golden.header.types.entries()) {
    it(`rouge() equals rouge_score's ${type} on ${golden.rows.length} pairs`, () => {
      for (const [prediction, reference, wanted] of golden.rows) {
        const { precision, recall, fMeasure } = rouge(prediction, { reference, type });
        for (const [i, value] of [precision, recall, fMeasure].entries()) {
          const expected = wanted[index]?.[i] ?? NaN;
          assert.ok(Math.abs(value - expected) <= tolerance, `${JSON.stringify(prediction)}: ${value}, ${expected}`);
        }
      }
    });
  }
});
