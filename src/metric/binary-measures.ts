/** Measures of yes-or-no answers: what POPE and Sketchy-VQA report. */

import { meanEstimate, type Estimate } from "./estimate.ts";

/** A yes-or-no answer, or one that is neither. */
export type YesNo = "yes" | "no" | "undecided";

/** One answer with the right one. */
export interface YesNoAnswer {
  readonly prediction: YesNo;
  readonly label: "yes" | "no";
}

/** Fractions in [0, 1], "yes" being the positive answer; null where the denominator is zero. Higher is better but for `yesRatio`. */
export interface BinaryMeasures {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  readonly undecided: number;
  /** Over the decided answers; undecided ones are its unscored. */
  readonly accuracy: Estimate;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Share of "yes" among all answers, undecided ones included; the share of "yes" labels is what to compare it with. */
  readonly yesRatio: number | null;
}

/** Counts yes-or-no answers and measures them; an undecided answer is unscored, not wrong. */
export function binaryMeasures(answers: readonly YesNoAnswer[]): BinaryMeasures {
  const counts = countYesNo(answers);
  return {
    ...counts,
    ...yesNoRates(counts),
    accuracy: meanEstimate(
      answers.map(({ prediction, label }) => (prediction === "undecided" ? null : Number(prediction === label))),
    ),
  };
}

/** How many answers are of which kind. */
export type YesNoCounts = Pick<
  BinaryMeasures,
  "truePositives" | "falsePositives" | "trueNegatives" | "falseNegatives" | "undecided"
>;

/** The measures that need the counts alone. */
export type YesNoRates = Pick<BinaryMeasures, "precision" | "recall" | "f1" | "yesRatio">;

/** Counts answers in one pass. */
export function countYesNo(answers: readonly YesNoAnswer[]): YesNoCounts {
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0, undecided: 0 };
  for (const { prediction, label } of answers) {
    if (prediction === "undecided") counts.undecided += 1;
    else if (prediction === "yes") counts[label === "yes" ? "truePositives" : "falsePositives"] += 1;
    else counts[label === "no" ? "trueNegatives" : "falseNegatives"] += 1;
  }
  return counts;
}

/** Measures of counts: the cheap half, for resampling. */
export function yesNoRates(counts: YesNoCounts): YesNoRates {
  const { truePositives, falsePositives, trueNegatives, falseNegatives, undecided } = counts;
  const precision = ratio(truePositives, truePositives + falsePositives);
  const recall = ratio(truePositives, truePositives + falseNegatives);
  const all = truePositives + falsePositives + trueNegatives + falseNegatives + undecided;
  return {
    precision,
    recall,
    f1: precision === null || recall === null ? null : ratio(2 * precision * recall, precision + recall),
    yesRatio: ratio(truePositives + falsePositives, all),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
