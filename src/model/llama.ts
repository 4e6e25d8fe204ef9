/**
 * The LLaMA decoder as a graph: RMSNorm, rotary attention over shared and own keys, SwiGLU.
 *
 * Letters: B sequences, T new tokens of each, P tokens of the shared prefix, H query heads in K groups of G (one group a
 * key-value head), D width of a head, V vocabulary, R rows that need logits, N log-probabilities that are read.
 *
 * Source: Touvron et al. 2023; names of tensors as in transformers@5.23.0 models/llama/modeling_llama.py.
 */

import type { Shape } from "../base/shape.ts";
import { tensor } from "../base/tensor.ts";
import { type GraphBuilder, graphBuilder } from "../graph/builder.ts";
import { addSizes, multiplySizes, type Size } from "../graph/dimension.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { attend, type KeyValue } from "./attention.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { rotation } from "./rope.ts";
import type { Weights } from "./weights.ts";

/**
 * The decoder's graph for scoring.
 *
 * Inputs: `input_ids`, `position_ids` i64[B,T]; `past.<layer>.key`, `past.<layer>.value` f32[K,P,D], the prefix that all
 * B sequences share (P may be 0); `rows` i64[R], places in [B*T]; `picks` i64[N], places in [R*V].
 * Outputs: `logits` f32[R,V]; `log_probabilities` f32[N], the picked entries of the rows' log-softmax; `greedy` i64[R],
 * the most likely token of each row; `new.<layer>.key`, `new.<layer>.value` f32[K,B,T,D].
 */
export function llamaGraph(config: LlamaConfig, weights: Weights): Graph {
  const graph = graphBuilder();
  const shape = [config.kvHeadCount, "P", config.headSize];
  const past = (layer: number): KeyValue => keyValueInputs(graph, `past.${layer}`, shape);
  const { hidden, keyValues } = llamaBlocks(graph, { config, weights, memory: { kind: "prefix", past } });
  const rows = graph.input("rows", "i64", ["R"]);
  const picks = graph.input("picks", "i64", ["N"]);
  const logits = llamaLogits(graph, graph.op("Gather", [hidden, rows], { axis: 0 }), { config, weights }); // [R, V]
  const odds = graph.op("LogSoftmax", [logits], { axis: -1 });
  const flat = graph.reshape(odds, [multiplySizes(["R", config.vocabularySize])]);
  const news = keyValues.flatMap(({ key, value }, layer) => [
    [`new.${layer}.key`, key] as const,
    [`new.${layer}.value`, value] as const,
  ]);
  return graph.build({
    logits,
    log_probabilities: graph.op("Gather", [flat, picks], { axis: 0 }), // [N]
    greedy: graph.op("ArgMax", [logits], { axis: -1, keepdims: false }), // [R]
    ...Object.fromEntries(news),
  });
}

/** What the decoder is made of. */
export interface LlamaParts {
  readonly config: LlamaConfig;
  readonly weights: Weights;
}

/**
 * What tokens attend to besides each other: a prefix that all sequences share, keys and values f32[K,P,D] a layer; or a
 * cache of S slots for each sequence, f32[K,B,S,D], in which a token at position p takes slot p.
 */
export type Memory =
  | { readonly kind: "prefix"; readonly past: (layer: number) => KeyValue }
  | { readonly kind: "slots"; readonly slots: (layer: number) => KeyValue };

/** Inputs `<name>.key` and `<name>.value` of a shape. */
export function keyValueInputs(graph: GraphBuilder, name: string, shape: Shape): KeyValue {
  return { key: graph.input(`${name}.key`, "f32", shape), value: graph.input(`${name}.value`, "f32", shape) };
}

/**
 * Embedding and decoder blocks, with the inputs `input_ids` and `position_ids` i64[B,T]. Gives the hidden states
 * f32[B*T,hiddenSize] before the last norm, and each layer's keys and values: the new ones, f32[K,B,T,D], or with slots
 * the filled cache, f32[K,B,S,D].
 */
