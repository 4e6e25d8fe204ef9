/** What config.json says about a decoder of the LLaMA family, as transformers 4 and 5 write it. */

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
  /** Longest sequence in tokens; with dynamic rotation the trained length times its factor. */
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly rope: Rope;
  /** True where the output projection is the embedding matrix. */
  readonly tieWordEmbeddings: boolean;
  /** Biases of the query, key and value projections, and of the output projection. */
  readonly attentionBias: { readonly inputs: boolean; readonly output: boolean };
  readonly mlpBias: boolean;
  readonly bosTokenId: number | null;
  readonly eosTokenId: number | null;
  /** True where ids of -200 and below stand for rows of the input `image_features`. Default false. */
  readonly seesImages?: boolean;
}

/** What families of the same decoder differ in. */
interface Family {
  readonly architecture: string;
  readonly contextLength: number;
  /** Biases of the query, key and value projections, and of the output projection, where config.json cannot say. */
  readonly attentionBias: { readonly inputs: boolean; readonly output: boolean } | null;
}

const families: Readonly<Record<string, Family>> = {
  llama: { architecture: "LlamaForCausalLM", contextLength: 2048, attentionBias: null },
  qwen2: {
    architecture: "Qwen2ForCausalLM",
    contextLength: 32768,
    attentionBias: { inputs: true, output: false },
  },
};

function readFamily(fields: ConfigFields): Family {
  const type = fields.text("model_type");
  const family = Object.hasOwn(families, type) ? families[type] : undefined;
  if (family === undefined) {
    const offered = Object.keys(families).map((name) => `"${name}"`);
    throw fields.error("model_type", offered.join(" or "));
  }
  if (fields.has("architectures") && fields.list("architectures")[0] !== family.architecture) {
    throw fields.error("architectures", `["${family.architecture}"]`);
  }
  if (fields.flag("use_sliding_window", false)) throw fields.error("use_sliding_window", "false");
  return family;
}

/**
 * Reads and checks the fields of a config.json of the LLaMA family (LLaMA, Qwen2); defaults are those of transformers.
 *
 * Source: transformers@5.23.0 models/llama/configuration_llama.py and models/qwen2/configuration_qwen2.py.
 *
 * @throws ModelFormatError naming the file and the field.
 */
export function readLlamaConfig(fields: ConfigFields): LlamaConfig {
  const family = readFamily(fields);
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
  const hasBias = fields.flag("attention_bias", false);
  const rope = readRope(fields);
  const trainedLength = fields.count("max_position_embeddings", family.contextLength);
  return {
    vocabularySize: fields.count("vocab_size"),
    hiddenSize,
    intermediateSize: fields.count("intermediate_size"),
    layerCount: fields.count("num_hidden_layers", undefined, 4096),
    headCount,
    kvHeadCount,
    headSize,
    contextLength: rope.kind === "dynamic" ? Math.floor(rope.factor * trainedLength) : trainedLength,
    normEpsilon: fields.positive("rms_norm_eps", 1e-6),
    rope,
    tieWordEmbeddings: fields.flag("tie_word_embeddings", false),
    attentionBias: family.attentionBias ?? { inputs: hasBias, output: hasBias },
    mlpBias: fields.flag("mlp_bias", false),
    bosTokenId: fields.tokenId("bos_token_id"),
    eosTokenId: fields.tokenId("eos_token_id"),
  };
}
