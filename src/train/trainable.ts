/** A checkpoint's directory as training needs it: every tensor by its name in the graph, and the eyes where it has any. */

import { readCheckpointTensors } from "../data/checkpoint-files.ts";
import type { Resizing } from "../data/image/resize.ts";
import type { AdapterChoice } from "../model/adapter.ts";
import { readConfig } from "../model/config-fields.ts";
import type { Sight } from "../model/eyes.ts";
import type { LazyTensor } from "../data/lazy-tensor.ts";
import { readLlamaConfig } from "../model/llama-config.ts";
import { adaptedParts, readParts, readSight, towerSource } from "../model/llava.ts";
import { isLlava, readLlavaConfig } from "../model/llava-config.ts";
import { llavaTensors } from "../model/llava-weights.ts";
import { towerTensors } from "../model/vision-weights.ts";
import type { Weights } from "../model/weights.ts";
import { type NewAdapter, startingPoint, type StartingPoint } from "./trained-adapter.ts";

/** What is read besides the folder. */
export interface TrainableOptions {
  readonly adapter?: NewAdapter | AdapterChoice | undefined;
  /** The tower of a LLaVA that only names it: a folder or a name on the hub. */
  readonly visionTower?: string | undefined;
  /** The language model of a folder that holds the projector alone: a folder or a name on the hub. */
  readonly languageModel?: string | undefined;
  /** Whose resizing of pictures is followed. Default "pillow-12". */
  readonly resizing?: Resizing | undefined;
}

/** A checkpoint to be trained. */
export interface Trainable extends StartingPoint {
  readonly sight: Sight | null;
  /** The weights that the graph is to be built with, of those over the tensors. */
  readonly grow: (weights: Weights) => Weights;
  /** Matrices with rows that their files lack. */
  readonly grown: ReadonlyMap<string, LazyTensor>;
}

/**
 * Reads a language model or a LLaVA; an adapter is laid over the language model only, as the paper's training does.
 *
 * @throws ModelFormatError naming the file and the field or tensor that is missing or wrong.
 */
export async function readTrainable(
  folder: string,
  { adapter, visionTower, languageModel, resizing }: TrainableOptions,
): Promise<Trainable> {
  const fields = await readConfig(folder);
  if (!isLlava(fields)) {
    const base = { config: readLlamaConfig(fields), tensors: await readCheckpointTensors(folder) };
    return { ...(await startingPoint(base, adapter)), sight: null, grow: (weights) => weights, grown: new Map() };
  }
  const config = readLlavaConfig(fields);
  const options = {
    ...(visionTower !== undefined && { visionTower }),
    ...(languageModel !== undefined && { languageModel }),
    ...(resizing && { resizing }),
  };
  const { tensors, grow, grown } = await readParts(folder, { config, options });
  const own = llavaTensors(tensors);
  const parts = await adaptedParts(own, adapter !== undefined && "path" in adapter ? adapter : undefined);
  const source = { config, parts, options };
  const tower = await towerSource(folder, source);
  const eyes = towerTensors(tower.tensors, tower.folder);
  const start = await startingPoint({ config: config.language, tensors: parts.language }, adapter);
  return {
    ...start,
    tensors: new Map([...start.tensors, ...parts.projector, ...eyes]),
    original: new Map([...start.original, ...own.projector, ...eyes]),
    sight: await readSight(folder, source),
    grow,
    grown,
  };
}