export function llamaBlocks(
  graph: GraphBuilder,
  { config, weights, memory }: LlamaParts & { readonly memory?: Memory },
): { readonly hidden: Value; readonly keyValues: readonly KeyValue[] } {
  const ids = graph.input("input_ids", "i64", ["B", "T"]);
  const positions = graph.input("position_ids", "i64", ["B", "T"]);
  const layers = Array.from({ length: config.layerCount }, (_, layer) => ({
    past: memory?.kind === "prefix" ? memory.past(layer) : undefined,
    slots: memory?.kind === "slots" ? memory.slots(layer) : undefined,
  }));
  const turns = rotations(graph, positions, config);
  const [first] = layers;
  const mask = causalMask(
    graph,
    positions,
    first?.slots?.key.shape[2] ?? addSizes([first?.past?.key.shape[1] ?? 0, "T"]),
  );
  const embedded = graph.op("Gather", [embeddingOf(graph, { config, weights }), ids], { axis: 0 });
  let hidden = graph.reshape(embedded, ["B*T", config.hiddenSize]);
  const keyValues = layers.map((kept, layer) => {
    const block = { graph: graph.scope(`layers.${layer}`), prefix: `model.layers.${layer}.`, config, weights };
    const attended = attention(block, { hidden, ...kept, turns, mask, positions });
    hidden = feedForward(block, attended.hidden);
    return attended;
  });
  return { hidden, keyValues };
}

/** The last norm and the output matrix: hidden states f32[N,hiddenSize] to logits f32[N,V]. */
export function llamaLogits(graph: GraphBuilder, hidden: Value, { config, weights }: LlamaParts): Value {
  const normal = normalize({ graph, prefix: "model.", config, weights }, hidden, "norm.weight");
  const matrix = config.tieWordEmbeddings
    ? embeddingOf(graph, { config, weights })
    : weights(graph, "lm_head.weight", [config.vocabularySize, config.hiddenSize]);
  return graph.op("Gemm", [normal, matrix], { transB: true });
}

function embeddingOf(graph: GraphBuilder, { config, weights }: LlamaParts): Value {
  return weights(graph, "model.embed_tokens.weight", [config.vocabularySize, config.hiddenSize]);
}

interface Block {
  readonly graph: GraphBuilder;
  readonly prefix: string;
  readonly config: LlamaConfig;
  readonly weights: Weights;
}

interface Rotations {
  readonly cos: Value; // [B, T, D/2]
  readonly sin: Value;
}

function rotations(graph: GraphBuilder, positions: Value, { rope, headSize }: LlamaConfig): Rotations {
  const { frequencies, scale } = rotation(rope, headSize);
  const steps = graph.reshape(graph.op("Cast", [positions], { to: "f32" }), ["B", "T", 1]);
  const angles = graph.op("Mul", [steps, graph.constant(tensor("f32", [headSize / 2], frequencies))]); // [B, T, D/2]
  const [cos, sin] = [graph.op("Cos", [angles]), graph.op("Sin", [angles])];
  if (scale === 1) return { cos, sin };
  const factor = graph.constant(tensor("f32", [1], Float32Array.of(scale)));
  return { cos: graph.op("Mul", [cos, factor]), sin: graph.op("Mul", [sin, factor]) };
}

/** 0 where a token may look, -inf at later tokens; right padding is later than every real token. */
function causalMask(graph: GraphBuilder, positions: Value, places: Size): Value {
  const scalar = (value: bigint): Value => graph.constant(tensor("i64", [], BigInt64Array.of(value)));
  const end = graph.reshape(graph.size(places), []);
  const columns = graph.op("Range", [scalar(0n), end, scalar(1n)], {}, { shape: [places] });
  const visible = graph.op("LessOrEqual", [columns, graph.reshape(positions, ["B", 1, "T", 1])]);
  const number = (value: number): Value => graph.constant(tensor("f32", [], Float32Array.of(value)));
  return graph.op("Where", [visible, number(0), number(-Infinity)]); // [B, 1, T, places]
}

interface AttentionInputs {
  readonly hidden: Value; // [B*T, hiddenSize]
  readonly past: KeyValue | undefined;
  readonly slots: KeyValue | undefined;
  readonly turns: Rotations;
  readonly mask: Value;
  readonly positions: Value;
}

