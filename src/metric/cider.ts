/**
 * CIDEr-D: how much a caption agrees with people's captions of the same image, n-grams weighted by how few images they
 * describe. Letters: n = order of an n-gram, df = images whose references hold it, N = images.
 *
 * Source: Vedantam, Zitnick and Parikh 2015; pycocoevalcap 1.2, cider/cider_scorer.py, with its clipping, its Gaussian
 * penalty (sigma 6) on the difference of bigram counts and its logarithm of N.
 */

import { checkCaptionPairs, type CaptionPair } from "./caption-pair.ts";
import { meanEstimate, type Estimate } from "./estimate.ts";
import { maxOrder } from "./ngram-statistics.ts";
import { pythonSplit } from "./python-text.ts";

const sigma = 6;

/** CIDEr-D of a corpus and of its images, each in [0, 10]; papers print it times 100; higher is better. */
export interface CiderResult {
  /** Mean over images; the standard error takes document frequencies as given. */
  readonly estimate: Estimate;
  readonly scores: readonly number[];
}

/**
 * CIDEr-D of candidates against their references; document frequencies come from these references, so that a corpus of
 * one image has 0 and a subset has other scores than the whole.
 *
 * @throws RangeError where an image has no reference.
 */
export function ciderD(pairs: readonly CaptionPair[]): CiderResult {
  checkCaptionPairs(pairs, "CIDEr");
  const idOf = ngramIds();
  const count = (text: string): Counts => countNgrams(pythonSplit(text), idOf);
  const counted = pairs.map(({ candidate, references }) => ({
    candidate: count(candidate),
    references: references.map(count),
  }));
  const frequency = documentFrequency(counted.map(({ references }) => references));
  const logImages = Math.log(pairs.length);
  const weigh = (counts: Counts): Vector => weighted(counts, { frequency, logImages });
  const scores = counted.map(({ candidate, references }) => {
    const vector = weigh(candidate);
    const sum = references.reduce((total, reference) => total + similarity(vector, weigh(reference)), 0);
    return (10 * sum) / references.length;
  });
  return { estimate: meanEstimate(scores), scores };
}

/** Occurrences of each n-gram by its id; index k holds order k + 1. */
type Counts = readonly ReadonlyMap<number, number>[];

/** The id of a word, or of an n-gram from the id of its first n - 1 words and its last word; ids start at 1. */
type NgramIds = (prefix: number, word: string) => number;

function ngramIds(): NgramIds {
  const words = new Map<string, number>();
  const ngrams = new Map<number, number>();
  const widest = 2 ** 26; // words; a prefix id times this stays a safe integer
  let last = 0;
  return (prefix, word) => {
    const wordId = words.get(word) ?? words.size + 1;
    words.set(word, wordId);
    const key = prefix * widest + wordId;
    const known = ngrams.get(key);
    if (known !== undefined) return known;
    last += 1;
    ngrams.set(key, last);
    return last;
  };
}

function countNgrams(words: readonly string[], idOf: NgramIds): Counts {
  const counts = Array.from({ length: maxOrder }, () => new Map<number, number>());
  for (let start = 0; start < words.length; start++) {
    let id = 0;
    for (let order = 0; order < maxOrder && start + order < words.length; order++) {
      id = idOf(id, words[start + order] ?? "");
      const ofOrder = counts[order];
      ofOrder?.set(id, (ofOrder.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

/** Images whose references hold an n-gram, by its id. */
function documentFrequency(images: readonly (readonly Counts[])[]): ReadonlyMap<number, number> {
  const frequency = new Map<number, number>();
  for (const references of images) {
    const held = new Set(references.flatMap((counts) => counts.flatMap((ofOrder) => [...ofOrder.keys()])));
    for (const id of held) frequency.set(id, (frequency.get(id) ?? 0) + 1);
  }
  return frequency;
}

/** tf-idf weights of a text: count (ln N - ln max(1, df)), and what a similarity needs of them. */
interface Vector {
  readonly weights: Counts;
  readonly norms: readonly number[];
  /** Bigrams of the text, which is what pycocoevalcap takes for its length. */
  readonly length: number;
}

function weighted(
  counts: Counts,
  { frequency, logImages }: { readonly frequency: ReadonlyMap<number, number>; readonly logImages: number },
): Vector {
  const norms: number[] = [];
  const weights = counts.map((ofOrder) => {
    const weightOf = new Map<number, number>();
    let squares = 0;
    for (const [id, count] of ofOrder) {
      const weight = count * (logImages - Math.log(Math.max(1, frequency.get(id) ?? 0)));
      weightOf.set(id, weight);
      squares += weight * weight;
    }
    norms.push(Math.sqrt(squares));
    return weightOf;
  });
  let length = 0;
  for (const count of counts[1]?.values() ?? []) length += count;
  return { weights, norms, length };
}

/** Mean over orders of the clipped cosine, times the length penalty. */
function similarity(candidate: Vector, reference: Vector): number {
  const penalty = Math.exp(-((candidate.length - reference.length) ** 2) / (2 * sigma ** 2));
  let sum = 0;
  for (const [order, weights] of candidate.weights.entries()) {
    const wanted = reference.weights[order];
    let dot = 0;
    for (const [id, weight] of weights) {
      const other = wanted?.get(id) ?? 0;
      dot += Math.min(weight, other) * other;
    }
    const norm = (candidate.norms[order] ?? 0) * (reference.norms[order] ?? 0);
    sum += (norm === 0 ? dot : dot / norm) * penalty;
  }
  return sum / maxOrder;
}
