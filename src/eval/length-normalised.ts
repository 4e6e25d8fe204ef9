/** How the harness scores a choice among several: by its log-likelihood, and by that divided by the choice's length. */

import { argmax } from "../metric/choice.ts";
import { type BenchmarkMetric, type ChoiceItem, type ItemScore } from "./benchmark.ts";

/** The metrics that `lengthNormalisedScore` gives. */
export const lengthNormalisedMetrics: readonly BenchmarkMetric[] = [
  { name: "acc", direction: "higher", groupSize: null },
  { name: "acc_norm", direction: "higher", groupSize: null },
];

/**
 * Right where the right choice is the most likely one: by the sum of its log-likelihoods ("acc"), and by that over its
 * length in characters, without the leading space ("acc_norm").
 *
 * Source: lm-evaluation-harness@00209e10f lm_eval/base.py, MultipleChoiceTask.process_results.
 */
export function lengthNormalisedScore(item: ChoiceItem, loglikelihoods: readonly number[]): ItemScore {
  const choices = item.sets[0]?.choices ?? [];
  const prediction = argmax(loglikelihoods);
  const lengths = choices.map((choice) => Array.from(choice.text).length - 1);
  const normalised = argmax(loglikelihoods.map((value, index) => value / (lengths[index] ?? NaN)));
  const isRight = (index: number): number => (choices[index]?.isRight === true ? 1 : 0);
  return { prediction, scores: { acc: isRight(prediction), acc_norm: isRight(normalised) } };
}

/** What both metrics are worth where one of the item's choices is drawn at random. */
export function lengthNormalisedChance(item: ChoiceItem): Readonly<Record<string, number>> {
  const share = 1 / (item.sets[0]?.choices.length ?? NaN);
  return { acc: share, acc_norm: share };
}
