/**
 * BLEU as sacreBLEU computes it, in percent: 4-grams, `intl` tokens, exponential smoothing, no effective order. This is
 * what lm-evaluation-harness asks of sacreBLEU for TruthfulQA.
 *
 * Source: sacrebleu 1.5.0 and 2.6.0, sacrebleu/metrics/bleu.py and tokenizers/tokenizer_intl.py; Papineni et al. 2002.
 */

import { ngramIndex, type NgramCounts } from "./ngram-index.ts";
import { ngramStatistics, sumStatistics, type NgramStatistics } from "./ngram-statistics.ts";
import { pythonRightStrip, pythonSplit } from "./python-text.ts";

/** "1.5.0" is what the 2023 harness pins; "2.6.0" is the present behaviour: no match at any order is 0. */
export type SacrebleuVersion = "1.5.0" | "2.6.0";

/** One system output with its references. */
export interface BleuPair {
  readonly prediction: string;
  readonly references: readonly string[];
}

/** The part of BLEU that depends on the version. */
interface Behaviour {
  readonly tokenize: (text: string) => string[];
  readonly zeroWithoutMatch: boolean;
  readonly skipEmptyReferences: boolean;
}

const behaviours: { readonly [V in SacrebleuVersion]: Behaviour } = {
  "1.5.0": { tokenize: tokenizeIntl150, zeroWithoutMatch: false, skipEmptyReferences: true },
  "2.6.0": { tokenize: tokenizeIntl, zeroWithoutMatch: true, skipEmptyReferences: false },
};

/**
 * Corpus BLEU in percent, [0, 100], of outputs that each have one or more references; higher is better. A corpus of one
 * pair is what the harness calls the BLEU of an answer: under 4 tokens give 0.
 *
 * @throws RangeError where a pair has no reference (in 1.5.0: none that is not empty).
 */
export function sacrebleuPercent(
  pairs: readonly BleuPair[],
  { version = "1.5.0" }: { readonly version?: SacrebleuVersion } = {},
): number {
  const statistics = pairs.map((pair) => sacrebleuStatistics(pair, { version }));
  return sacrebleuFromStatistics(statistics, { version });
}

/** What BLEU needs of one pair; sums of these over any sample of pairs give the corpus BLEU of that sample. */
export function sacrebleuStatistics(
  { prediction, references }: BleuPair,
  { version = "1.5.0" }: { readonly version?: SacrebleuVersion } = {},
): NgramStatistics {
  const { tokenize, skipEmptyReferences } = behaviours[version];
  const kept = skipEmptyReferences ? references.filter((reference) => reference !== "") : references;
  if (kept.length === 0) {
    throw new RangeError(`Cannot compute BLEU of "${prediction}": expected a reference that is not empty, got none`);
  }
  const index = ngramIndex();
  const count = (text: string): NgramCounts => index.count(tokenize(pythonRightStrip(text)));
  const candidate = count(prediction);
  const counted = kept.map(count);
  return ngramStatistics(candidate, { references: counted, limits: new Int32Array(index.size()) });
}

/** Corpus BLEU in percent of pairs that `sacrebleuStatistics` has counted: the cheap half, for resampling. */
export function sacrebleuFromStatistics(
  statistics: readonly NgramStatistics[],
  { version = "1.5.0" }: { readonly version?: SacrebleuVersion } = {},
): number {
  const { matches, totals, length, referenceLength } = sumStatistics(statistics);
  if (behaviours[version].zeroWithoutMatch && matches.every((count) => count === 0)) return 0;
  const precisions = smoothedPrecisions(matches, totals);
  if (precisions.includes(0)) return 0; // sacreBLEU's logarithm of zero is -9999999999
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / precisions.length;
  return brevityPenalty(length, referenceLength) * Math.exp(meanLog);
}

/** Precisions in percent; the k-th that is zero becomes 100 / (2^k total), as mteval-v13a does. */
function smoothedPrecisions(matches: readonly number[], totals: readonly number[]): number[] {
  let smoothing = 1;
  return matches.map((count, order) => {
    const total = totals[order] ?? 0;
    if (total === 0) return 0;
    if (count > 0) return (100 * count) / total;
    smoothing *= 2;
    return 100 / (smoothing * total);
  });
}

function brevityPenalty(length: number, referenceLength: number): number {
  if (length >= referenceLength) return 1;
  return length > 0 ? Math.exp(1 - referenceLength / length) : 0;
}

/** Words and marks of a text: marks stand alone unless a number is beside them. mteval-v14, `--international-tokenization`. */
export function tokenizeIntl(text: string): string[] {
  const spaced = text
    .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
    .replace(/(\p{P})(\P{N})/gu, " $1 $2")
    .replace(/(\p{S})/gu, " $1 ");
  return pythonSplit(spaced);
}

/** As `tokenizeIntl`, with decimal digits for numbers; its class of marks has an unescaped backslash, so "\" is none. */
function tokenizeIntl150(text: string): string[] {
  const spaced = text
    .replace(/(\P{Nd})((?!\\)\p{P})/gu, "$1 $2 ")
    .replace(/((?!\\)\p{P})(\P{Nd})/gu, " $1 $2")
    .replace(/(\p{S})/gu, " $1 ");
  return pythonSplit(spaced);
}
