/**
 * ROUGE-1, ROUGE-2, ROUGE-L and ROUGE-Lsum of google's rouge_score, without stemming.
 *
 * Source: rouge-score 0.1.2, rouge_score/rouge_scorer.py and tokenize.py; Lin 2004.
 */

import { lcsIndices, lcsLength } from "./longest-common-subsequence.ts";

/** The measures of rouge_score. `rougeLsum` takes each line as a sentence. */
export type RougeType = "rouge1" | "rouge2" | "rougeL" | "rougeLsum";

/** Precision, recall and their harmonic mean, fractions in [0, 1]; higher is better. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly fMeasure: number;
}

type Scorer = (prediction: string, reference: string) => RougeScore;

const scorers: { readonly [T in RougeType]: Scorer } = {
  rouge1: (prediction, reference) => rougeN(rougeWords(prediction), rougeWords(reference)),
  rouge2: (prediction, reference) => rougeN(bigrams(rougeWords(prediction)), bigrams(rougeWords(reference))),
  rougeL: (prediction, reference) => rougeL(rougeWords(prediction), rougeWords(reference)),
  rougeLsum: (prediction, reference) => rougeLsum(rougeSentences(prediction), rougeSentences(reference)),
};

/** One ROUGE measure of a prediction against one reference. */
export function rouge(
  prediction: string,
  { reference, type }: { readonly reference: string; readonly type: RougeType },
): RougeScore {
  return scorers[type](prediction, reference);
}

/** Lower-cased runs of a to z and 0 to 9; all other characters part words. */
export function rougeWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function rougeSentences(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(rougeWords);
}

function bigrams(words: readonly string[]): string[] {
  return words.slice(1).map((word, i) => `${words[i] ?? ""} ${word}`);
}

function rougeN(prediction: readonly string[], reference: readonly string[]): RougeScore {
  const available = countWords(prediction);
  let matches = 0;
  for (const ngram of reference) if (take(available, ngram)) matches += 1;
  return score(matches, { predicted: Math.max(prediction.length, 1), wanted: Math.max(reference.length, 1) });
}

function rougeL(prediction: readonly string[], reference: readonly string[]): RougeScore {
  if (prediction.length === 0 || reference.length === 0) return score(0, { predicted: 1, wanted: 1 });
  return score(lcsLength(reference, prediction), { predicted: prediction.length, wanted: reference.length });
}

/** Summary level: each reference sentence meets the union of its subsequences, no word used more often than it stands. */
function rougeLsum(prediction: readonly string[][], reference: readonly string[][]): RougeScore {
  const predictedWords = prediction.flat();
  const wantedWords = reference.flat();
  if (predictedWords.length === 0 || wantedWords.length === 0) return score(0, { predicted: 1, wanted: 1 });
  const leftInPrediction = countWords(predictedWords);
  let matches = 0;
  for (const sentence of reference) {
    const union = new Set(prediction.flatMap((candidate) => lcsIndices(sentence, candidate)));
    for (const index of [...union].sort((a, b) => a - b)) {
      if (take(leftInPrediction, sentence[index] ?? "")) matches += 1;
    }
  }
  return score(matches, { predicted: predictedWords.length, wanted: wantedWords.length });
}

function score(
  matches: number,
  { predicted, wanted }: { readonly predicted: number; readonly wanted: number },
): RougeScore {
  const precision = matches / predicted;
  const recall = matches / wanted;
  const fMeasure = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, fMeasure };
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, word: string): boolean {
  const left = counts.get(word) ?? 0;
  if (left === 0) return false;
  counts.set(word, left - 1);
  return true;
}