function attention(
  block: Block,
  { hidden, past, slots, turns, mask, positions }: AttentionInputs,
): KeyValue & { readonly hidden: Value } {
  const { graph, config } = block;
  const { headCount, kvHeadCount: K, headSize: D } = config;
  const G = headCount / K;
  const x = normalize(block, hidden, "input_layernorm.weight");
  const project = (name: string, heads: number, scale?: number): Value => {
    const options = { name: `self_attn.${name}`, width: heads * D, bias: config.attentionBias.inputs, scale };
    return graph.reshape(linear(block, x, options), ["B", "T", heads * D]);
  };
  const rotate = (y: Value, heads: number): Value =>
    graph.op("RotaryEmbedding", [y, turns.cos, turns.sin], { num_heads: heads });
  const split = (y: Value): Value =>
    graph.op("Transpose", [graph.reshape(y, ["B", "T", K, D])], { perm: [2, 0, 1, 3] }); // [K, B, T, D]
  // The product with 1/sqrt(D) is part of the projection: rotation keeps it.
  const queries = rotate(project("q_proj", headCount, D ** -0.5), headCount);
  const query = graph.op("Transpose", [graph.reshape(queries, ["B", "T", K, G, D])], { perm: [2, 0, 3, 1, 4] });
  const fresh = { key: split(rotate(project("k_proj", K), K)), value: split(project("v_proj", K)) };
  const { key, value } = slots === undefined ? fresh : fillSlots(graph, slots, { fresh, positions });
  const mixed = attend(graph, { query, key, value, past, mask, sizes: { K, G, D } }); // [K, B, G, T, D]
  const joined = graph.reshape(graph.op("Transpose", [mixed], { perm: [1, 3, 0, 2, 4] }), ["B*T", headCount * D]);
  const width = config.hiddenSize;
  const out = linear(block, joined, {
    name: "self_attn.o_proj",
    width,
    bias: config.attentionBias.output,
    residual: hidden,
  });
  return { hidden: out, key, value };
}

/** Puts new keys and values into the slots of their positions. */
function fillSlots(
  graph: GraphBuilder,
  slots: KeyValue,
  { fresh, positions }: { readonly fresh: KeyValue; readonly positions: Value },
): KeyValue {
  const places = graph.expand(graph.reshape(positions, [1, "B", "T", 1]), fresh.key.shape);
  const fill = (cache: Value, news: Value): Value =>
    graph.op("ScatterElements", [cache, places, news], { axis: 2, reduction: "none" });
  return { key: fill(slots.key, fresh.key), value: fill(slots.value, fresh.value) };
}

function feedForward(block: Block, hidden: Value): Value {
  const { graph, config } = block;
  const { intermediateSize: width, mlpBias: bias } = config;
  const x = normalize(block, hidden, "post_attention_layernorm.weight");
  const gate = linear(block, x, { name: "mlp.gate_proj", width, bias });
  const up = linear(block, x, { name: "mlp.up_proj", width, bias });
  const silu = graph.op("Mul", [gate, graph.op("Sigmoid", [gate])]);
  const inner = graph.op("Mul", [silu, up]); // [B*T, intermediateSize]
  return linear(block, inner, { name: "mlp.down_proj", width: config.hiddenSize, bias, residual: hidden });
}

interface Linear {
  readonly name: string;
  /** Width of the output. */
  readonly width: number;
  readonly bias: boolean;
  /** Multiplies the result. */
  readonly scale?: number | undefined;
  /** Is added to the result. */
  readonly residual?: Value;
}

/** x W^T + b, W [out, in] as it lies in the checkpoint; a bias or a residual is added inside the product. */
function linear(block: Block, x: Value, { name, width, bias, scale = 1, residual }: Linear): Value {
  const { graph, prefix, weights } = block;
  const weight = weights(graph, `${prefix}${name}.weight`, [width, Number(x.shape[1])]);
  const addend = bias ? weights(graph, `${prefix}${name}.bias`, [width]) : residual;
  const attributes = { transB: true, ...(scale === 1 ? {} : { alpha: scale, beta: scale }) };
  const product = graph.op("Gemm", addend === undefined ? [x, weight] : [x, weight, addend], attributes);
  return bias && residual !== undefined ? graph.op("Add", [product, residual]) : product;
}

function normalize({ graph, prefix, config, weights }: Block, x: Value, name: string): Value {
  const weight = weights(graph, `${prefix}${name}`, [config.hiddenSize]);
  return graph.op("RMSNormalization", [x, weight], { axis: -1, epsilon: config.normEpsilon });
}
