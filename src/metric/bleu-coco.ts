/**
 * BLEU-1 to BLEU-4 as coco-caption computes them: counts over the whole corpus, the nearest reference length, and tiny
 * constants in place of smoothing.
 *
 * Source: pycocoevalcap 1.2, bleu/bleu_scorer.py; Papineni et al. 2002.
 */

import { type CaptionPair, countCaptions, type CountedCaptions } from "./caption-pair.ts";
import { ngramStatistics, sumStatistics, type NgramStatistics } from "./ngram-statistics.ts";

const tiny = 1e-15;
const small = 1e-9;

/** BLEU-1 to BLEU-4, fractions in [0, 1]; higher is better. */
export interface BleuCocoResult {
  /** Of the corpus: not a mean of the images, so that its error comes from resampling `statistics`. */
  readonly corpus: readonly number[];
  /** Of each image by itself. */
  readonly images: readonly (readonly number[])[];
  /** Counts of each image, for `bleuCocoFromStatistics`. */
  readonly statistics: readonly NgramStatistics[];
}

/**
 * BLEU of tokenized candidates against their references.
 *
 * @throws RangeError where an image has no reference.
 */
export function bleuCoco(pairs: readonly CaptionPair[]): BleuCocoResult {
  return bleuOfCounts(countCaptions(pairs));
}

/** BLEU of captions whose n-grams are counted. */
export function bleuOfCounts({ images, size }: CountedCaptions): BleuCocoResult {
  const limits = new Int32Array(size);
  const statistics = images.map(({ candidate, references }) => ngramStatistics(candidate, { references, limits }));
  return {
    corpus: bleuCocoFromStatistics(statistics),
    images: statistics.map((one) => bleuCocoFromStatistics([one])),
    statistics,
  };
}

/** BLEU-1 to BLEU-4 of images that are counted already: the cheap half, for resampling. */
export function bleuCocoFromStatistics(statistics: readonly NgramStatistics[]): readonly number[] {
  const { matches, totals, length, referenceLength } = sumStatistics(statistics);
  const ratio = (length + tiny) / (referenceLength + small);
  const penalty = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
  let product = 1;
  return matches.map((count, order) => {
    product *= (count + tiny) / ((totals[order] ?? 0) + small);
    return product ** (1 / (order + 1)) * penalty;
  });
}
