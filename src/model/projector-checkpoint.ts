/**
 * What LLaVA's first stage leaves behind: mm_projector.bin (or .safetensors, as `Trainer.save` writes it) and a config.json,
 * over the language model that it began with.
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
import type { LazyTensor } from "../data/lazy-tensor.ts";
import { readFloats, readSafetensors, type StoredTensor } from "../data/safetensors.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { meanRow } from "./mean-row.ts";
import type { Tensors } from "./vision-weights.ts";
import type { Weights } from "./weights.ts";

/** A language model with what the first stage trained. */
export interface ProjectorCheckpoint {
  readonly tensors: Tensors;
  /** The weights with the rows that the vocabulary gained. */
  readonly grow: (weights: Weights) => Weights;
  /** The matrices that gained rows, with them. */
  readonly grown: ReadonlyMap<string, LazyTensor>;
}

/** The matrix that the first stage may train besides the projector. */
export const embedding = "model.embed_tokens.weight";

/** The name without its ending of the file that holds what the first stage trained. */
export const projectorFile = "mm_projector";

/**
 * The tensors that the first stage trained, by their names in its file.
 *
 * @throws ModelFormatError naming the file where there is none.
 */
export async function readProjectorFile(folder: string): Promise<Tensors> {
  const found =
    (await unlessMissing(readSafetensors(join(folder, `${projectorFile}.safetensors`)))) ??
    (await unlessMissing(readTorchTensors(join(folder, `${projectorFile}.bin`))));
  if (found !== null) return found;
  throw new ModelFormatError(`Cannot open checkpoint at "${folder}": expected a file ${projectorFile}.bin, got none`);
}

/**
 * Reads both folders' directories, and the matrices of words where they gain rows.
 *
 * @throws ModelFormatError naming the file that is missing, or the embeddings that are neither all nor the last two.
 */
export async function readProjectorCheckpoint(
  folder: string,
  { languageModel, config }: { readonly languageModel: string; readonly config: LlamaConfig },
): Promise<ProjectorCheckpoint> {
  const trained = await readProjectorFile(folder);
  const base = await readCheckpointTensors(languageModel);
  const words = trained.get(embedding);
  const V = config.vocabularySize;
  const isWhole = words?.shape[0] === V;
  if (words !== undefined && !isWhole && words.shape[0] !== 2) {
    throw new ModelFormatError(
      `Cannot read tensor "${embedding}" at "${words.file}": expected ${V} rows or 2, got ${formatShape(words.shape)}`,
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
  return { tensors, grow: (weights) => grown(weights, rows), grown: wholeMatrices(tensors, rows) };
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

function wholeMatrices(tensors: Tensors, rows: ReadonlyMap<string, Tensor>): ReadonlyMap<string, LazyTensor> {
  const entries = [...rows].flatMap(([name, more]): [string, LazyTensor][] => {
    const stored = tensors.get(name);
    if (stored === undefined) return [];
    const [count = 0, width = 0] = stored.shape;
    const shape = [count + (more.shape[0] ?? 0), width];
    const read = async (): Promise<Tensor> => {
      const data = new Float32Array(count * width + more.data.length);
      data.set((await readFloats(stored)).data);
      data.set((more as Tensor<"f32">).data, count * width); // of newRows
      return tensor("f32", shape, data);
    };
    return [[name, { dtype: "f32", shape, read }]];
  });
  return new Map(entries);
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
