/** Random checkpoints of the sizes that the bench names, made once and kept in .sightlab/bench. */

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { seededRandom } from "../../../src/base/random.ts";
import { type Tensor, tensor } from "../../../src/base/tensor.ts";
import { writeSafetensors } from "../../../src/data/safetensors-writer.ts";

/** A decoder's size, with the batch that a training step of it takes. */
export interface BenchSize {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly vocabularySize: number;
  /** Tokens of a sequence, T. */
  readonly length: number;
  /** Sequences of a batch, B. */
  readonly batch: number;
}

const small = { hiddenSize: 128, intermediateSize: 344, layerCount: 4, headCount: 4 };
const medium = { hiddenSize: 512, intermediateSize: 1376, layerCount: 8, headCount: 8 };

/** S and M of the training bench; heads of 32 and 64, feed-forward layers of 8/3 of the width as in LLaMA. */
export const benchSizes: Readonly<Record<string, BenchSize>> = {
  S: { ...small, vocabularySize: 512, length: 128, batch: 8 },
  M: { ...medium, vocabularySize: 8192, length: 256, batch: 4 },
};

/** Folder of what benches keep between runs. */
export const benchFolder: string = fileURLToPath(new URL("../../../.sightlab/bench", import.meta.url));

/** A folder with config.json and f32 weights of a size; no tokenizer. */
export async function benchCheckpoint(size: BenchSize): Promise<string> {
  const { hiddenSize: d, intermediateSize: f, layerCount, vocabularySize: v } = size;
  const folder = join(benchFolder, `llama-d${d}-f${f}-l${layerCount}-h${size.headCount}-v${v}`);
  if (existsSync(join(folder, "config.json"))) return folder;
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, "model.safetensors"), randomTensors(size));
  await writeFile(join(folder, "config.json"), JSON.stringify(configJson(size), null, 1));
  return folder;
}

function configJson(size: BenchSize): object {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: size.vocabularySize,
    hidden_size: size.hiddenSize,
    intermediate_size: size.intermediateSize,
    num_hidden_layers: size.layerCount,
    num_attention_heads: size.headCount,
    num_key_value_heads: size.headCount,
    max_position_embeddings: 4096,
    hidden_act: "silu",
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: false,
    bos_token_id: 1,
    eos_token_id: 2,
    torch_dtype: "float32",
  };
}

/** Names and shapes of a LLaMA's tensors, norms first 1, the others normal with deviation 0.02 as transformers starts them. */
function randomTensors({
  hiddenSize: d,
  intermediateSize: f,
  layerCount,
  vocabularySize: v,
}: BenchSize): Map<string, Tensor> {
  const { normal } = seededRandom(7);
  const matrix = (rows: number, columns: number): Tensor =>
    tensor(
      "f32",
      [rows, columns],
      Float32Array.from({ length: rows * columns }, () => 0.02 * normal()),
    );
  const norm = (): Tensor => tensor("f32", [d], new Float32Array(d).fill(1));
  const layers = Array.from({ length: layerCount }, (_, i): [string, Tensor][] => [
    [`model.layers.${i}.input_layernorm.weight`, norm()],
    ...["q", "k", "v", "o"].map((one): [string, Tensor] => [
      `model.layers.${i}.self_attn.${one}_proj.weight`,
      matrix(d, d),
    ]),
    [`model.layers.${i}.post_attention_layernorm.weight`, norm()],
    [`model.layers.${i}.mlp.gate_proj.weight`, matrix(f, d)],
    [`model.layers.${i}.mlp.up_proj.weight`, matrix(f, d)],
    [`model.layers.${i}.mlp.down_proj.weight`, matrix(d, f)],
  ]);
  return new Map([
    ["model.embed_tokens.weight", matrix(v, d)],
    ...layers.flat(),
    ["model.norm.weight", norm()],
    ["lm_head.weight", matrix(v, d)],
  ]);
}
