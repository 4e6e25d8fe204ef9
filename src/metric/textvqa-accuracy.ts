/**
 * TextVQA accuracy: VQA accuracy over ten answers with the normalisation of the EvalAI server, which also takes commas
 * and question marks away and parts a possessive 's from its word.
 *
 * Source: facebookresearch/mmf@b0ffc7f, mmf/utils/m4c_evaluators.py; LLaVA uses the same in llava/eval/m4c_evaluator.py.
 */

import { pythonStrip } from "./python-text.ts";
import { leaveOneOutAgreement } from "./vqa-accuracy.ts";
import { normalizeVqaWords, stripVqaPunctuation } from "./vqa-normalization.ts";

/**
 * Accuracy of one answer, a fraction in [0, 1]; higher is better.
 *
 * @throws RangeError where there are not exactly ten answers.
 */
export function textvqaAccuracy(prediction: string, answers: readonly string[]): number {
  if (answers.length !== 10) {
    throw new RangeError(`Cannot score a TextVQA answer: expected 10 reference answers, got ${answers.length}`);
  }
  return leaveOneOutAgreement(normalizeTextvqaAnswer(prediction), answers.map(normalizeTextvqaAnswer));
}

/** An answer as the EvalAI server compares it. */
export function normalizeTextvqaAnswer(answer: string): string {
  const words = pythonStrip(answer.toLowerCase().replace(/[,?]/g, "").replaceAll("'s", " 's"));
  const line = pythonStrip(words.replace(/[\n\t]/g, " "));
  return normalizeVqaWords(stripVqaPunctuation(line));
}
