/**
 * McNemar's test: did more samples change from wrong to right than from right to wrong (McNemar 1947)? A score that
 * stays while hundreds of answers change is seen here and nowhere else.
 */

import { fairBinomialCdf, fairBinomialProbability, normalTwoSided } from "./distributions.ts";

/** The samples that changed, with the tests of the hypothesis that either direction is as likely. */
export interface McnemarResult {
  /** Wrong for the base, right for the tuned model. */
  readonly gained: number;
  /** Right for the base, wrong for the tuned model. */
  readonly lost: number;
  /** Samples with both answers. */
  readonly n: number;
  /** Samples without one of the answers. */
  readonly unscored: number;
  /** Two-sided binomial probability; never too small, rather too large. */
  readonly exactP: number;
  /** The exact one less half the probability of what was seen; nearer to the nominal level (Fagerland et al. 2013). */
  readonly midP: number;
  /** (|gained - lost| - 1)^2 / (gained + lost), chi-squared with one degree of freedom, and its probability. */
  readonly chiSquared: number;
  readonly chiSquaredP: number;
}

/** Whether each model was right on one sample; null where it could not be scored. */
export interface RightPair {
  readonly base: boolean | null;
  readonly tuned: boolean | null;
}

/** Counts the samples that changed in each direction and tests the difference. */
export function mcnemar(pairs: readonly RightPair[]): McnemarResult {
  const scored = pairs.filter(({ base, tuned }) => base !== null && tuned !== null);
  const gained = scored.filter(({ base, tuned }) => base === false && tuned === true).length;
  const lost = scored.filter(({ base, tuned }) => base === true && tuned === false).length;
  return { n: scored.length, unscored: pairs.length - scored.length, ...mcnemarOfCounts(gained, lost) };
}

/** The test from the two counts alone; without any change every probability is 1. */
export function mcnemarOfCounts(gained: number, lost: number): Omit<McnemarResult, "n" | "unscored"> {
  const changed = gained + lost;
  if (changed === 0) return { gained, lost, exactP: 1, midP: 1, chiSquared: 0, chiSquaredP: 1 };
  const fewer = Math.min(gained, lost);
  const tail = fairBinomialCdf(fewer, changed);
  const chiSquared = (Math.abs(gained - lost) - 1) ** 2 / changed;
  return {
    gained,
    lost,
    exactP: Math.min(1, 2 * tail),
    midP: Math.min(1, 2 * tail - fairBinomialProbability(fewer, changed)),
    chiSquared,
    chiSquaredP: normalTwoSided(Math.sqrt(chiSquared)),
  };
}
