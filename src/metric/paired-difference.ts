/**
 * The difference of two models on the same samples, with its test. Paired, because what makes a question hard for one
 * model makes it hard for the other; the error of the difference is then far below that of either score.
 */

import { clusteredEstimate } from "./clustered-error.ts";
import { studentQuantile, studentTwoSided } from "./distributions.ts";

/** The two scores of one sample; null where a model could not be scored there. */
export interface ScorePair {
  readonly base: number | null;
  readonly tuned: number | null;
  /** The group of the sample, where samples are alike in groups. */
  readonly group?: string | number;
}

/** A mean difference, tuned minus base, in the unit of the scores. */
export interface PairedDifference {
  /** Null where no sample has both scores. */
  readonly value: number | null;
  /** Null for fewer than two samples, or groups. */
  readonly standardError: number | null;
  /** Samples with both scores. */
  readonly n: number;
  /** Samples without one of the scores. */
  readonly unscored: number;
  /** Two-sided, of Student's t; null where the differences do not vary, which says nothing of their spread. */
  readonly pValue: number | null;
  /** Samples less one, or groups less one. */
  readonly degreesOfFreedom: number;
  /** The interval of the level asked for; null where there is no standard error. */
  readonly interval: readonly [number, number] | null;
}

/**
 * Compares two models on the samples that both could be scored on. Where the pairs have groups, the standard error is
 * clustered and the degrees of freedom are those of the groups.
 *
 * @throws RangeError where the level is not in (0, 1).
 */
export function pairedDifference(
  pairs: readonly ScorePair[],
  { level = 0.95 }: { readonly level?: number } = {},
): PairedDifference {
  const estimate = clusteredEstimate(
    pairs.map(({ base, tuned, group }, i) => ({
      group: group ?? `sample ${i}`,
      score: base === null || tuned === null ? null : tuned - base,
    })),
  );
  const { value, standardError, n, unscored, groups } = estimate;
  const degreesOfFreedom = Math.max(0, groups - 1);
  const found = { value, standardError, n, unscored, degreesOfFreedom };
  if (value === null || standardError === null) return { ...found, pValue: null, interval: null };
  const margin = standardError * studentQuantile((1 + level) / 2, degreesOfFreedom);
  const pValue = standardError === 0 ? null : studentTwoSided(value / standardError, degreesOfFreedom);
  return { ...found, pValue, interval: [value - margin, value + margin] };
}
