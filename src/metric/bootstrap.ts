/**
 * Bootstrap intervals: how a statistic varies when the samples are drawn again (Efron and Tibshirani 1993). The
 * generator is passed in, so that a table is the same each time.
 */

import { type Random } from "../base/random.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";

/** A statistic of the samples with these indices, which may repeat. */
export type Statistic = (indices: Int32Array) => number;

/** How to resample. */
export interface BootstrapOptions {
  readonly random: Random;
  readonly resamples?: number;
  /** Share of resamples that the interval covers, in (0, 1). */
  readonly level?: number;
  /** "bca" corrects the percentiles for bias and acceleration; it needs one more evaluation a sample. */
  readonly method?: "percentile" | "bca";
  /** The group of each sample: whole groups are drawn where questions of one group are alike. */
  readonly groups?: readonly (string | number)[];
}

/** A statistic with its bootstrap interval, in the statistic's unit. */
export interface BootstrapResult {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the resamples. */
  readonly standardError: number;
  readonly resamples: number;
}

/**
 * The interval of a statistic of `n` samples.
 *
 * @throws RangeError where there are no samples, groups of another number, too few resamples or a level outside (0, 1).
 */
export function bootstrapInterval(n: number, statistic: Statistic, options: BootstrapOptions): BootstrapResult {
  const { random, resamples = 2000, level = 0.95, method = "percentile", groups } = options;
  check(n, { resamples, level, groups });
  const units = unitsOf(n, groups);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const value = statistic(all);
  const drawn = Float64Array.from({ length: resamples }, () => statistic(draw(units, random)));
  const sorted = drawn.slice().sort();
  const tail = (1 - level) / 2;
  const shares =
    method === "bca" ? bcaShares(tail, { value, drawn, jackknife: jackknife(units, statistic) }) : [tail, 1 - tail];
  const [low = NaN, high = NaN] = shares.map((share) => percentile(sorted, share));
  return { value, low, high, standardError: deviation(drawn), resamples };
}

/** The value below which a share of the sorted values lies, between two of them in proportion (numpy's default). */
export function percentile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (position - below) * (high - low);
}

/** The samples that are drawn together. */
type Units = readonly (readonly number[])[];

function unitsOf(n: number, groups: readonly (string | number)[] | undefined): Units {
  if (groups === undefined) return Array.from({ length: n }, (_, i) => [i]);
  const members = new Map<string | number, number[]>();
  for (const [i, group] of groups.entries()) members.set(group, [...(members.get(group) ?? []), i]);
  return [...members.values()];
}

function draw(units: Units, random: Random): Int32Array {
  const drawn: number[] = [];
  for (let left = units.length; left > 0; left--) {
    for (const index of units[random.integer(units.length)] ?? []) drawn.push(index);
  }
  return new Int32Array(drawn);
}

/** The statistic without each unit in turn. */
function jackknife(units: Units, statistic: Statistic): number[] {
  return units.map((_, left) => statistic(Int32Array.from(units.flatMap((unit, i) => (i === left ? [] : unit)))));
}

interface Resampled {
  readonly value: number;
  readonly drawn: Float64Array;
  readonly jackknife: readonly number[];
}

/** The shares of the resamples at which a BCa interval ends (Efron 1987, equations 14.9 to 14.15 of the book). */
function bcaShares(tail: number, { value, drawn, jackknife }: Resampled): readonly number[] {
  const below = drawn.filter((other) => other < value).length;
  const atMost = drawn.filter((other) => other <= value).length;
  const share = (below + atMost) / (2 * drawn.length);
  if (share === 0 || share === 1) return [NaN, NaN]; // the statistic lies outside its own resamples
  const bias = normalQuantile(share);
  const mean = jackknife.reduce((sum, one) => sum + one, 0) / jackknife.length;
  const squares = jackknife.reduce((sum, one) => sum + (mean - one) ** 2, 0);
  const cubes = jackknife.reduce((sum, one) => sum + (mean - one) ** 3, 0);
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  return [tail, 1 - tail].map((wanted) => {
    const z = bias + normalQuantile(wanted);
    return normalCdf(bias + z / (1 - acceleration * z));
  });
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function check(
  n: number,
  {
    resamples,
    level,
    groups,
  }: { readonly resamples: number; readonly level: number; readonly groups: BootstrapOptions["groups"] | undefined },
): void {
  if (n < 1) throw new RangeError(`Cannot resample: expected at least one sample, got ${n}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`Cannot resample: expected a level in (0, 1), got ${level}`);
  if (!Number.isInteger(resamples) || resamples < 2) {
    throw new RangeError(`Cannot resample: expected at least 2 resamples, got ${resamples}`);
  }
  if (groups !== undefined && groups.length !== n) {
    throw new RangeError(`Cannot resample: expected a group for each of ${n} samples, got ${groups.length}`);
  }
}
