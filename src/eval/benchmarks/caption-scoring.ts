/** Captions against those that people wrote: CIDEr, ROUGE-L and BLEU of coco-caption. */

import { bleuCocoFromStatistics, bleuOfCounts } from "../../metric/bleu-coco.ts";
import { countCaptions } from "../../metric/caption-pair.ts";
import { captionScores, tokenizePairs } from "../../metric/caption-scores.ts";
import { type NgramStatistics } from "../../metric/ngram-statistics.ts";
import { type BenchmarkMetric, type CorpusSample, type GenerationItem, type ItemScore } from "../benchmark.ts";
import { resampledEstimate } from "../corpus.ts";

/** Each picture's CIDEr (document frequencies of all pictures that were asked) and ROUGE-L. */
export function scoreCaptions(items: readonly GenerationItem[], answers: readonly string[]): readonly ItemScore[] {
  const pairs = items.map((item, index) => ({
    candidate: captionOf(answers[index] ?? ""),
    references: item.references.map(({ text }) => text),
  }));
  const { cider, rougeL } = captionScores(pairs);
  return items.map((_, index) => ({
    prediction: null,
    scores: { cider: cider.scores[index] ?? NaN, rougeL: rougeL.scores[index] ?? NaN },
  }));
}

/** CIDEr in [0, 10] (papers print it times 100) and ROUGE-L are means over pictures. */
export const captionMeans: readonly BenchmarkMetric[] = [
  { name: "cider", direction: "higher", unit: "points", groupSize: null },
  { name: "rougeL", direction: "higher", groupSize: null },
];

/** BLEU-1 to BLEU-4 of all captions together; the error comes from drawing pictures again. */
export const captionBleu: readonly BenchmarkMetric[] = [1, 2, 3, 4].map((order) => ({
  name: `bleu${order}`,
  direction: "higher",
  groupSize: null,
  over: (samples) =>
    resampledEstimate(statisticsOf(samples), {
      measure: (statistics) => bleuCocoFromStatistics(statistics)[order - 1] ?? null,
    }),
}));

/** The four are measured one after the other on the same samples, which are counted once. */
const counted = new WeakMap<readonly CorpusSample[], readonly NgramStatistics[]>();

function statisticsOf(samples: readonly CorpusSample[]): readonly NgramStatistics[] {
  const known = counted.get(samples);
  if (known !== undefined) return known;
  const pairs = samples.map(({ response, references }) => ({
    candidate: captionOf(response ?? ""),
    references: references.map(({ text }) => text),
  }));
  const { statistics } = bleuOfCounts(countCaptions(tokenizePairs(pairs)));
  counted.set(samples, statistics);
  return statistics;
}

/** The paper takes quotation marks out of what a model wrote. */
function captionOf(answer: string): string {
  return answer.replaceAll('"', "");
}
