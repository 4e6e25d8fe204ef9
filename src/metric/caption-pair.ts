/** What caption metrics compare: one candidate caption of an image with the captions that people gave it. */

import { type NgramCounts, ngramIndex } from "./ngram-index.ts";
import { pythonSplit } from "./python-text.ts";

/** A caption with its references, as they were written or as `tokenizeCaptions` made them. */
export interface CaptionPair {
  readonly candidate: string;
  readonly references: readonly string[];
}

/** The n-grams of all captions of a corpus, by one numbering. */
export interface CountedCaptions {
  readonly images: readonly { readonly candidate: NgramCounts; readonly references: readonly NgramCounts[] }[];
  /** One more than the largest n-gram's number. */
  readonly size: number;
}

/**
 * Counts the n-grams of tokenized captions.
 *
 * @throws RangeError where an image has no reference.
 */
export function countCaptions(pairs: readonly CaptionPair[]): CountedCaptions {
  checkCaptionPairs(pairs);
  return countWords(
    pairs.map(({ candidate, references }) => ({
      candidate: pythonSplit(candidate),
      references: references.map(pythonSplit),
    })),
  );
}

/** Counts the n-grams of captions that are split into words. */
export function countWords(
  pairs: readonly { readonly candidate: readonly string[]; readonly references: readonly (readonly string[])[] }[],
): CountedCaptions {
  const index = ngramIndex();
  const images = pairs.map(({ candidate, references }) => ({
    candidate: index.count(candidate),
    references: references.map((reference) => index.count(reference)),
  }));
  return { images, size: index.size() };
}

/** @throws RangeError where an image has no reference. */
export function checkCaptionPairs(pairs: readonly CaptionPair[]): void {
  const index = pairs.findIndex(({ references }) => references.length === 0);
  if (index < 0) return;
  throw new RangeError(`Cannot score captions at "image ${index}": expected at least one reference, got none`);
}
