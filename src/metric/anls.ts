/**
 * ANLS, average normalised Levenshtein similarity: forgives the spelling of an answer that is read from a picture, not
 * its content (Biten et al. 2019; DocVQA, Mathew et al. 2021).
 *
 * Source: the evaluation program of the DocVQA challenge as kept by QwenLM/Qwen-VL, eval_mm/infographicsvqa_eval.py.
 */

import { pythonSplit } from "./python-text.ts";

/** Options of `anls`. */
export interface AnlsOptions {
  /**
   * What a distance of exactly one half is worth: nothing by the definition (a distance must be under 0.5), one half by
   * the challenge's program, which asks for a similarity of at least 0.5.
   */
  readonly half?: "definition" | "program";
}

const threshold = 0.5;

/**
 * 1 - distance to the nearest answer where that distance is under 0.5, else 0; a fraction, higher is better. The distance
 * is the edit distance of the lower-cased texts, runs of white space as one space, over the length of the longer text
 * as it was written.
 *
 * @throws RangeError where there is no answer to compare with.
 */
export function anls(
  prediction: string,
  answers: readonly string[],
  { half = "definition" }: AnlsOptions = {},
): number {
  if (answers.length === 0) throw new RangeError("Cannot compute ANLS: expected at least one answer, got none");
  const similarity = 1 - Math.min(...answers.map((answer) => normalizedDistance(prediction, answer)));
  const counts = half === "program" ? similarity >= threshold : similarity > threshold;
  return counts ? similarity : 0;
}

function normalizedDistance(a: string, b: string): number {
  const longer = Math.max(writtenLength(a), writtenLength(b));
  return longer === 0 ? 0 : editDistance(compared(a), compared(b)) / longer;
}

function compared(text: string): string[] {
  return Array.from(pythonSplit(text.toLowerCase()).join(" "));
}

/** Characters of the upper-cased text, which the program counts: "ß" has two. */
function writtenLength(text: string): number {
  return Array.from(text.toUpperCase()).length;
}

/** The least number of insertions, deletions and replacements that make `b` of `a`; characters are code points. */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  let above = Int32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, character] of a.entries()) {
    const row = new Int32Array(b.length + 1);
    row[0] = i + 1;
    for (const [j, other] of b.entries()) {
      const replaced = (above[j] ?? 0) + (character === other ? 0 : 1);
      row[j + 1] = Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1);
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
