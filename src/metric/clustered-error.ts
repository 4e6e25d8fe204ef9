/**
 * Standard errors where samples come in groups that are alike: questions about one passage, pairs of one image. Samples
 * of a group that err together carry less than their number says (Miller 2024, "Adding error bars to evals", section 3).
 */

import { type Estimate } from "./estimate.ts";

/** One sample with its group; a null score is unscored. */
export interface ClusteredScore {
  readonly group: string | number;
  readonly score: number | null;
}

/** A mean whose error takes groups into account. */
export interface ClusteredEstimate extends Estimate {
  /** Groups with a scored sample. */
  readonly groups: number;
}

/**
 * The mean of scores with its clustered standard error, sqrt(G / (G - 1)) * sqrt(sum over groups of (sum of deviations)
 * squared) / n, for G groups: cluster-robust ordinary least squares on a constant. With one sample a group it is the
 * plain standard error.
 */
export function clusteredEstimate(scores: readonly ClusteredScore[]): ClusteredEstimate {
  const scored = scores.flatMap(({ group, score }) =>
    score === null || Number.isNaN(score) ? [] : [{ group, score }],
  );
  const n = scored.length;
  const unscored = scores.length - n;
  if (n === 0) return { value: null, standardError: null, n, unscored, groups: 0 };
  const value = scored.reduce((sum, { score }) => sum + score, 0) / n;
  const deviations = new Map<string | number, number>();
  for (const { group, score } of scored) deviations.set(group, (deviations.get(group) ?? 0) + score - value);
  const groups = deviations.size;
  if (groups < 2) return { value, standardError: null, n, unscored, groups };
  const squares = [...deviations.values()].reduce((sum, deviation) => sum + deviation ** 2, 0);
  return { value, standardError: Math.sqrt((squares * groups) / (groups - 1)) / n, n, unscored, groups };
}
