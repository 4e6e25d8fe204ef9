/**
 * What LLaVA's first stage leaves behind: mm_projector.bin and a config.json, over the language model that it began with.
 *
 * The file holds the projector and, where `<im_start>` and `<im_end>` were trained, their embeddings, or all of them.
 * Rows that are in neither file start as training started them: as the mean of the old ones.
 * Source: LLaVA@v1.0.1/llava/model/llava_arch.py (`initialize_vision_tokenizer`), Sight-Beyond-Text@47f96a3.
 */

import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { formatShape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { readCheckpointTensors, readTorchTensors } from "../data/checkpoint-files.ts";
import { readFloats, type StoredTensor } from "../data/safetensors.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { meanRow } from "./mean-row.ts";
import type { Tensors } from "./vision-weights.ts";
import type { Weights } from "./weights.ts";

/** A language model with what the first stage trained. */
export interface ProjectorCheckpoint {
  readonly tensors: Tensors;
  /** The weights with the rows that the vocabulary gained. */
  readonly grow: (weights: Weights) => Weights;
}

const embedding = "model.embed_tokens.weight";

/**
 * Reads both folders' directories, and the matrices of words where they gain rows.
 *
 * @throws ModelFormatError naming the file that is missing, or the embeddings that are neither all nor the last two.
 */
export async function readProjectorCheckpoint(
  folder: string,
  { languageModel, config }: { readonly languageModel: string; readonly config: LlamaConfig },
): Promise<ProjectorCheckpoint> {
  const file = join(folder, "mm_projector.bin");
  const trained = await unlessMissing(readTorchTensors(file));
  if (trained === null) {
    throw new ModelFormatError(`Cannot open checkpoint at "${folder}": expected a file mm_projector.bin, got none`);
  }
  const base = await readCheckpointTensors(languageModel);
  const words = trained.get(embedding);
  const V = config.vocabularySize;
  const isWhole = words?.shape[0] === V;
  if (words !== undefined && !isWhole && words.shape[0] !== 2) {
    throw new ModelFormatError(
      `Cannot read tensor "${embedding}" at "${file}": expected ${V} rows or 2, got ${formatShape(words.shape)}`,
    );
  }
  const added = [...trained].filter(([name]) => isWhole || name !== embedding);
  const tensors = new Map([...base, ...added]);
  const rows = new Map<string, Tensor>();
  for (const name of [embedding, "lm_head.weight"]) {
    const stored = tensors.get(name);
    if (stored === undefined || (stored.shape[0] ?? V) >= V) continue;
    rows.set(name, await newRows(stored, { V, last: name === embedding && words !== undefined ? words : null }));
  }
  return { tensors, grow: (weights) => grown(weights, rows) };
}

/** The rows that a matrix lacks of V: the mean of those it has, and `last` at the end. */
async function newRows(
  stored: StoredTensor,
  { V, last }: { readonly V: number; readonly last: StoredTensor | null },
): Promise<Tensor> {
  const old = await readFloats(stored);
  const [count = 0, width = 0] = old.shape;
  const mean = meanRow(old);
  const rows = new Float32Array((V - count) * width);
  for (let row = 0; row < V - count; row++) rows.set(mean, row * width);
  const end = last === null ? new Float32Array() : (await readFloats(last)).data;
  if (end.length <= rows.length) rows.set(end, rows.length - end.length);
  return tensor("f32", [V - count, width], rows);
}

function grown(weights: Weights, rows: ReadonlyMap<string, Tensor>): Weights {
  return (graph, name, shape) => {
    const more = rows.get(name);
    const [V = 0, width = 0] = shape;
    if (more === undefined) return weights(graph, name, shape);
    const old = weights(graph, name, [V - (more.shape[0] ?? 0), width]);
    return graph.op("Concat", [old, graph.constant(more)], { axis: 0 });
  };
}
