/** Scores and rows of a benchmark whose choices are scored by log-likelihood. */

import { type Loglikelihood } from "../base/language-model.ts";
import { type SampleRow } from "../result/rows.ts";
import { bySet, type ChoiceItem, type ItemScore } from "./benchmark.ts";
import { type AskedChoices, commonFields, type Scoring } from "./collect.ts";

/** The score of each item, null where a choice has no finite log-likelihood (minus infinity is one: p = 0). */
export function scoreItems(
  { benchmark, items }: Pick<AskedChoices, "benchmark" | "items">,
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

/** One sample row an item. */
export function choiceRows(
  { benchmark, items }: AskedChoices,
  run: Scoring & {
    readonly loglikelihoods: readonly Loglikelihood[];
    readonly scores: readonly (ItemScore | null)[];
  },
): readonly SampleRow[] {
  const { loglikelihoods, scores } = run;
  let start = 0;
  return items.map((item, index) => {
    const own = loglikelihoods.slice(start, start + choiceCount(item));
    start += own.length;
    const choices = item.sets.flatMap((set) => set.choices);
    return {
      ...commonFields({ benchmark, item }, { ...run, score: scores[index] ?? null }),
      choiceSets: item.sets.flatMap((set) => set.choices.map(() => set.name)),
      choices: choices.map((choice) => choice.text),
      isRight: choices.map((choice) => choice.isRight),
      loglikelihoods: choices.map((_, choice) => finiteOrNull(own[choice]?.sumNats)),
      tokenCounts: choices.map((_, choice) => own[choice]?.tokenCount ?? 0),
      response: null,
      problem: own.find((one) => one.problem !== undefined)?.problem ?? null,
      truncated: own.some((one) => one.truncatedTokens > 0),
    };
  });
}

function choiceCount(item: ChoiceItem): number {
  return item.sets.reduce((sum, set) => sum + set.choices.length, 0);
}

/** A log-likelihood as a sample row keeps it: minus infinity is one (p = 0), NaN and infinity are none. */
export function finiteOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) || value === Infinity ? null : value;
}
