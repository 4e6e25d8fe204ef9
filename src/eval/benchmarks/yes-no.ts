/** Measures of a whole set of yes-or-no answers, from what each sample scored: POPE's and Sketchy-VQA's. */

import { countYesNo, type YesNo, type YesNoAnswer, yesNoRates, type YesNoRates } from "../../metric/binary-measures.ts";
import { type BenchmarkMetric, type Choice, type CorpusSample, type ItemScore } from "../benchmark.ts";
import { resampledEstimate } from "../corpus.ts";

/** The score of one yes-or-no answer: right or wrong, and whether it says yes. An undecided one has no accuracy. */
export function yesNoScore(prediction: YesNo, references: readonly Choice[]): ItemScore {
  const says = { says_yes: prediction === "yes" ? 1 : 0, says_no: prediction === "no" ? 1 : 0 };
  if (prediction === "undecided") return { prediction: null, scores: says };
  return { prediction: null, scores: { acc: prediction === labelOf(references) ? 1 : 0, ...says } };
}

/** Precision, recall and F1 of "yes", and the share of "yes"; each with its error over pictures drawn again. */
export const yesNoMetrics: readonly BenchmarkMetric[] = [
  measure("precision", ({ precision }) => precision),
  measure("recall", ({ recall }) => recall),
  measure("f1", ({ f1 }) => f1),
  // The share of "yes" labels is what to compare it with.
  { ...measure("yes_ratio", ({ yesRatio }) => yesRatio), direction: "none" },
];

function measure(name: string, take: (rates: YesNoRates) => number | null): BenchmarkMetric {
  return {
    name,
    direction: "higher",
    groupSize: null,
    over: (samples) =>
      resampledEstimate(
        samples.map((sample) => ({ ...answerOf(sample), group: sample.group })),
        { measure: (all) => take(yesNoRates(countYesNo(all))), groupOf: ({ group }) => group },
      ),
  };
}

function answerOf({ scores, references }: CorpusSample): YesNoAnswer {
  const prediction = scores.says_yes === 1 ? "yes" : scores.says_no === 1 ? "no" : "undecided";
  return { prediction, label: labelOf(references) };
}

function labelOf(references: readonly Choice[]): "yes" | "no" {
  return references[0]?.text === "yes" ? "yes" : "no";
}
