/**
 * Drawing tokens: temperature, then the k most likely, then the nucleus, then one of what is left.
 *
 * Source: transformers@5.23.0 generation/logits_process.py (TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper)
 * and its order in generation/utils.py; Holtzman et al. 2020 (nucleus).
 */

import type { Sampling } from "../base/language-model.ts";
import { seededRandom } from "../base/random.ts";

/** Chooses the next token, given the logits f32[V]; may change them. */
export type Sampler = (logits: Float32Array) => number;

/**
 * A sampler with a generator of its own.
 *
 * @throws RangeError where an option is out of its range.
 */
export function sampler(sampling: Sampling): Sampler {
  checkSampling(sampling);
  const random = seededRandom(sampling.seed);
  return (logits) => drawFrom(samplingOdds(logits, sampling), random.uniform());
}

/** The most likely token; the first of equals. NaN is never chosen. */
export function mostLikely(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] ?? NaN) > (logits[best] ?? NaN)) best = id;
  return best;
}

/** The probability of each token, f64[V], after the options of `sampling` have been applied. */
export function samplingOdds(
  logits: Float32Array,
  { temperature = 1, topK = 0, topP = 1 }: Omit<Sampling, "seed">,
): Float64Array {
  const scores = logits.map((logit) => logit / temperature);
  if (topK > 0 && topK < scores.length) {
    const least = scores.toSorted()[scores.length - topK] ?? -Infinity;
    scores.forEach((score, id) => (scores[id] = score < least ? -Infinity : score));
  }
  const odds = softmax(scores);
  return topP < 1 ? nucleus(odds, topP) : odds;
}

function softmax(scores: Float32Array): Float64Array {
  const most = scores.reduce((highest, score) => Math.max(highest, score), -Infinity);
  return normalize(Float64Array.from(scores, (score) => Math.exp(score - most)));
}

/** Removes the least likely tokens while all that were removed together stay within 1 - topP; one always stays. */
function nucleus(odds: Float64Array, topP: number): Float64Array {
  const sorted = odds.toSorted();
  let removed = 0;
  for (let sum = 0; removed < sorted.length - 1; removed++) {
    sum += sorted[removed] ?? 0;
    if (sum > 1 - topP) break;
  }
  const least = sorted[removed] ?? 0;
  // Of tokens as likely as the least that stays, those with lower ids go first.
  let equals = removed - sorted.findIndex((p) => p >= least);
  const kept = odds.map((p) => {
    if (p !== least) return p < least ? 0 : p;
    equals -= 1;
    return equals >= 0 ? 0 : p;
  });
  return normalize(kept);
}

function normalize(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The token at a place of [0, 1) on the line of all odds. */
function drawFrom(odds: Float64Array, place: number): number {
  let sum = 0;
  for (let id = 0; id < odds.length; id++) {
    sum += odds[id] ?? 0;
    if (place < sum) return id;
  }
  return odds.findLastIndex((p) => p > 0); // the odds add up to a little less than 1
}

function checkSampling({ temperature = 1, topK, topP = 1 }: Sampling): void {
  const fail = (name: string, expected: string, found: number): RangeError =>
    new RangeError(`Cannot sample with ${name}: expected ${expected}, got ${found}`);
  if (!(temperature > 0) || temperature === Infinity) throw fail("temperature", "a number above 0", temperature);
  if (topK !== undefined && (!Number.isInteger(topK) || topK < 1)) throw fail("topK", "an integer >= 1", topK);
  if (!(topP > 0 && topP <= 1)) throw fail("topP", "a number in (0, 1]", topP);
}
