import assert from "node:assert/strict";

import { type Estimate } from "../../src/metric/estimate.ts";
import { normalizeSquadAnswer, squadResult, squadScores } from "../../src/metric/squad.ts";
import { assertNear, scorerGolden } from "./scorer-golden.ts";

interface Golden {
  readonly rows: readonly (readonly [string, readonly string[], number, number, number])[];
  readonly normalized: readonly (readonly [string, string])[];
  readonly reports: readonly (readonly [number, Readonly<Record<string, number>>])[];
}

const golden = scorerGolden("squad") as Golden;

describe("metric/squad", () => {
  it(`squadScores() equals the official program on ${golden.rows.length} answers`, () => {
    for (const [prediction, answers, , exact, f1] of golden.rows) {
      const scores = squadScores({ prediction, answers });
      assert.equal(scores.exact, exact, JSON.stringify([prediction, answers]));
      assertNear(scores.f1, f1, [prediction, answers]);
    }
  });

  it("normalizeSquadAnswer() removes articles as whole Unicode words only", () => {
    for (const [text, wanted] of golden.normalized) assert.equal(normalizeSquadAnswer(text), wanted);
  });

  for (const [threshold, report] of golden.reports) {
    it(`squadResult() equals the official report at threshold ${threshold}`, () => {
      const answers = golden.rows.map(([prediction, texts, noAnswerProbability]) => ({
        prediction,
        answers: texts,
        noAnswerProbability,
      }));
      const result = squadResult(answers, { threshold });
      const check = (estimate: Estimate, name: string): void => {
        assertNear(100 * (estimate.value ?? NaN), report[name] ?? NaN, name);
      };
      check(result.exact, "exact");
      check(result.f1, "f1");
      check(result.hasAnswer.exact, "HasAns_exact");
      check(result.hasAnswer.f1, "HasAns_f1");
      check(result.noAnswer.exact, "NoAns_exact");
      check(result.noAnswer.f1, "NoAns_f1");
      assert.equal(result.hasAnswer.exact.n, report.HasAns_total);
      assertNear(100 * result.bestExact.value, report.best_exact ?? NaN, "best_exact");
      assertNear(100 * result.bestF1.value, report.best_f1 ?? NaN, "best_f1");
      assert.equal(result.bestExact.threshold, report.best_exact_thresh);
      assert.equal(result.bestF1.threshold, report.best_f1_thresh);
    });
  }
});
