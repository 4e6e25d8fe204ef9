/** A small results table for tests: two models and one baseline on two benchmarks, with awkward values. */

import { type SampleRow, type SummaryRow } from "../../src/result/rows.ts";
import { buildResults, type ResultTable } from "../../src/result/table.ts";

/** One sample row; `change` overrides fields. */
export function sampleRow(change: Partial<SampleRow> = {}): SampleRow {
  return {
    model: "Tiny base",
    benchmark: "ethics_cm",
    version: "0",
    sample: "0",
    group: null,
    question: "Is <b>this</b> wrong?",
    prompt: "Is <b>this</b> wrong?\nAnswer:",
    promptHash: "00ff",
    images: [],
    imageHashes: [],
    choiceSets: ["answer", "answer"],
    choices: [" yes", " no"],
    isRight: [true, false],
    loglikelihoods: [-1.5, -2.25],
    tokenCounts: [1, 2],
    response: null,
    prediction: 0,
    scoreNames: ["acc"],
    scoreValues: [1],
    truncated: false,
    problem: null,
    ...change,
  };
}

/** One summary row; `change` overrides fields. */
export function summaryRow(change: Partial<SummaryRow> = {}): SummaryRow {
  return {
    kind: "model",
    isMean: false,
    model: "Tiny base",
    base: "Tiny",
    variant: "base",
    benchmark: "ethics_cm",
    benchmarkLabel: "ETHICS cm",
    version: "0",
    metric: "acc",
    groupSize: null,
    value: 0.5,
    standardError: 0.05,
    n: 100,
    unscored: 0,
    truncated: 0,
    direction: "higher",
    unit: "fraction",
    shots: 0,
    split: "test",
    provenance: "real",
    dataSha256: "ab",
    limit: 100,
    seed: 42,
    device: "cpu",
    seconds: 1.25,
    source: "a harness",
    ...change,
  };
}

/** The table. */
export function sampleResults(): ResultTable {
  const mean = { isMean: true, benchmark: "ethics", benchmarkLabel: "ETHICS mean" };
  const tuned = { model: "Tiny <tuned>", variant: "MM-ft" };
  const rule = { kind: "baseline" as const, model: "Always yes", base: "Baseline", variant: "Always yes", seconds: 0 };
  return buildResults({
    samples: [
      sampleRow(),
      sampleRow({ ...tuned, loglikelihoods: [-3, -2], prediction: 1, scoreValues: [0] }),
      sampleRow({ sample: "1", question: "Grüße 🙂", isRight: [false, true], prediction: 0, scoreValues: [0] }),
      sampleRow({
        ...tuned,
        sample: "1",
        question: "Grüße 🙂",
        isRight: [false, true],
        loglikelihoods: [null, -1],
        prediction: null,
        scoreNames: [],
        scoreValues: [],
        truncated: true,
      }),
    ],
    summary: [
      summaryRow(),
      summaryRow({ ...mean, value: 0.458 }),
      summaryRow({ ...tuned, value: 0.625, unscored: 1, truncated: 1, n: 99 }),
      summaryRow({ ...tuned, ...mean, value: 0.654, standardError: null }),
      summaryRow({ ...rule, value: 0.4667, standardError: null }),
    ],
    provenance: {
      command: null,
      startedAt: "2026-01-02T03:04:05.000Z",
      seconds: 2.5,
      versions: { sightlab: "0.1.0", node: "20.19.0" },
      commit: null,
      platform: "linux-x64",
      running: null,
    },
  });
}
