/**
 * N-gram counts that every BLEU is made of: matches clipped to the references' largest count, totals and lengths, per
 * order 1 to 4 (Papineni et al. 2002, section 2).
 */

import { maxOrder, type NgramCounts } from "./ngram-index.ts";

/** Counts of one text against its references; index k is order k + 1. */
export interface NgramStatistics {
  /** N-grams also in a reference, each at most as often as in the reference that has most of it. */
  readonly matches: readonly number[];
  /** N-grams of the text. */
  readonly totals: readonly number[];
  /** Words of the text. */
  readonly length: number;
  /** Words of the reference that the brevity penalty compares with. */
  readonly referenceLength: number;
}

/** The length nearest to the text's; of two as near, the shorter. */
export function closestLength(length: number, referenceLengths: readonly number[]): number {
  let closest = Infinity;
  for (const candidate of referenceLengths) {
    const gain = Math.abs(closest - length) - Math.abs(candidate - length);
    if (closest === Infinity || gain > 0 || (gain === 0 && candidate < closest)) closest = candidate;
  }
  return closest;
}

/**
 * The statistics of a text whose n-grams the index of its references counted too. `limits` is zeros by n-gram, at least
 * as long as that index; it is handed back as zeros.
 */
export function ngramStatistics(
  candidate: NgramCounts,
  { references, limits }: { readonly references: readonly NgramCounts[]; readonly limits: Int32Array },
): NgramStatistics {
  return {
    matches: clippedMatches(candidate, { references, limits }),
    totals: candidate.ends.map((_, order) => Math.max(0, candidate.length - order)),
    length: candidate.length,
    referenceLength: closestLength(
      candidate.length,
      references.map((reference) => reference.length),
    ),
  };
}

function clippedMatches(
  { ids, counts, ends }: NgramCounts,
  { references, limits }: { readonly references: readonly NgramCounts[]; readonly limits: Int32Array },
): number[] {
  for (const reference of references) {
    for (let i = 0; i < reference.ids.length; i++) {
      const id = reference.ids[i] ?? 0;
      limits[id] = Math.max(limits[id] ?? 0, reference.counts[i] ?? 0);
    }
  }
  const matches = ends.map((end, order) => {
    let sum = 0;
    for (let i = ends[order - 1] ?? 0; i < end; i++) sum += Math.min(counts[i] ?? 0, limits[ids[i] ?? 0] ?? 0);
    return sum;
  });
  for (const reference of references) for (const id of reference.ids) limits[id] = 0;
  return matches;
}

/** The statistics of several texts taken as one corpus. */
export function sumStatistics(statistics: readonly NgramStatistics[]): NgramStatistics {
  const matches = new Array<number>(maxOrder).fill(0);
  const totals = new Array<number>(maxOrder).fill(0);
  let length = 0;
  let referenceLength = 0;
  for (const one of statistics) {
    for (let order = 0; order < maxOrder; order++) {
      matches[order] = (matches[order] ?? 0) + (one.matches[order] ?? 0);
      totals[order] = (totals[order] ?? 0) + (one.totals[order] ?? 0);
    }
    length += one.length;
    referenceLength += one.referenceLength;
  }
  return { matches, totals, length, referenceLength };
}
