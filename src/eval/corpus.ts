/** Measures of a whole set, from what sample rows keep of it; so a saved table can be summed up again. */

import { seededRandom } from "../base/random.ts";
import { bootstrapInterval } from "../metric/bootstrap.ts";
import { type Estimate } from "../metric/estimate.ts";
import { type SampleRow } from "../result/rows.ts";
import { type BenchmarkMetric, type CorpusSample } from "./benchmark.ts";

const known = new WeakMap<readonly SampleRow[], readonly CorpusSample[]>();

/** The scored samples of one model on one benchmark; the same array each time for the same array of rows. */
export function corpusSamples(rows: readonly SampleRow[]): readonly CorpusSample[] {
  const samples = known.get(rows) ?? read(rows);
  known.set(rows, samples);
  return samples;
}

function read(rows: readonly SampleRow[]): readonly CorpusSample[] {
  return rows.flatMap((row) => {
    if (row.scoreNames.length === 0) return [];
    const references = row.choices.flatMap((text, index) =>
      row.choiceSets[index] === "reference" ? [{ text, isRight: row.isRight[index] ?? false }] : [],
    );
    const scores = Object.fromEntries(row.scoreNames.map((name, index) => [name, row.scoreValues[index] ?? NaN]));
    return [{ sample: row.sample, group: row.group, response: row.response, references, scores }];
  });
}

/** What a metric says of the rows of one model on one benchmark; samples without any score are its unscored. */
export function overRows(over: NonNullable<BenchmarkMetric["over"]>, rows: readonly SampleRow[]): Estimate {
  const samples = corpusSamples(rows);
  const estimate = over(samples);
  return { ...estimate, unscored: estimate.unscored + rows.length - samples.length };
}

/** Draws of a bootstrap; its seed is fixed, so that a table is the same each time. */
const resampling = { resamples: 1000, seed: 42 };

/** What is measured of samples, and which of them belong together. */
export interface Resampled<T> {
  readonly measure: (samples: readonly T[]) => number | null;
  /** The group of a sample, null for none: whole groups are drawn. Default: none have one. */
  readonly groupOf?: (sample: T) => string | null;
}

/**
 * A measure of samples with the standard error of drawing them again. No value where the measure has none; no error where it has none on some of the draws (a few samples, all alike).
 */
export function resampledEstimate<T extends object>(
  samples: readonly T[],
  { measure, groupOf = () => null }: Resampled<T>,
): Estimate {
  const n = samples.length;
  const value = n === 0 ? null : measure(samples);
  if (value === null || n < 2) return { value, standardError: null, n, unscored: 0 };
  const { standardError } = bootstrapInterval(n, (indices) => measure(drawn(samples, indices)) ?? NaN, {
    random: seededRandom(resampling.seed),
    resamples: resampling.resamples,
    groups: samples.map((sample, index) => groupOf(sample) ?? index),
  });
  return { value, standardError: Number.isNaN(standardError) ? null : standardError, n, unscored: 0 };
}

function drawn<T>(samples: readonly T[], indices: Int32Array): readonly T[] {
  const found: T[] = [];
  for (const index of indices) {
    const sample = samples[index];
    if (sample !== undefined) found.push(sample);
  }
  return found;
}
