import assert from "node:assert/strict";

import { mmeAnswerOf, mmeTasks, mmeTaskScore } from "../../src/metric/mme.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly tasks: readonly (readonly [string, readonly (readonly ["yes" | "no", string])[], number])[];
  readonly sums: { readonly perception: number; readonly cognition: number };
  readonly answers: readonly (readonly [string, string])[];
}

const golden = scorerGolden("mme") as Golden;

describe("metric/mme", () => {
  it(`mmeAnswerOf() equals the paper's program on ${golden.answers.length} texts`, () => {
    for (const [text, wanted] of golden.answers) {
      assert.equal(mmeAnswerOf(text), wanted === "other" ? "undecided" : wanted, JSON.stringify(text));
    }
  });

  for (const [task, rows, wanted] of golden.tasks) {
    it(`mmeTaskScore() equals the paper's program on ${task}`, () => {
      const answers = rows.map(([label, text]) => ({ label, text }));
      assertNear(mmeTaskScore(answers).scorePoints, wanted, task);
    });
  }

  it("mmeTasks sums to the paper's perception and cognition scores", () => {
    const points = new Map(
      golden.tasks.map(([task, rows]) => [
        task,
        mmeTaskScore(rows.map(([label, text]) => ({ label, text }))).scorePoints,
      ]),
    );
    for (const kind of ["perception", "cognition"] as const) {
      const sum = mmeTasks[kind].reduce((total, task) => total + (points.get(task) ?? NaN), 0);
      assertNear(sum, golden.sums[kind], kind);
    }
  });

  it("mmeTaskScore() counts an image only where both answers are right", () => {
    const score = mmeTaskScore([
      { label: "yes", text: "Yes." },
      { label: "no", text: "No." },
      { label: "yes", text: "Yes" },
      { label: "no", text: "maybe" },
    ]);
    assert.equal(score.accuracy.value, 0.75);
    assert.equal(score.accuracyPlus.value, 0.5);
    assert.equal(score.accuracyPlus.n, 2);
    assert.equal(score.scorePoints, 125);
    assert.equal(score.undecided, 1);
  });

  it("mmeTaskScore() rejects an image with one answer", () => {
    assert.throws(() => mmeTaskScore([{ label: "yes", text: "yes" }]), {
      name: "RangeError",
      message: "Cannot score an MME task: expected two answers an image, got 1 answers",
    });
  });
});
