import assert from "node:assert/strict";

import { anls, editDistance } from "../../src/metric/anls.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

const golden = scorerGolden("anls") as { readonly rows: readonly (readonly [string, readonly string[], number])[] };

describe("metric/anls", () => {
  it(`anls() equals the challenge's program on ${golden.rows.length} answers`, () => {
    for (const [prediction, answers, wanted] of golden.rows) {
      assertNear(anls(prediction, answers, { half: "program" }), wanted, [prediction, answers]);
    }
  });

  it("anls() by its definition differs from the program at a distance of one half only", () => {
    let halves = 0;
    for (const [prediction, answers, wanted] of golden.rows) {
      assertNear(anls(prediction, answers), wanted === 0.5 ? 0 : wanted, [prediction, answers]);
      halves += Number(wanted === 0.5);
    }
    assert.ok(halves > 0);
  });

  it("editDistance() counts insertions, deletions and replacements of code points", () => {
    for (const [a, b, wanted] of [
      ["kitten", "sitting", 3],
      ["", "abc", 3],
      ["flaw", "lawn", 2],
      ["a😀", "a", 1],
    ] as const) {
      assert.equal(editDistance(Array.from(a), Array.from(b)), wanted, `${a} ${b}`);
    }
  });

  it("anls() rejects a question without answers", () => {
    assert.throws(() => anls("a", []), { name: "RangeError", message: /expected at least one answer, got none/ });
  });
});
