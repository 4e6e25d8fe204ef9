/** From the scores of a benchmark's items to the rows of a results table. */

import { createHash } from "node:crypto";

import { type LanguageModel, type ModelIdentity } from "../base/language-model.ts";
import { type DatasetFile } from "../data/dataset.ts";
import { type Estimate, meanEstimate } from "../metric/estimate.ts";
import { groupExactMatch } from "../metric/group-exact-match.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import {
  type Benchmark,
  type BenchmarkMetric,
  type ChoiceBenchmark,
  type ChoiceItem,
  type GenerationBenchmark,
  type GenerationItem,
  type Item,
  type ItemScore,
} from "./benchmark.ts";
import { type ImageHashes, imagesOf } from "./item-images.ts";

/** What of a benchmark is asked: its items, cut to the limit, with so many shots. */
interface AskedBase {
  readonly file: DatasetFile;
  readonly limit: number | null;
  readonly shots: number;
  readonly seed: number;
}

/** A benchmark of choices with its items. */
export interface AskedChoices extends AskedBase {
  readonly kind: "choice";
  readonly benchmark: ChoiceBenchmark;
  readonly items: readonly ChoiceItem[];
}

/** A benchmark that is answered in words, with its items. */
export interface AskedGenerations extends AskedBase {
  readonly kind: "generation";
  readonly benchmark: GenerationBenchmark;
  readonly items: readonly GenerationItem[];
}

/** A benchmark of either kind with its items. */
export type Asked = AskedChoices | AskedGenerations;

/** A metric over items whose scores are known, unscored ones kept as such. */
export function aggregate(
  metric: BenchmarkMetric,
  items: readonly Item[],
  scores: readonly (Readonly<Record<string, number>> | null)[],
): Estimate {
  const values = scores.map((score) => score?.[metric.name] ?? null);
  if (metric.groupSize === null) return meanEstimate(values);
  const grouped = items.map((item, index) => ({ group: item.group ?? item.id, score: values[index] ?? null }));
  return groupExactMatch(grouped, metric.groupSize);
}

/** Who was asked, and the pictures that were read for it. */
export interface Scoring {
  readonly model: LanguageModel;
  readonly imageHashes: ImageHashes;
}

/** The fields of a sample row that each kind of benchmark fills in its own way. */
type OwnField =
  "choiceSets" | "choices" | "isRight" | "loglikelihoods" | "tokenCounts" | "response" | "truncated" | "problem";

/** The fields of a sample row that both kinds of benchmark have. */
export function commonFields(
  { benchmark, item }: { readonly benchmark: Benchmark; readonly item: Item },
  { model, score, imageHashes }: Scoring & { readonly score: ItemScore | null },
): Omit<SampleRow, OwnField> {
  const images = imagesOf(item);
  const hashes = images.map((image) => imageHashes.get(image) ?? "");
  return {
    model: model.identity.name,
    benchmark: benchmark.name,
    version: benchmark.version,
    sample: item.id,
    group: item.group,
    question: item.question,
    prompt: item.context,
    promptHash: createHash("sha256")
      .update([item.context, ...hashes].join("\n"))
      .digest("hex"),
    images: images.map((image) => image.path),
    imageHashes: hashes,
    prediction: score?.prediction ?? null,
    scoreNames: Object.keys(score?.scores ?? {}),
    scoreValues: Object.values(score?.scores ?? {}),
  };
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
  { benchmark, file, limit, shots, seed }: Asked,
  answered: Answered,
  estimateOf: (metric: BenchmarkMetric) => Estimate,
): readonly SummaryRow[] {
  const { kind, identity, device, seconds, truncated } = answered;
  const { name, label, version, split, source, metrics } = benchmark;
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
    groupSize: metric.groupSize,
    ...estimateOf(metric),
    truncated,
    direction: metric.direction,
    unit: metric.unit ?? "fraction",
    shots,
    split,
    provenance: file.provenance,
    dataSha256: file.sha256,
    limit,
    seed,
    device,
    seconds,
    source,
  }));
}
