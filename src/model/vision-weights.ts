/** A vision tower's tensors under the names of the graph, wherever a checkpoint keeps them. */

import { ModelFormatError } from "../base/errors.ts";
import type { StoredTensor } from "../data/safetensors.ts";

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, StoredTensor>;

const mark = "embeddings.patch_embedding.weight";

/**
 * The tower's tensors under `vision_tower.`, whatever stands before their names: `vision_model.` in a whole CLIP and in
 * towers of transformers 4, nothing in towers of transformers 5, more inside a LLaVA.
 *
 * @throws ModelFormatError where there is no patch embedding, or more than one, so that there is not one tower.
 */
export function towerTensors(tensors: Tensors, folder: string): Tensors {
  const starts = [...tensors.keys()].filter((name) => name.endsWith(mark)).map((name) => name.slice(0, -mark.length));
  const [start] = starts;
  if (start === undefined || starts.length > 1) {
    throw new ModelFormatError(
      `Cannot read a vision tower at "${folder}": expected one tensor "...${mark}", got ${starts.length}`,
    );
  }
  return new Map(
    [...tensors].flatMap(([name, stored]) =>
      name.startsWith(start) ? [[`vision_tower.${name.slice(start.length)}`, stored] as const] : [],
    ),
  );
}
