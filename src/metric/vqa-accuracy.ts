/**
 * VQA accuracy: an answer is right as far as three of the other annotators gave it, averaged over the annotators left
 * out in turn (Antol et al. 2015; Goyal et al. 2017).
 *
 * Source: GT-Vision-Lab/VQA@a013f00, PythonEvaluationTools/vqaEvaluation/vqaEval.py; the paper's copy,
 * UCSC-VLAA/Sight-Beyond-Text@47f96a3, llava/eval/mmoverall/vqa_metric.py, computes the same.
 */

import { pythonStrip } from "./python-text.ts";
import { normalizeVqaWords, stripVqaPunctuation } from "./vqa-normalization.ts";

/**
 * Accuracy of one answer, a fraction in [0, 1]; higher is better. `answers` are the annotators', ten as a rule.
 *
 * Texts are normalised only where the annotators do not all agree, as in the official program.
 *
 * @throws RangeError where there is no annotator.
 */
export function vqaAccuracy(prediction: string, answers: readonly string[]): number {
  const given = answers.map(oneLine);
  const normalize = new Set(given).size > 1 ? normalizeVqaAnswer : oneLine;
  return leaveOneOutAgreement(normalize(oneLine(prediction)), given.map(normalize));
}

/** An answer as the official program compares it. */
export function normalizeVqaAnswer(answer: string): string {
  return normalizeVqaWords(stripVqaPunctuation(oneLine(answer)));
}

/**
 * The mean over annotators of min(1, others who gave the answer / 3).
 *
 * @throws RangeError where there is no annotator.
 */
export function leaveOneOutAgreement(prediction: string, answers: readonly string[]): number {
  if (answers.length === 0) throw new RangeError("Cannot score an answer: expected at least one annotator, got none");
  const matches = answers.filter((answer) => answer === prediction).length;
  const sum = answers.reduce((total, answer) => {
    const others = answer === prediction ? matches - 1 : matches;
    return total + Math.min(1, others / 3);
  }, 0);
  return sum / answers.length;
}

/**
 * What the paper's evaluation takes from a generated text: what stands before "Question", "Answer", "###" or "</s>";
 * "Yes" where that holds yes, else "No" where it holds no, anywhere, also inside a word.
 *
 * Source: UCSC-VLAA/Sight-Beyond-Text@47f96a3, llava/eval/mmoverall/vqa_metric.py, postprocess_vqa_generation.
 */
export function vqaAnswerOf(generation: string): string {
  const [answer = ""] = generation.split(/Question|Answer|###|<\/s>/);
  if (/[Yy]es/.test(answer)) return "Yes";
  if (/[Nn]o/.test(answer)) return "No";
  return answer;
}

function oneLine(text: string): string {
  return pythonStrip(text.replace(/[\n\t]/g, " "));
}
