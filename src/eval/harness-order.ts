/** The order in which lm-evaluation-harness asks the documents of a task. */

import { pythonRandom } from "../base/python-random.ts";

/** The seed that the harness shuffles every task with (lm_eval/evaluator.py@00209e10f). */
export const harnessSeed = 42;

/** A shuffled copy, by CPython's `random.Random(42).shuffle`. */
export function harnessOrder<T>(documents: readonly T[]): readonly T[] {
  const shuffled = [...documents];
  pythonRandom(harnessSeed).shuffle(shuffled);
  return shuffled;
}
