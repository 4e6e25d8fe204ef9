import assert from "node:assert/strict";

import { compare } from "../../src/eval/compare.ts";
import { report } from "../../src/report/report.ts";
import { type LanguageScore } from "../../src/result/comparison.ts";
import { type SampleRow, type SummaryRow } from "../../src/result/rows.ts";
import { buildResults, type ResultTable } from "../../src/result/table.ts";
import { sampleResults, sampleRow, summaryRow } from "../result/sample-results.ts";

/** Two models, "base" and "tuned", right (1), wrong (0) or unscored (null) on each sample of one benchmark. */
function results(
  base: readonly (number | null)[],
  tuned: readonly (number | null)[],
  change: { readonly spread?: number; readonly chance?: number; readonly metric?: string } = {},
): ResultTable {
  const { spread = 1, chance = 0.5, metric = "acc" } = change;
  const row = (model: string, score: number | null, index: number): SampleRow => {
    const width = model === "tuned" ? spread : 1;
    return sampleRow({
      model,
      sample: String(index),
      scoreNames: score === null ? [] : [metric],
      scoreValues: score === null ? [] : [score],
      prediction: score === null ? null : 0,
      loglikelihoods: score === 1 ? [-1, -1 - width] : [-1 - width, -1],
    });
  };
  const number = (model: string, value: number, kind: SummaryRow["kind"] = "model"): SummaryRow =>
    summaryRow({ kind, model, base: "base", variant: model, metric, value });
  return buildResults({
    samples: [...base.map((one, i) => row("base", one, i)), ...tuned.map((one, i) => row("tuned", one, i))],
    summary: [number("base", 0), number("tuned", 0), number("Random guess (expected)", chance, "baseline")],
    provenance: sampleResults().provenance,
  });
}

const score = (model: string, natsPerByte: number): LanguageScore => ({
  model,
  text: "t",
  natsPerToken: natsPerByte * 4,
  natsPerByte,
  tokens: 10,
  bytes: 40,
});

const models = { base: "base", tuned: "tuned" } as const;

describe("eval/compare", () => {
  it("compare() gives paired difference, McNemar's counts and the distance from chance", () => {
    const found = compare(results([1, 0, 0, 0, 0, 0, 1, null], [1, 1, 1, 1, 1, 1, 0, 1]), models);
    const [row] = found.rows;
    assert.ok(row);
    assert.deepEqual([row.n, row.unscored, row.gained, row.lost, row.chance], [7, 1, 5, 1, 0.5]);
    assert.ok(Math.abs((row.difference ?? NaN) - 4 / 7) < 1e-12);
    // 2 (1 + 6) / 2^6
    assert.equal(row.pValue, 0.21875);
    assert.equal(row.pHolm, 0.21875);
    assert.ok((row.detectable ?? 0) > (row.standardError ?? 0));
    assert.equal(found.language, null);
  });

  it("compare() gives the gap between right and wrong choices, and their spread", () => {
    const [row] = compare(results([1, 0], [1, 1], { spread: 0.5 }), models).rows;
    assert.deepEqual([row?.gapBase, row?.gapTuned, row?.spreadBase, row?.spreadTuned], [0, 0.5, 0.5, 0.25]);
  });

  it("compare() uses Student's t where scores are no right or wrong", () => {
    const [row] = compare(results([0.1, 0.2, 0.4], [0.2, 0.4, 0.5], { metric: "mc2" }), models).rows;
    assert.deepEqual([row?.gained, row?.lost], [null, null]);
    // t = 4 with 2 degrees of freedom: 1 - t / sqrt(2 + t^2)
    assert.ok(Math.abs((row?.pValue ?? NaN) - (1 - 4 / Math.sqrt(18))) < 1e-9, String(row?.pValue));
  });

  it("compare() warns of a gain that may be forgetting, and of no loss", () => {
    const gain = results([0, 0, 0, 1], [0, 1, 0, 1], { spread: 0.5, chance: 0.6 });
    const worse = [score("base", 1), score("tuned", 1.2)];
    assert.deepEqual(compare(gain, { ...models, language: worse }).rows[0]?.warnings, [
      "predicts language worse than its base",
      "its choices lie nearer together",
      "began worse than chance and moved towards it",
    ]);
    const sound = results([0, 0, 0, 1], [0, 1, 0, 1], { spread: 2, chance: 0.1 });
    assert.deepEqual(
      compare(sound, { ...models, language: [score("base", 1), score("tuned", 0.9)] }).rows[0]?.warnings,
      [],
    );
    const loss = results([0, 1], [0, 0], { spread: 0.5, chance: 0.9 });
    assert.deepEqual(compare(loss, { ...models, language: worse }).rows[0]?.warnings, []);
  });

  it("compare() takes the language check that the results carry, and a given one before it", () => {
    const gain = {
      ...results([0, 0, 0, 1], [0, 1, 0, 1], { chance: 0.1 }),
      language: [score("base", 1), score("tuned", 1.2)],
    };
    const found = compare(gain, models);
    assert.deepEqual(found.language, { base: score("base", 1), tuned: score("tuned", 1.2) });
    assert.deepEqual(found.rows[0]?.warnings, ["predicts language worse than its base"]);
    const given = [score("base", 1), score("tuned", 0.9)];
    assert.deepEqual(compare(gain, { ...models, language: given }).rows[0]?.warnings, []);
    assert.equal(compare({ ...gain, language: [score("base", 1)] }, models).language, null);
  });

  it("compare() names the models there are", () => {
    assert.throws(() => compare(results([1], [1]), { base: "x", tuned: "tuned" }), {
      name: "RangeError",
      message: /"x" in the results: expected one of base, tuned/,
    });
    assert.throws(() => compare(results([1], [1]), { ...models, language: [score("base", 1)] }), {
      message: /"tuned" in the language check: expected one of base/,
    });
  });

  it("report.comparison() shows the row, the warnings and the language check", () => {
    const found = compare(results([0, 0, 0, 1], [0, 1, 0, 1], { spread: 0.5 }), {
      ...models,
      language: [score("base", 1), score("tuned", 1.25)],
    });
    const { text, html, markdown } = report.comparison({ ...found, tuned: "<tuned>" });
    assert.match(text, /ETHICS cm acc {2}25\.0 {3}50\.0 {2}\+25\.0 ± 25\.0 {5}1\.000 {10}1 \/ 0/);
    assert.match(text, /⚠ predicts language worse than its base; its choices lie nearer together/);
    assert.match(text, /4\.000 → 5\.000 nats per token, 1\.000 → 1\.250 per byte/);
    assert.match(html, /&lt;tuned&gt; beside its base base/);
    assert.match(markdown, /\| ETHICS cm acc ⚠ predicts/);
  });
});
