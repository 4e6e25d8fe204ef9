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
  const count = (prediction: YesNo, label: "yes" | "no"): number =>
    answers.filter((answer) => answer.prediction === prediction && answer.label === label).length;
  const truePositives = count("yes", "yes");
  const falsePositives = count("yes", "no");
  const falseNegatives = count("no", "yes");
  const precision = ratio(truePositives, truePositives + falsePositives);
  const recall = ratio(truePositives, truePositives + falseNegatives);
  return {
    truePositives,
    falsePositives,
    trueNegatives: count("no", "no"),
    falseNegatives,
    undecided: count("undecided", "yes") + count("undecided", "no"),
    accuracy: meanEstimate(
      answers.map(({ prediction, label }) => (prediction === "undecided" ? null : Number(prediction === label))),
    ),
    precision,
    recall,
    f1: precision === null || recall === null ? null : ratio(2 * precision * recall, precision + recall),
    yesRatio: ratio(truePositives + falsePositives, answers.length),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
