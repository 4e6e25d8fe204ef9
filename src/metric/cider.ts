/**
 * CIDEr-D: how much a caption agrees with people's captions of the same image, n-grams weighted by how few images they
 * describe. Letters: n = order of an n-gram, df = images whose references hold it, N = images.
 *
 * Source: Vedantam, Zitnick and Parikh 2015; pycocoevalcap 1.2, cider/cider_scorer.py, with its clipping, its Gaussian
 * penalty (sigma 6) on the difference of bigram counts and its logarithm of N.
 */

import { type CaptionPair, countCaptions, type CountedCaptions } from "./caption-pair.ts";
import { meanEstimate, type Estimate } from "./estimate.ts";
import { maxOrder, type NgramCounts } from "./ngram-index.ts";

const sigma = 6;

/** CIDEr-D of a corpus and of its images, each in [0, 10]; papers print it times 100; higher is better. */
export interface CiderResult {
  /** Mean over images; the standard error takes document frequencies as given. */
  readonly estimate: Estimate;
  readonly scores: readonly number[];
}

/**
 * CIDEr-D of tokenized candidates against their references; document frequencies come from these references, so that a
 * corpus of one image has 0 and a subset has other scores than the whole.
 *
 * @throws RangeError where an image has no reference.
 */
export function ciderD(pairs: readonly CaptionPair[]): CiderResult {
  return ciderOfCounts(countCaptions(pairs));
}

/** CIDEr-D of captions whose n-grams are counted. */
export function ciderOfCounts({ images, size }: CountedCaptions): CiderResult {
  const idf = inverseDocumentFrequency(
    images.map(({ references }) => references),
    size,
  );
  const weights = new Float64Array(size);
  const scores = images.map(({ candidate, references }) => {
    const { ids, counts, length } = candidate;
    for (let i = 0; i < ids.length; i++) weights[ids[i] ?? 0] = (counts[i] ?? 0) * (idf[ids[i] ?? 0] ?? 0);
    const vector = { weights, norms: norms(candidate, idf), length };
    let sum = 0;
    for (const reference of references) sum += similarity(vector, { reference, idf });
    for (const id of ids) weights[id] = 0;
    return (10 * sum) / references.length;
  });
  return { estimate: meanEstimate(scores), scores };
}

/** ln N - ln max(1, df) of each n-gram, by its number. */
function inverseDocumentFrequency(images: readonly (readonly NgramCounts[])[], size: number): Float64Array {
  const frequency = new Int32Array(size);
  const lastImage = new Int32Array(size).fill(-1);
  for (const [image, references] of images.entries()) {
    for (const { ids } of references) {
      for (const id of ids) {
        if (lastImage[id] === image) continue;
        lastImage[id] = image;
        frequency[id] = (frequency[id] ?? 0) + 1;
      }
    }
  }
  const logImages = Math.log(images.length);
  const byFrequency = Float64Array.from(
    { length: images.length + 1 },
    (_, df) => logImages - Math.log(Math.max(1, df)),
  );
  const idf = new Float64Array(size);
  for (let id = 0; id < size; id++) idf[id] = byFrequency[frequency[id] ?? 0] ?? 0;
  return idf;
}

/** A candidate's tf-idf weights, by n-gram. */
interface Candidate {
  readonly weights: Float64Array;
  /** By order. */
  readonly norms: readonly number[];
  /** Words. */
  readonly length: number;
}

function norms({ ids, counts, ends }: NgramCounts, idf: Float64Array): number[] {
  return ends.map((end, order) => {
    let squares = 0;
    for (let i = ends[order - 1] ?? 0; i < end; i++) squares += ((counts[i] ?? 0) * (idf[ids[i] ?? 0] ?? 0)) ** 2;
    return Math.sqrt(squares);
  });
}

/** Mean over orders of the clipped cosine, times the length penalty. */
function similarity(
  candidate: Candidate,
  { reference, idf }: { readonly reference: NgramCounts; readonly idf: Float64Array },
): number {
  const { ids, counts, ends } = reference;
  let sum = 0;
  let i = 0;
  for (let order = 0; order < maxOrder; order++) {
    let dot = 0;
    let squares = 0;
    for (const end = ends[order] ?? 0; i < end; i++) {
      const id = ids[i] ?? 0;
      const weight = (counts[i] ?? 0) * (idf[id] ?? 0);
      squares += weight * weight;
      dot += Math.min(candidate.weights[id] ?? 0, weight) * weight;
    }
    const norm = (candidate.norms[order] ?? 0) * Math.sqrt(squares);
    sum += norm === 0 ? dot : dot / norm;
  }
  return (sum * lengthPenalty(candidate.length, reference.length)) / maxOrder;
}

/** pycocoevalcap compares numbers of bigrams, which differ as the words do unless a text is empty. */
function lengthPenalty(a: number, b: number): number {
  const difference = Math.max(0, a - 1) - Math.max(0, b - 1);
  return Math.exp(-(difference ** 2) / (2 * sigma ** 2));
}
