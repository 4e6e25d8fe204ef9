/** A mean over samples with its standard error, counting what could not be scored. */

/** A number with what is needed to read it. */
export interface Estimate {
  /** Mean over the scored samples; null where none could be scored. */
  readonly value: number | null;
  /** Standard error of the mean; null for fewer than two scored samples. */
  readonly standardError: number | null;
  /** Scored samples (or groups). */
  readonly n: number;
  /** Samples (or groups) without a score: kept and counted, never zero. */
  readonly unscored: number;
}

/**
 * The mean and its standard error, s / sqrt(n) with the n - 1 estimate of s; null and NaN are unscored.
 *
 * The sum runs in the order of the values, so that it equals Python's `sum(values) / len(values)` to the last digit.
 */
export function meanEstimate(values: readonly (number | null)[]): Estimate {
  const scored = values.filter((value): value is number => value !== null && !Number.isNaN(value));
  const n = scored.length;
  const unscored = values.length - n;
  if (n === 0) return { value: null, standardError: null, n, unscored };
  const mean = scored.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { value: mean, standardError: null, n, unscored };
  const squares = scored.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, standardError: Math.sqrt(squares / (n - 1) / n), n, unscored };
}

/**
 * The plain mean of independent estimates (not weighted by n), with the standard error of that mean.
 *
 * A part without a value makes the whole without one: a mean of four tasks is another number than a mean of five.
 */
export function meanOfEstimates(parts: readonly Estimate[]): Estimate {
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const unscored = parts.reduce((sum, part) => sum + part.unscored, 0);
  const values = parts.map((part) => part.value);
  const errors = parts.map((part) => part.standardError);
  if (parts.length === 0 || values.includes(null)) return { value: null, standardError: null, n, unscored };
  const value = values.reduce<number>((sum, part) => sum + (part ?? 0), 0) / parts.length;
  const variance = errors.reduce<number>((sum, error) => sum + (error ?? 0) ** 2, 0) / parts.length ** 2;
  return { value, standardError: errors.includes(null) ? null : Math.sqrt(variance), n, unscored };
}
