/** What caption metrics compare: one candidate caption of an image with the captions that people gave it. */

/** Texts that `tokenizeCaptions` made: words with one space between them. */
export interface CaptionPair {
  readonly candidate: string;
  readonly references: readonly string[];
}

/** @throws RangeError where an image has no reference. */
export function checkCaptionPairs(pairs: readonly CaptionPair[], metric: string): void {
  const index = pairs.findIndex(({ references }) => references.length === 0);
  if (index < 0) return;
  throw new RangeError(`Cannot compute ${metric} at "image ${index}": expected at least one reference, got none`);
}
