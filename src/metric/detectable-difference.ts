/**
 * The smallest difference that a benchmark's n can show: what must be true for a two-sided test to find it with the
 * power asked for. Below it, "no significant difference" says nothing.
 */

import { normalCdf, normalQuantile } from "./distributions.ts";

/** The test and how surely it shall find a difference. */
export interface DetectableOptions {
  /** Level of the two-sided test. */
  readonly alpha?: number;
  /** Probability of finding the difference where it exists. */
  readonly power?: number;
}

/**
 * The smallest difference in the unit of `standardError`, which is that of the difference: sd / sqrt(n) of the paired
 * differences. About 2.8 standard errors for the defaults.
 *
 * Solves power = P(|Z + d / standardError| > z(1 - alpha / 2)) for d, the far tail included.
 *
 * @throws RangeError where the error is negative or not a number, or where not 0 < alpha < power < 1.
 */
export function detectableDifference(
  standardError: number,
  { alpha = 0.05, power = 0.8 }: DetectableOptions = {},
): number {
  if (!(standardError >= 0)) {
    throw new RangeError(`Cannot find a detectable difference: expected a standard error >= 0, got ${standardError}`);
  }
  if (!(alpha > 0 && alpha < power && power < 1)) {
    throw new RangeError(`Cannot find a detectable difference: expected 0 < alpha < power < 1, got ${alpha}, ${power}`);
  }
  const critical = normalQuantile(1 - alpha / 2);
  let low = 0;
  let high = critical + 10;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle - critical) + normalCdf(-middle - critical) < power) low = middle;
    else high = middle;
  }
  return standardError * ((low + high) / 2);
}

/**
 * The standard deviation of paired differences of right and wrong answers, from the shares of samples that changed:
 * what to plan with before a model is tuned.
 */
export function changeDeviation({ gained, lost }: { readonly gained: number; readonly lost: number }): number {
  return Math.sqrt(gained + lost - (gained - lost) ** 2);
}
