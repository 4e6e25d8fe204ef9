/**
 * N-gram counts that every BLEU is made of: matches clipped to the references' largest count, totals and lengths, per
 * order 1 to 4 (Papineni et al. 2002, section 2).
 */

/** The longest n-gram of BLEU and CIDEr. */
export const maxOrder = 4;

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

/** How many words the references are taken to have for a text of `length` words. */
export type ReferenceLength = (length: number, referenceLengths: readonly number[]) => number;

/** The length nearest to the text's; of two as near, the shorter. */
export const closestLength: ReferenceLength = (length, referenceLengths) => {
  let closest = Infinity;
  for (const candidate of referenceLengths) {
    const gain = Math.abs(closest - length) - Math.abs(candidate - length);
    if (closest === Infinity || gain > 0 || (gain === 0 && candidate < closest)) closest = candidate;
  }
  return closest;
};

/** Counts the n-grams of `words` that stand in the references. */
export function ngramStatistics(
  words: readonly string[],
  {
    references,
    referenceLength,
  }: { readonly references: readonly (readonly string[])[]; readonly referenceLength: ReferenceLength },
): NgramStatistics {
  const counts = ngramCounts(words);
  const limits = counts.map(() => new Map<string, number>());
  for (const reference of references) raiseLimits(limits, ngramCounts(reference));
  return {
    matches: counts.map((ofOrder, order) => clippedMatches(ofOrder, limits[order])),
    totals: counts.map((_, order) => Math.max(0, words.length - order)),
    length: words.length,
    referenceLength: referenceLength(
      words.length,
      references.map((reference) => reference.length),
    ),
  };
}

/** The n-grams of a text and how often each stands there; index k holds order k + 1, words joined by a space. */
export function ngramCounts(words: readonly string[]): Map<string, number>[] {
  return Array.from({ length: maxOrder }, (_, order) => {
    const counts = new Map<string, number>();
    for (let start = 0; start + order < words.length; start++) {
      const ngram = order === 0 ? (words[start] ?? "") : words.slice(start, start + order + 1).join(" ");
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
    }
    return counts;
  });
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

function raiseLimits(limits: readonly Map<string, number>[], counts: readonly Map<string, number>[]): void {
  for (const [order, limit] of limits.entries()) {
    for (const [ngram, count] of counts[order] ?? []) limit.set(ngram, Math.max(limit.get(ngram) ?? 0, count));
  }
}

function clippedMatches(counts: ReadonlyMap<string, number>, limits: ReadonlyMap<string, number> | undefined): number {
  let matches = 0;
  for (const [ngram, count] of counts) matches += Math.min(count, limits?.get(ngram) ?? 0);
  return matches;
}
