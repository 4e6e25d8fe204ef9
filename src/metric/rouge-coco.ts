/**
 * ROUGE-L as coco-caption computes it: the largest precision and the largest recall over the references, each of its
 * own, joined with beta = 1.2.
 *
 * Source: pycocoevalcap 1.2, rouge/rouge.py; Lin 2004.
 */

import { checkCaptionPairs, type CaptionPair } from "./caption-pair.ts";
import { meanEstimate, type Estimate } from "./estimate.ts";
import { lcsLength } from "./longest-common-subsequence.ts";

const beta = 1.2;

/** ROUGE-L of a corpus (mean over images) and of its images, fractions in [0, 1]; higher is better. */
export interface RougeCocoResult {
  readonly estimate: Estimate;
  readonly scores: readonly number[];
}

/**
 * ROUGE-L of candidates against their references. An empty text counts as one empty word, as there.
 *
 * @throws RangeError where an image has no reference.
 */
export function rougeLCoco(pairs: readonly CaptionPair[]): RougeCocoResult {
  checkCaptionPairs(pairs);
  const words = (text: string): string[] => text.split(" ");
  return rougeLOfWords(
    pairs.map(({ candidate, references }) => ({ candidate: words(candidate), references: references.map(words) })),
  );
}

/** The words of an image's captions; none count as one empty word. */
interface WordPair {
  readonly candidate: readonly string[];
  readonly references: readonly (readonly string[])[];
}

/** ROUGE-L of captions that are split into words. */
export function rougeLOfWords(pairs: readonly WordPair[]): RougeCocoResult {
  const scores = pairs.map(rougeOfImage);
  return { estimate: meanEstimate(scores), scores };
}

const noWords = [""] as const;

function rougeOfImage({ candidate, references }: WordPair): number {
  const words = candidate.length === 0 ? noWords : candidate;
  let precision = 0;
  let recall = 0;
  for (const reference of references) {
    const referenceWords = reference.length === 0 ? noWords : reference;
    const common = lcsLength(referenceWords, words);
    precision = Math.max(precision, common / words.length);
    recall = Math.max(recall, common / referenceWords.length);
  }
  if (precision === 0 || recall === 0) return 0;
  return ((1 + beta ** 2) * precision * recall) / (recall + beta ** 2 * precision);
}
