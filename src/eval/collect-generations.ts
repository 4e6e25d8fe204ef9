/** Scores and rows of a benchmark that a model answers in its own words. */

import { type Generation, type Loglikelihood } from "../base/language-model.ts";
import { type SampleRow } from "../result/rows.ts";
import { type GenerationBenchmark, type GenerationItem, type ItemScore } from "./benchmark.ts";
import { finiteOrNull } from "./collect-choices.ts";
import { type AskedGenerations, commonFields, type Scoring } from "./collect.ts";

/** What a model gave for a benchmark of words. */
interface Answers {
  readonly generations: readonly Generation[];
  /** The scores of all items' `alsoScored`, in order. */
  readonly alsoScored: readonly Loglikelihood[];
}

/** The score of each item. An empty answer is an answer. */
export function scoreGenerations(
  { benchmark, items }: Pick<AskedGenerations, "benchmark" | "items">,
  { generations, alsoScored }: Answers,
): readonly (ItemScore | null)[] {
  if (benchmark.scoreAll !== undefined) return scoreTogether(benchmark.scoreAll, items, generations);
  const own = byItems(items, alsoScored);
  return items.map((item, index) => {
    const answer = generations[index];
    const loglikelihoods = (own[index] ?? []).map(({ sumNats }) => sumNats);
    return isMissing(answer) ? null : benchmark.score(item, answer.text, loglikelihoods);
  });
}

function scoreTogether(
  scoreAll: NonNullable<GenerationBenchmark["scoreAll"]>,
  items: readonly GenerationItem[],
  generations: readonly Generation[],
): readonly (ItemScore | null)[] {
  const given = items.flatMap((item, index) => {
    const answer = generations[index];
    return isMissing(answer) ? [] : [{ item, text: answer.text }];
  });
  const found =
    given.length === 0
      ? []
      : scoreAll(
          given.map(({ item }) => item),
          given.map(({ text }) => text),
        );
  const scores = new Map(given.map(({ item }, index) => [item, found[index]]));
  return items.map((item) => scores.get(item) ?? null);
}

/** An endpoint that refused gave no answer; an empty answer is one. */
function isMissing(answer: Generation | undefined): answer is undefined {
  return answer?.problem !== undefined || answer === undefined;
}

/** The scores of each item's `alsoScored`. */
function byItems(
  items: readonly GenerationItem[],
  alsoScored: readonly Loglikelihood[],
): readonly (readonly Loglikelihood[])[] {
  let start = 0;
  return items.map(({ alsoScored: texts = [] }) => alsoScored.slice(start, (start += texts.length)));
}

/**
 * One sample row an item: its references stand as choices without a log-likelihood, what was scored beside the answer as
 * choices of the set "also scored".
 */
export function generationRows(
  { benchmark, items }: AskedGenerations,
  run: Answers & Scoring & { readonly scores: readonly (ItemScore | null)[] },
): readonly SampleRow[] {
  const { generations, scores } = run;
  const own = byItems(items, run.alsoScored);
  return items.map((item, index) => {
    const { references, alsoScored = [] } = item;
    const beside = own[index] ?? [];
    const cut = [generations[index], ...beside].some((one) => (one?.truncatedTokens ?? 0) > 0);
    return {
      ...commonFields({ benchmark, item }, { ...run, score: scores[index] ?? null }),
      choiceSets: [...references.map(() => "reference"), ...alsoScored.map(() => "also scored")],
      choices: [...references.map((reference) => reference.text), ...alsoScored],
      isRight: [...references.map((reference) => reference.isRight), ...alsoScored.map(() => false)],
      loglikelihoods: [...references.map(() => null), ...beside.map(({ sumNats }) => finiteOrNull(sumNats))],
      tokenCounts: [generations[index]?.tokenCount ?? 0],
      response: generations[index]?.text ?? null,
      problem: generations[index]?.problem ?? scores[index]?.problem ?? null,
      truncated: cut,
    };
  });
}
