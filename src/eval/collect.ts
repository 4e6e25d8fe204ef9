/** From the scores of a benchmark's items to the rows of a results table. */

import { createHash } from "node:crypto";

import { type LanguageModel, type Loglikelihood, type ModelIdentity } from "../base/language-model.ts";
import { type Estimate, meanEstimate } from "../metric/estimate.ts";
import { groupExactMatch } from "../metric/group-exact-match.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import {
  type Benchmark,
  type BenchmarkItem,
  type BenchmarkMetric,
  bySet,
  type ItemScore,
  type LoadedBenchmark,
} from "./benchmark.ts";
import { harnessSeed } from "./harness-order.ts";

/** A benchmark with its items, cut to the limit. */
export interface Asked extends LoadedBenchmark {
  readonly benchmark: Benchmark;
  readonly limit: number | null;
}

/** The score of each item, null where a choice has no finite log-likelihood (minus infinity is one: p = 0). */
export function scoreItems(
  { benchmark, items }: Pick<Asked, "benchmark" | "items">,
  loglikelihoods: readonly number[],
): readonly (ItemScore | null)[] {
  let start = 0;
  return items.map((item) => {
    const count = choiceCount(item);
    const own = loglikelihoods.slice(start, start + count);
    start += count;
    if (own.length < count || own.some((value) => Number.isNaN(value) || value === Infinity)) return null;
    return benchmark.score(item, bySet(item, own));
  });
}

/** A metric over items whose scores are known, unscored ones kept as such. */
export function aggregate(
  metric: BenchmarkMetric,
  items: readonly BenchmarkItem[],
  scores: readonly (Readonly<Record<string, number>> | null)[],
): Estimate {
  const values = scores.map((score) => score?.[metric.name] ?? null);
  if (metric.groupSize === null) return meanEstimate(values);
  const grouped = items.map((item, index) => ({ group: item.group ?? item.id, score: values[index] ?? null }));
  return groupExactMatch(grouped, metric.groupSize);
}

/** One sample row an item. */
export function sampleRowsOf(
  { benchmark, items }: Asked,
  run: {
    readonly model: LanguageModel;
    readonly loglikelihoods: readonly Loglikelihood[];
    readonly scores: readonly (ItemScore | null)[];
  },
): readonly SampleRow[] {
  let start = 0;
  return items.map((item, index) => {
    const own = run.loglikelihoods.slice(start, start + choiceCount(item));
    start += own.length;
    return sampleRowOf(item, { ...run, benchmark, own, score: run.scores[index] ?? null });
  });
}

/** Who answered and how, for the rows of a summary. */
export interface Answered {
  readonly kind: SummaryRow["kind"];
  readonly identity: ModelIdentity;
  readonly device: string;
  readonly seconds: number;
  readonly truncated: number;
}

/** One summary row a metric. */
export function summaryRowsOf(
  { benchmark, file, limit }: Asked,
  answered: Answered,
  estimateOf: (metric: BenchmarkMetric) => Estimate,
): readonly SummaryRow[] {
  const { kind, identity, device, seconds, truncated } = answered;
  const { name, label, version, shots, split, source, metrics } = benchmark;
  return metrics.map((metric) => ({
    kind,
    isMean: false,
    model: identity.name,
    base: identity.base,
    variant: identity.variant,
    benchmark: name,
    benchmarkLabel: label,
    version,
    metric: metric.name,
    ...estimateOf(metric),
    truncated,
    direction: metric.direction,
    shots,
    split,
    provenance: file.provenance,
    dataSha256: file.sha256,
    limit,
    seed: harnessSeed,
    device,
    seconds,
    source,
  }));
}

function sampleRowOf(
  item: BenchmarkItem,
  run: {
    readonly model: LanguageModel;
    readonly benchmark: Benchmark;
    readonly own: readonly Loglikelihood[];
    readonly score: ItemScore | null;
  },
): SampleRow {
  const { model, benchmark, own, score } = run;
  const choices = item.sets.flatMap((set) => set.choices);
  return {
    model: model.identity.name,
    benchmark: benchmark.name,
    version: benchmark.version,
    sample: item.id,
    group: item.group,
    question: item.question,
    prompt: item.context,
    promptHash: createHash("sha256").update(item.context).digest("hex"),
    choiceSets: item.sets.flatMap((set) => set.choices.map(() => set.name)),
    choices: choices.map((choice) => choice.text),
    isRight: choices.map((choice) => choice.isRight),
    loglikelihoods: choices.map((_, index) => finiteOrNull(own[index]?.sumNats)),
    tokenCounts: choices.map((_, index) => own[index]?.tokenCount ?? 0),
    prediction: score?.prediction ?? null,
    scoreNames: Object.keys(score?.scores ?? {}),
    scoreValues: Object.values(score?.scores ?? {}),
    truncated: own.some((one) => one.truncatedTokens > 0),
  };
}

function choiceCount(item: BenchmarkItem): number {
  return item.sets.reduce((sum, set) => sum + set.choices.length, 0);
}

function finiteOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) || value === Infinity ? null : value;
}
