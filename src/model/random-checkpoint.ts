/** Small random checkpoints: the real thing in form, untrained in substance. For tests, examples and first steps. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type Random, seededRandom } from "../base/random.ts";
import { elementCount, type StaticShape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { byteTokenizerJson, byteVocabularySize } from "../data/byte-tokenizer.ts";
import { replaceFile } from "../base/replace-file.ts";
import { writeSafetensors } from "../data/safetensors-writer.ts";

/** Size of a random checkpoint; the defaults make a file of half a megabyte. */
export interface RandomCheckpointOptions {
  /** The same seed gives the same bytes. */
  readonly seed: number;
  readonly hiddenSize?: number;
  readonly intermediateSize?: number;
  readonly layerCount?: number;
  readonly headCount?: number;
  readonly kvHeadCount?: number;
  readonly contextLength?: number;
}

/**
 * Writes a random LLaMA whose tokens are bytes: config.json, model.safetensors (f32) and tokenizer.json, which
 * transformers opens too. The folder is made where it is missing; files of these names are replaced.
 */
export async function writeRandomCheckpoint(folder: string, options: RandomCheckpointOptions): Promise<void> {
  const config = configJson(options);
  const tensors = randomTensors(config, seededRandom(options.seed));
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, "model.safetensors"), tensors);
  await replaceFile(join(folder, "tokenizer.json"), [`${JSON.stringify(byteTokenizerJson(), null, 1)}\n`]);
  await replaceFile(join(folder, "tokenizer_config.json"), [`${JSON.stringify(tokenizerConfig, null, 1)}\n`]);
  await replaceFile(join(folder, "config.json"), [`${JSON.stringify(config, null, 1)}\n`]);
}

const tokenizerConfig = {
  tokenizer_class: "PreTrainedTokenizerFast",
  unk_token: "<unk>",
  bos_token: "<s>",
  eos_token: "</s>",
  clean_up_tokenization_spaces: false,
};

type ConfigJson = ReturnType<typeof configJson>;

function configJson({
  hiddenSize = 64,
  intermediateSize = 176,
  layerCount = 2,
  headCount = 2,
  kvHeadCount = 1,
  contextLength = 4096,
}: RandomCheckpointOptions) {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: byteVocabularySize,
    hidden_size: hiddenSize,
    intermediate_size: intermediateSize,
    num_hidden_layers: layerCount,
    num_attention_heads: headCount,
    num_key_value_heads: kvHeadCount,
    max_position_embeddings: contextLength,
    hidden_act: "silu",
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    rope_scaling: null,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: false,
    bos_token_id: 1,
    eos_token_id: 2,
    torch_dtype: "float32",
  };
}

/** Matrices with entries of standard deviation 1/sqrt(inputs), norms around 1: activations keep their size. */
function randomTensors(config: ConfigJson, random: Random): ReadonlyMap<string, Tensor> {
  const { hidden_size: d, intermediate_size: inner, vocab_size: vocabulary } = config;
  const head = d / config.num_attention_heads;
  const kv = head * config.num_key_value_heads;
  const norm: StaticShape = [d];
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer): [string, StaticShape][] => [
    [`model.layers.${layer}.input_layernorm.weight`, norm],
    [`model.layers.${layer}.self_attn.q_proj.weight`, [d, d]],
    [`model.layers.${layer}.self_attn.k_proj.weight`, [kv, d]],
    [`model.layers.${layer}.self_attn.v_proj.weight`, [kv, d]],
    [`model.layers.${layer}.self_attn.o_proj.weight`, [d, d]],
    [`model.layers.${layer}.post_attention_layernorm.weight`, norm],
    [`model.layers.${layer}.mlp.gate_proj.weight`, [inner, d]],
    [`model.layers.${layer}.mlp.up_proj.weight`, [inner, d]],
    [`model.layers.${layer}.mlp.down_proj.weight`, [d, inner]],
  ]);
  const shapes: readonly [string, StaticShape][] = [
    ["model.embed_tokens.weight", [vocabulary, d]],
    ...layers.flat(),
    ["model.norm.weight", norm],
    ["lm_head.weight", [vocabulary, d]],
  ];
  return new Map(shapes.map(([name, shape]) => [name, randomTensor(shape, random)]));
}

function randomTensor(shape: StaticShape, random: Random): Tensor {
  const [, inputs] = shape;
  const draw = inputs === undefined ? () => 1 + 0.2 * random.normal() : () => random.normal() / Math.sqrt(inputs);
  return tensor("f32", shape, Float32Array.from({ length: elementCount(shape) }, draw));
}
