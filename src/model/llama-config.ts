/** What config.json says about a LLaMA, as transformers 4 and 5 write it. */

import type { ConfigFields } from "./config-fields.ts";
import { type Rope, readRope } from "./rope.ts";

/** Sizes and options of a LLaMA-family decoder. */
export interface LlamaConfig {
  readonly vocabularySize: number; // V
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  /** Query heads, H. */
  readonly headCount: number;
  /** Key and value heads; each serves headCount / kvHeadCount query heads. */
  readonly kvHeadCount: number;
  /** Width of one head, D. */
  readonly headSize: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly rope: Rope;
  /** True where the output projection is the embedding matrix. */
  readonly tieWordEmbeddings: boolean;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  readonly bosTokenId: number | null;
  readonly eosTokenId: number | null;
}

/**
 * Throws where a config.json is not that of a LLaMA for text.
 *
 * @throws ModelFormatError naming the file, the field and what it says.
 */
export function expectLlama(fields: ConfigFields): void {
  if (fields.text("model_type") !== "llama") throw fields.error("model_type", '"llama"');
  if (!fields.has("architectures")) return;
  const architecture = fields.list("architectures")[0];
  if (architecture !== "LlamaForCausalLM") throw fields.error("architectures", '["LlamaForCausalLM"]');
}

/**
 * Reads and checks the fields of a LLaMA's config.json; defaults are those of transformers.
 *
 * Source: transformers@5.23.0 models/llama/configuration_llama.py.
 *
 * @throws ModelFormatError naming the file and the field.
 */
export function readLlamaConfig(fields: ConfigFields): LlamaConfig {
  const hiddenSize = fields.count("hidden_size");
  const headCount = fields.count("num_attention_heads");
  const kvHeadCount = fields.count("num_key_value_heads", headCount);
  if (headCount % kvHeadCount !== 0) {
    throw fields.error("num_key_value_heads", `a divisor of num_attention_heads (${headCount})`);
  }
  if (!fields.has("head_dim") && hiddenSize % headCount !== 0) {
    throw fields.error("hidden_size", `a multiple of num_attention_heads (${headCount}), or a head_dim`);
  }
  const headSize = fields.count("head_dim", hiddenSize / headCount);
  if (headSize % 2 !== 0) throw fields.error("head_dim", "an even width for rotary embedding");
  if (fields.text("hidden_act", "silu") !== "silu") throw fields.error("hidden_act", '"silu"');
  return {
    vocabularySize: fields.count("vocab_size"),
    hiddenSize,
    intermediateSize: fields.count("intermediate_size"),
    layerCount: fields.count("num_hidden_layers"),
    headCount,
    kvHeadCount,
    headSize,
    contextLength: fields.count("max_position_embeddings", 2048),
    normEpsilon: fields.positive("rms_norm_eps", 1e-6),
    rope: readRope(fields),
    tieWordEmbeddings: fields.flag("tie_word_embeddings", false),
    attentionBias: fields.flag("attention_bias", false),
    mlpBias: fields.flag("mlp_bias", false),
    bosTokenId: fields.tokenId("bos_token_id"),
    eosTokenId: fields.tokenId("eos_token_id"),
  };
}
