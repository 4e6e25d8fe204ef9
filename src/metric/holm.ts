/**
 * Holm's correction: p-values of several comparisons in one table, so that the chance of any false finding stays below
 * the level (Holm 1979).
 */

/**
 * The corrected p-values, in the order given. A comparison without a p-value stays null and is not counted.
 *
 * @throws RangeError where a p-value is not in [0, 1].
 */
export function holmAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const wrong = pValues.findIndex((p) => p !== null && !(p >= 0 && p <= 1));
  if (wrong >= 0) {
    throw new RangeError(`Cannot correct p-values at "${wrong}": expected one in [0, 1], got ${pValues[wrong]}`);
  }
  const ranked = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  for (const [rank, { p, index }] of ranked.entries()) {
    largest = Math.min(1, Math.max(largest, p * (ranked.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
