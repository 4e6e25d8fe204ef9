/**
 * MME: two yes-or-no questions an image, scored as accuracy plus the share of images with both right (Fu et al. 2023).
 *
 * Source: UCSC-VLAA/Sight-Beyond-Text@47f96a3, llava/eval/mmoverall/mme_metric.py, which is MME's own calculation
 * without the tasks landmark and artwork.
 */

import { type YesNo } from "./binary-measures.ts";
import { meanEstimate, type Estimate } from "./estimate.ts";
import { pythonStrip } from "./python-text.ts";

/** The tasks of each sum, as in the paper: perception has at most 1600 points, cognition 800. */
export const mmeTasks = {
  perception: ["existence", "count", "position", "color", "posters", "celebrity", "scene", "OCR"],
  cognition: ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"],
} as const;

/** One question with the answer that was generated; the two of an image stand one after the other. */
export interface MmeAnswer {
  readonly text: string;
  readonly label: "yes" | "no";
}

/** What MME says of one task; higher is better. */
export interface MmeTaskScore {
  /** Share of right answers; a text that is neither yes nor no is wrong, as in the official program. */
  readonly accuracy: Estimate;
  /** Share of images with both answers right. */
  readonly accuracyPlus: Estimate;
  /** 100 accuracy + 100 accuracyPlus, in [0, 200]. */
  readonly scorePoints: number;
  /** Texts that are neither yes nor no. */
  readonly undecided: number;
}

/** The answer that a text gives: yes or no within its first four characters, yes before no. */
export function mmeAnswerOf(text: string): YesNo {
  const beginning = Array.from(pythonStrip(text).toLowerCase()).slice(0, 4).join("");
  if (beginning.includes("yes")) return "yes";
  return beginning.includes("no") ? "no" : "undecided";
}

/**
 * The score of one task from its answers in file order.
 *
 * @throws RangeError where there are no answers, or an image has one answer only.
 */
export function mmeTaskScore(answers: readonly MmeAnswer[]): MmeTaskScore {
  if (answers.length === 0 || answers.length % 2 === 1) {
    throw new RangeError(`Cannot score an MME task: expected two answers an image, got ${answers.length} answers`);
  }
  const found = answers.map(({ text }) => mmeAnswerOf(text));
  const right = answers.map(({ label }, i) => Number(found[i] === label));
  const accuracy = meanEstimate(right);
  const accuracyPlus = meanEstimate(
    Array.from({ length: answers.length / 2 }, (_, image) => (right[2 * image] ?? 0) * (right[2 * image + 1] ?? 0)),
  );
  return {
    accuracy,
    accuracyPlus,
    scorePoints: 100 * (accuracy.value ?? 0) + 100 * (accuracyPlus.value ?? 0),
    undecided: found.filter((answer) => answer === "undecided").length,
  };
}
