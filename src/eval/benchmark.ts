/**
 * A benchmark as a value: dataset, prompt, scorer, metrics. One benchmark is one file beside this one and one line in
 * `benchmarks.ts`.
 */

import { type LoglikelihoodRequest } from "../base/language-model.ts";
import { type DatasetFile } from "../data/dataset.ts";

/** One possible continuation, with its leading space, and whether the data calls it right. */
export interface Choice {
  readonly text: string;
  readonly isRight: boolean;
}

/** The choices of one question under one name; TruthfulQA has two sets a question, mc1 and mc2. */
export interface ChoiceSet {
  readonly name: string;
  readonly choices: readonly Choice[];
}

/** One question as a model is asked it. */
export interface BenchmarkItem {
  /** Row in the file, from 0. */
  readonly id: string;
  /** The question alone, for a person. */
  readonly question: string;
  /** All the text before the choices. */
  readonly context: string;
  readonly sets: readonly ChoiceSet[];
  /** Items with the same group belong together; null where there are no groups. */
  readonly group: string | null;
}

/** A metric of a benchmark: a mean over items, or over complete groups of `groupSize` items. */
export interface BenchmarkMetric {
  readonly name: string;
  readonly direction: "higher" | "lower";
  readonly groupSize: number | null;
}

/** What one item scored: a fraction for each metric, and the choice that the model prefers in the first set. */
export interface ItemScore {
  readonly prediction: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** Items in the order they are asked, and the file they come from. */
export interface LoadedBenchmark {
  readonly items: readonly BenchmarkItem[];
  readonly file: DatasetFile;
}

/** A benchmark whose choices are scored by log-likelihood. */
export interface Benchmark {
  /** The harness's task name: "ethics_cm". */
  readonly name: string;
  /** For a person: "ETHICS cm". */
  readonly label: string;
  readonly version: string;
  readonly split: "test" | "validation";
  readonly shots: number;
  /** The implementation that this one equals, and the paper's table it belongs to. */
  readonly source: string;
  readonly metrics: readonly BenchmarkMetric[];
  /** Reads the data; `folder` is laid out like shared/data. Items come in the order of the harness. */
  readonly load: (options: { readonly folder?: string | undefined }) => Promise<LoadedBenchmark>;
  /** Scores one item; `loglikelihoods` has one row a set. */
  readonly score: (item: BenchmarkItem, loglikelihoods: readonly (readonly number[])[]) => ItemScore;
  /** What each metric is worth on average where the answer is drawn at random. */
  readonly chance: (item: BenchmarkItem) => Readonly<Record<string, number>>;
  /** Where the choices are fixed words: the index of the one that says yes (or reasonable). Null otherwise. */
  readonly yesChoice: number | null;
}

/** The requests of one item in the order of the harness: all choices of the first set, then of the next. */
export function requestsOf(item: BenchmarkItem): readonly LoglikelihoodRequest[] {
  return item.sets.flatMap((set) =>
    set.choices.map((choice) => ({ context: item.context, continuation: choice.text })),
  );
}

/** Values in the order of `requestsOf`, cut into one row a set. */
export function bySet<T>(item: BenchmarkItem, values: readonly T[]): readonly (readonly T[])[] {
  let start = 0;
  return item.sets.map((set) => {
    const row = values.slice(start, start + set.choices.length);
    start += set.choices.length;
    return row;
  });
}
