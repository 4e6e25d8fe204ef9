/** Large checkpoints that take no room on the disk. */

import { open } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../../src/base/replace-file.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";

/** Size of a checkpoint. */
export interface SparseSize {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  readonly layerCount: number;
}

type Entry = readonly [name: string, shape: readonly number[]];

/** Writes a LLaMA of weights that are all zero. */
export async function writeSparseCheckpoint(folder: string, dtype: "F16" | "F32", size: SparseSize): Promise<void> {
  await writeRandomCheckpoint(folder, { seed: 1 });
  let end = 0;
  const entries = shapesOf(size).map(([name, shape]) => {
    const start = end;
    end += shape.reduce((product, axis) => product * axis, dtype === "F16" ? 2 : 4);
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = join(folder, "model.safetensors");
  await replaceFile(file, [length, header]);
  const handle = await open(file, "r+");
  await handle.truncate(8 + header.length + end);
  await handle.close();
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: size.vocabularySize,
    hidden_size: size.hiddenSize,
    intermediate_size: size.intermediateSize,
    num_hidden_layers: size.layerCount,
    num_attention_heads: 32,
  };
  await replaceFile(join(folder, "config.json"), [JSON.stringify(config)]);
}

function shapesOf({
  hiddenSize: d,
  intermediateSize: inner,
  vocabularySize: V,
  layerCount,
}: SparseSize): readonly Entry[] {
  const block = (layer: number): readonly Entry[] => [
    [`model.layers.${layer}.input_layernorm.weight`, [d]],
    ...["q", "k", "v", "o"].map((name): Entry => [`model.layers.${layer}.self_attn.${name}_proj.weight`, [d, d]]),
    [`model.layers.${layer}.post_attention_layernorm.weight`, [d]],
    [`model.layers.${layer}.mlp.gate_proj.weight`, [inner, d]],
    [`model.layers.${layer}.mlp.up_proj.weight`, [inner, d]],
    [`model.layers.${layer}.mlp.down_proj.weight`, [d, inner]],
  ];
  return [
    ["model.embed_tokens.weight", [V, d]],
    ...Array.from({ length: layerCount }, (_, layer) => block(layer)).flat(),
    ["model.norm.weight", [d]],
    ["lm_head.weight", [V, d]],
  ];
}
