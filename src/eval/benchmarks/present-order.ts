/** The order in which the lm-evaluation-harness of today asks the documents of a task, and how it draws its shots. */

import { pythonRandom, type PythonRandom } from "../../base/python-random.ts";
import { harnessSeed } from "../harness-order.ts";

/** The seed of the shots where the user names none (`--seed`, lm_eval/__main__.py@4e7e0d47). */
const shotSeed = 1234;

/**
 * Documents in file order, with the generator that the shots of each are drawn from in turn. `seed` stands for the
 * harness's fourth seed; our default, which orders the documents of 2023, stands for its default.
 *
 * Source: lm-evaluation-harness@4e7e0d47 lm_eval/api/samplers.py.
 */
export function presentDraw<T>(
  documents: readonly T[],
  seed: number = harnessSeed,
): { readonly documents: readonly T[]; readonly random: PythonRandom } {
  return { documents, random: pythonRandom(seed === harnessSeed ? shotSeed : seed) };
}
