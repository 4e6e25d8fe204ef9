/** The order in which lm-evaluation-harness asks the documents of a task. */

import { pythonRandom, type PythonRandom } from "../base/python-random.ts";

/** The seed that the harness shuffles every task with (lm_eval/evaluator.py@00209e10f). */
export const harnessSeed = 42;

/** A shuffled copy, by CPython's `random.Random(seed).shuffle`. */
export function harnessOrder<T>(documents: readonly T[], seed: number = harnessSeed): readonly T[] {
  return harnessDraw(documents, seed).documents;
}

/** The shuffled copy with the generator that shuffled it: the harness draws the shots of each document from it in turn. */
export function harnessDraw<T>(
  documents: readonly T[],
  seed: number = harnessSeed,
): {
  readonly documents: readonly T[];
  readonly random: PythonRandom;
} {
  const shuffled = [...documents];
  const random = pythonRandom(seed);
  random.shuffle(shuffled);
  return { documents: shuffled, random };
}
