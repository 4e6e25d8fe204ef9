import assert from "node:assert/strict";

import { configFields } from "../../src/model/config-fields.ts";
import { type LlamaConfig, readLlamaConfig } from "../../src/model/llama-config.ts";

const least = {
  model_type: "llama",
  vocab_size: 100,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
};

function read(extra: Readonly<Record<string, unknown>>): LlamaConfig {
  return readLlamaConfig(configFields({ ...least, ...extra }, "config.json"));
}

function rejects(extra: Readonly<Record<string, unknown>>, message: string): void {
  assert.throws(() => read(extra), { name: "ModelFormatError", message });
}

describe("model/llama-config", () => {
  it("readLlamaConfig() fills in what transformers fills in", () => {
    assert.deepEqual(read({}), {
      vocabularySize: 100,
      hiddenSize: 32,
      intermediateSize: 64,
      layerCount: 2,
      headCount: 4,
      kvHeadCount: 4,
      headSize: 8,
      contextLength: 2048,
      normEpsilon: 1e-6,
      rope: { kind: "default", theta: 10000 },
      tieWordEmbeddings: false,
      attentionBias: { inputs: false, output: false },
      mlpBias: false,
      bosTokenId: null,
      eosTokenId: null,
    });
  });

  it("readLlamaConfig() reads the form of transformers 4 and that of 5 alike", () => {
    const four = read({ rope_theta: 500, rope_scaling: null, torch_dtype: "float32", eos_token_id: [7, 8] });
    const five = read({
      rope_parameters: { rope_type: "default", rope_theta: 500 },
      dtype: "float32",
      eos_token_id: 7,
    });
    assert.deepEqual(four, five);
    assert.deepEqual(four.rope, { kind: "default", theta: 500 });
    assert.equal(four.eosTokenId, 7);
  });

  it("readLlamaConfig() reads every option", () => {
    const config = read({
      num_key_value_heads: 2,
      head_dim: 12,
      max_position_embeddings: 77,
      rms_norm_eps: 0.5,
      tie_word_embeddings: true,
      attention_bias: true,
      mlp_bias: true,
      bos_token_id: 1,
    });
    const { kvHeadCount, headSize, contextLength, normEpsilon } = config;
    assert.deepEqual([kvHeadCount, headSize, contextLength, normEpsilon], [2, 12, 77, 0.5]);
    const { tieWordEmbeddings, attentionBias, mlpBias, bosTokenId } = config;
    assert.deepEqual(
      [tieWordEmbeddings, attentionBias, mlpBias, bosTokenId],
      [true, { inputs: true, output: true }, true, 1],
    );
  });

  it("readLlamaConfig() knows what Qwen2 does without saying", () => {
    const config = read({ model_type: "qwen2", num_key_value_heads: 2, architectures: ["Qwen2ForCausalLM"] });
    assert.deepEqual(config.attentionBias, { inputs: true, output: false });
    assert.equal(config.contextLength, 32768);
    rejects(
      { model_type: "qwen2", use_sliding_window: true },
      'Cannot read field "use_sliding_window" at "config.json": expected false, got true',
    );
  });

  it("readLlamaConfig() names the file and the field that is wrong", () => {
    const at = 'at "config.json": expected';
    rejects({ hidden_size: undefined }, `Cannot read field "hidden_size" ${at} an integer >= 1, got nothing`);
    rejects({ vocab_size: "many" }, `Cannot read field "vocab_size" ${at} an integer >= 1, got "many"`);
    rejects({ num_hidden_layers: 0 }, `Cannot read field "num_hidden_layers" ${at} an integer >= 1, got 0`);
    rejects(
      { num_key_value_heads: 3 },
      `Cannot read field "num_key_value_heads" ${at} a divisor of num_attention_heads (4), got 3`,
    );
    rejects(
      { hidden_size: 30 },
      `Cannot read field "hidden_size" ${at} a multiple of num_attention_heads (4), or a head_dim, got 30`,
    );
    rejects({ head_dim: 7 }, `Cannot read field "head_dim" ${at} an even width for rotary embedding, got 7`);
    rejects({ hidden_act: "gelu" }, `Cannot read field "hidden_act" ${at} "silu", got "gelu"`);
    rejects({ rms_norm_eps: 0 }, `Cannot read field "rms_norm_eps" ${at} a number > 0, got 0`);
    rejects({ tie_word_embeddings: 1 }, `Cannot read field "tie_word_embeddings" ${at} true or false, got 1`);
    rejects({ bos_token_id: -1 }, `Cannot read field "bos_token_id" ${at} a token id >= 0, got -1`);
    rejects({ rope_parameters: 3 }, `Cannot read field "rope_parameters" ${at} an object, got 3`);
  });
});
