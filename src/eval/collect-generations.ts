/** Scores and rows of a benchmark that a model answers in its own words. */

import { type Generation, type LanguageModel } from "../base/language-model.ts";
import { type SampleRow } from "../result/rows.ts";
import { type ItemScore } from "./benchmark.ts";
import { type AskedGenerations, commonFields } from "./collect.ts";

/** The score of each item. An empty answer is an answer. */
export function scoreGenerations(
  { benchmark, items }: AskedGenerations,
  generations: readonly Generation[],
): readonly (ItemScore | null)[] {
  return items.map((item, index) => {
    const answer = generations[index];
    return answer === undefined ? null : benchmark.score(item, answer.text);
  });
}

/** One sample row an item: its references stand as choices without a log-likelihood. */
export function generationRows(
  { benchmark, items }: AskedGenerations,
  run: {
    readonly model: LanguageModel;
    readonly generations: readonly Generation[];
    readonly scores: readonly (ItemScore | null)[];
  },
): readonly SampleRow[] {
  const { model, generations, scores } = run;
  return items.map((item, index) => ({
    ...commonFields({ benchmark, item }, { model, score: scores[index] ?? null }),
    choiceSets: item.references.map(() => "reference"),
    choices: item.references.map((reference) => reference.text),
    isRight: item.references.map((reference) => reference.isRight),
    loglikelihoods: item.references.map(() => null),
    tokenCounts: [generations[index]?.tokenCount ?? 0],
    response: generations[index]?.text ?? null,
    truncated: (generations[index]?.truncatedTokens ?? 0) > 0,
  }));
}
