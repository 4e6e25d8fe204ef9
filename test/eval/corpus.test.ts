import assert from "node:assert/strict";

import { type LanguageModel } from "../../src/base/language-model.ts";
import { type GenerationBenchmark, type GenerationItem } from "../../src/eval/benchmark.ts";
import { corpusSamples, overRows, resampledEstimate } from "../../src/eval/corpus.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { fitContexts } from "../../src/eval/fit-context.ts";
import { resultRow, sampleRows } from "../../src/result/table.ts";
import { mockModel, modelOf } from "./mock-model.ts";

const items = ["a", "b", "c"].map((id): GenerationItem => ({
  id,
  question: id,
  context: `${id}?`,
  group: null,
  stop: ["\n"],
  maxNewTokens: 4,
  references: [{ text: id, isRight: true }],
  alsoScored: id === "b" ? [] : [` ${id}!`],
}));

const benchmark: GenerationBenchmark = {
  kind: "generation",
  name: "own",
  label: "Own",
  version: "1",
  split: "test",
  shots: 0,
  source: "this test",
  metrics: [
    { name: "length", direction: "higher", groupSize: null },
    {
      name: "longest",
      direction: "higher",
      groupSize: null,
      over: (samples) => {
        const value = Math.max(...samples.map(({ response }) => response?.length ?? 0));
        return { value, standardError: null, n: samples.length, unscored: 0 };
      },
    },
  ],
  load: () => Promise.resolve({ items, file: { path: "", sha256: "", provenance: "other" } }),
  score: (_, answer, loglikelihoods = []) => ({
    prediction: null,
    scores: { length: answer.length, beside: loglikelihoods[0] ?? 0 },
  }),
};

describe("eval/corpus", () => {
  it("a measure of the whole set comes from the sample rows, which suffice to compute it again", async () => {
    const results = await evaluate([mockModel()], [benchmark]);
    const row = resultRow(results, { model: "mock", benchmark: "own", metric: "longest" });
    assert.deepEqual([row.value, row.standardError, row.n, row.unscored], [3, null, 3, 0]);
    const over = benchmark.metrics[1]?.over;
    assert.ok(over !== undefined);
    assert.deepEqual(overRows(over, sampleRows(results)).value, 3);
    const [first] = corpusSamples(sampleRows(results));
    assert.deepEqual(first?.references, [{ text: "a", isRight: true }]);
    assert.equal(first.response, "lol");
  });

  it("continuations beside the answer are scored, handed to the scorer and kept in the sample's row", async () => {
    const model: LanguageModel = {
      ...mockModel(),
      ...modelOf("m", ({ context, continuation }) => (context === "c?" && continuation === " c!" ? -3 : -1)),
    };
    const rows = sampleRows(await evaluate([model], [benchmark]));
    assert.deepEqual(
      rows.map((row) => row.scoreValues[row.scoreNames.indexOf("beside")]),
      [-1, 0, -3],
    );
    assert.deepEqual(rows[2]?.choiceSets, ["reference", "also scored"]);
    assert.deepEqual(rows[2].loglikelihoods, [null, -3]);
  });

  it("scores of the whole set at once reach their own samples", async () => {
    const together: GenerationBenchmark = {
      ...benchmark,
      scoreAll: (all) => all.map((item) => ({ prediction: null, scores: { length: item.id.charCodeAt(0) } })),
    };
    const rows = sampleRows(await evaluate([mockModel()], [together]));
    assert.deepEqual(
      rows.map((row) => row.scoreValues),
      [[97], [98], [99]],
    );
  });

  it("resampledEstimate() gives the error of a mean, draws whole groups, and is null where nothing varies or is defined", () => {
    const samples = Array.from({ length: 400 }, (_, index) => ({ x: index % 2, group: String(index >> 1) }));
    const measure = (all: readonly { readonly x: number }[]): number =>
      all.reduce((sum, { x }) => sum + x, 0) / all.length;
    const alone = resampledEstimate(samples, { measure });
    assert.ok(Math.abs((alone.standardError ?? 0) - 0.025) < 0.002, String(alone.standardError));
    assert.equal(resampledEstimate(samples, { measure, groupOf: ({ group }) => group }).standardError, 0);
    assert.deepEqual(resampledEstimate([{ x: 1 }], { measure }), { value: 1, standardError: null, n: 1, unscored: 0 });
    assert.equal(resampledEstimate(samples, { measure: () => null }).value, null);
    assert.equal(resampledEstimate([], { measure }).value, null);
  });

  it("fitContexts() takes the longest context that fits, and the shortest where none does", () => {
    const [item] = items;
    assert.ok(item !== undefined);
    const long = { ...item, context: "one two three", shorter: { mostTokens: 2, contexts: ["two three", "three"] } };
    const countTokens = (text: string): number => text.split(" ").length;
    const asked = (mostTokens: number, model: Pick<LanguageModel, "countTokens">): string | undefined =>
      fitContexts([{ ...long, shorter: { ...long.shorter, mostTokens } }], model)[0]?.context;
    assert.deepEqual(
      [3, 2, 1, 0].map((most) => asked(most, { countTokens })),
      ["one two three", "two three", "three", "three"],
    );
    assert.equal(asked(0, {}), "one two three");
    assert.deepEqual(fitContexts([item], { countTokens }), [item]);
  });
});
