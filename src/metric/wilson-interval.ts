/** The interval of a share of right answers, which stays within [0, 1] and holds near the ends (Wilson 1927). */

import { normalQuantile } from "./distributions.ts";

/**
 * Wilson's score interval of `successes` among `n`, fractions.
 *
 * @throws RangeError where not 0 <= successes <= n with n > 0, or where the level is not in (0, 1).
 */
export function wilsonInterval(
  successes: number,
  { n, level = 0.95 }: { readonly n: number; readonly level?: number },
): readonly [number, number] {
  if (!(n > 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`Cannot compute an interval: expected 0 <= successes <= n, got ${successes} of ${n}`);
  }
  const z = normalQuantile((1 + level) / 2);
  const share = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const margin = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale;
  return [Math.max(0, centre - margin), Math.min(1, centre + margin)];
}
