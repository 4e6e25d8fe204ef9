/**
 * The LLaMA decoder as a graph: RMSNorm, rotary attention over shared and own keys, SwiGLU.
 *
 * Letters: B sequences, T new tokens of each, P tokens of the shared prefix, S slots of each sequence's cache, U of the
 * new tokens that are put into slots, H query heads in K groups of G (one group a key-value head), D width of a head,
 * V vocabulary, R rows that need logits, N log-probabilities that are read.
 *
 * Source: Touvron et al. 2023; names of tensors as in transformers@5.23.0 models/llama/modeling_llama.py.
 */

import type { Shape } from "../base/shape.ts";
import { tensor } from "../base/tensor.ts";
import { slice } from "../graph/axes.ts";
import { type GraphBuilder, graphBuilder } from "../graph/builder.ts";
import { addSizes, multiplySizes, type Size } from "../graph/dimension.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { attend, type KeyValue } from "./attention.ts";
import { embedWithImages } from "./image-embedding.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { addLora, type Lora } from "./lora.ts";
import { rotation } from "./rope.ts";
import type { Weights } from "./weights.ts";

/**
 * The decoder's graph, for scoring and for generation: one session does both.
 *
 * Inputs: `input_ids`, `position_ids` i64[B,T], each sequence's positions one after the other; `past.<layer>.key`,
 * `past.<layer>.value` f32[K,P,D], the prefix that all B sequences share (P may be 0); `cache.<layer>.key`,
 * `cache.<layer>.value` f32[K,B,S,D], each sequence's own tokens before the new ones (S may be 0), slot s being position
 * P+s; `stored` i64[U], which of the T new tokens are put into their slots; `rows` i64[R], places in [B*T]; `picks`
 * i64[N], places in [R*V]; with dynamic rotation `frequencies` f32[B,D/2]; where the model sees pictures `image_features`
 * f32[N,hiddenSize], which ids of -200 and below stand for.
 * Outputs: `logits` f32[R,V]; `log_probabilities` f32[N], the picked entries of the rows' log-softmax; `greedy` i64[R],
 * the most likely token of each row; `new.<layer>.key`, `new.<layer>.value` f32[K,B,T,D]; `next.cache.<layer>.key`,
 * `next.cache.<layer>.value`, which may be written over the inputs: slots from the first new token on are not read.
 */
export function llamaGraph(config: LlamaConfig, weights: Weights, lora?: Lora): Graph {
  const graph = graphBuilder();
  const memory = memoryInputs(graph, config);
  const { hidden, keyValues } = llamaBlocks(graph, { config, weights, lora, memory });
  return graph.build(llamaOutputs(graph, { config, weights, hidden, keyValues }));
}

/** The inputs of `llamaGraph` that hold earlier tokens. */
function memoryInputs(graph: GraphBuilder, { kvHeadCount: K, headSize: D }: LlamaConfig): Memory {
  return {
    past: (layer) => keyValueInputs(graph, `past.${layer}`, [K, "P", D]),
    slots: (layer) => keyValueInputs(graph, `cache.${layer}`, [K, "B", "S", D]),
    stored: graph.input("stored", "i64", ["U"]),
  };
}

/** The outputs of `llamaGraph` over hidden states f32[B*T,hiddenSize], with its inputs `rows` and `picks`. */
function llamaOutputs(
  graph: GraphBuilder,
  { config, weights, hidden, keyValues }: LlamaParts & LlamaStates,
): Readonly<Record<string, Value>> {
  const rows = graph.input("rows", "i64", ["R"]);
  const picks = graph.input("picks", "i64", ["N"]);
  const logits = llamaLogits(graph, graph.op("Gather", [hidden, rows], { axis: 0 }), { config, weights }); // [R, V]
  const odds = graph.op("LogSoftmax", [logits], { axis: -1 });
  const flat = graph.reshape(odds, [multiplySizes(["R", config.vocabularySize])]);
  const kept = keyValues.flatMap(({ key, value, filled }, layer) => [
    [`new.${layer}.key`, key] as const,
    [`new.${layer}.value`, value] as const,
    ...(filled === undefined ? [] : [[`next.cache.${layer}.key`, filled.key] as const]),
    ...(filled === undefined ? [] : [[`next.cache.${layer}.value`, filled.value] as const]),
  ]);
  return {
    logits,
    log_probabilities: graph.op("Gather", [flat, picks], { axis: 0 }), // [N]
    greedy: graph.op("ArgMax", [logits], { axis: -1, keepdims: false }), // [R]
    ...Object.fromEntries(kept),
  };
}

/** What the decoder is made of. */
export interface LlamaParts {
  readonly config: LlamaConfig;
  readonly weights: Weights;
  readonly lora?: Lora | undefined;
}

/** What tokens attend to besides each other, and which of them are kept; see `llamaGraph`. */
export interface Memory {
  readonly past: (layer: number) => KeyValue; // [K, P, D]
  readonly slots: (layer: number) => KeyValue; // [K, B, S, D]
  readonly stored: Value; // [U]
}

/** What the blocks give. */
export interface LlamaStates {
  readonly hidden: Value; // [B*T, hiddenSize], before the last norm
  /**
   * Each layer's new keys and values [K, B, T, D], the filled slots [K, B, S, D] where there is a memory, and how much each
   * token took of each place, [K, B, G*T, P+S+T].
   */
  readonly keyValues: readonly (KeyValue & { readonly filled: KeyValue | undefined; readonly seen: Value })[];
}

/** Inputs `<name>.key` and `<name>.value` of a shape. */
function keyValueInputs(graph: GraphBuilder, name: string, shape: Shape): KeyValue {
  return { key: graph.input(`${name}.key`, "f32", shape), value: graph.input(`${name}.value`, "f32", shape) };
}

/** What the blocks may be given besides. */
export interface LlamaContext {
  readonly memory?: Memory;
  /** Rows f32[N,hiddenSize] for ids of -200 and below. Default: the input `image_features` where the model sees pictures. */
  readonly imageFeatures?: Value;
}

/** Embedding and decoder blocks, with the inputs `input_ids` and `position_ids` i64[B,T]. */
export function llamaBlocks(
  graph: GraphBuilder,
  { config, weights, lora, memory, imageFeatures }: LlamaParts & LlamaContext,
): LlamaStates {
  const ids = graph.input("input_ids", "i64", ["B", "T"]);
  const positions = graph.input("position_ids", "i64", ["B", "T"]);
  const layers = Array.from({ length: config.layerCount }, (_, layer) => ({
    past: memory?.past(layer),
    slots: memory?.slots(layer),
  }));
  const turns = rotations(graph, positions, { config, isDynamic: memory !== undefined });
  const mask = causalMask(graph, positions, { config, hasMemory: memory !== undefined });
  const places = memory === undefined ? undefined : slotPlaces(graph, { positions, stored: memory.stored, config });
  let hidden = graph.reshape(embed(graph, ids, { config, weights, imageFeatures }), ["B*T", config.hiddenSize]);
  const keyValues = layers.map((kept, layer) => {
    const block = { graph: graph.scope(`layers.${layer}`), prefix: `model.layers.${layer}.`, config, weights, lora };
    const attended = attention(block, { hidden, ...kept, turns, mask });
    hidden = feedForward(block, attended.hidden);
    const { key, value, weights: seen } = attended;
    return { key, value, seen, filled: fillSlots(graph, { slots: kept.slots, fresh: attended, places }) };
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

function embed(graph: GraphBuilder, ids: Value, { imageFeatures, ...parts }: LlamaParts & Embedded): Value {
  const table = embeddingOf(graph, parts);
  const { seesImages = false, hiddenSize } = parts.config;
  const images = imageFeatures ?? (seesImages ? graph.input("image_features", "f32", ["N", hiddenSize]) : undefined);
  if (images === undefined) return graph.op("Gather", [table, ids], { axis: 0 });
  return embedWithImages(graph, ids, { table, images });
}

interface Embedded {
  readonly imageFeatures: Value | undefined;
}

function embeddingOf(graph: GraphBuilder, { config, weights }: LlamaParts): Value {
  return weights(graph, "model.embed_tokens.weight", [config.vocabularySize, config.hiddenSize]);
}

interface Block extends LlamaParts {
  readonly graph: GraphBuilder;
  readonly prefix: string;
}

interface Rotations {
  readonly cos: Value; // [B, T, D/2]
  readonly sin: Value;
}

function rotations(
  graph: GraphBuilder,
  positions: Value,
  { config: { rope, headSize }, isDynamic }: { readonly config: LlamaConfig; readonly isDynamic: boolean },
): Rotations {
  const { frequencies, scale } = rotation(rope, headSize);
  const steps = graph.reshape(graph.op("Cast", [positions], { to: "f32" }), ["B", "T", 1]);
  const turns =
    isDynamic && rope.kind === "dynamic"
      ? graph.reshape(graph.input("frequencies", "f32", ["B", headSize / 2]), ["B", 1, headSize / 2])
      : graph.constant(tensor("f32", [headSize / 2], frequencies));
  const angles = graph.op("Mul", [steps, turns]); // [B, T, D/2]
  const [cos, sin] = [graph.op("Cos", [angles]), graph.op("Sin", [angles])];
  if (scale === 1) return { cos, sin };
  const factor = graph.constant(tensor("f32", [1], Float32Array.of(scale)));
  return { cos: graph.op("Mul", [cos, factor]), sin: graph.op("Mul", [sin, factor]) };
}

/** 0 where a token may look, -inf at later tokens and at slots that are not filled; right padding is later. */
function causalMask(
  graph: GraphBuilder,
  positions: Value,
  { config: { headCount, kvHeadCount }, hasMemory }: { readonly config: LlamaConfig; readonly hasMemory: boolean },
): Value {
  const G = headCount / kvHeadCount;
  const columns = hasMemory ? memoryColumns(graph, positions) : positions;
  const places = columns.shape[1] ?? 0;
  const visible = graph.op("LessOrEqual", [
    graph.reshape(columns, ["B", 1, places]),
    graph.reshape(positions, ["B", "T", 1]),
  ]);
  const number = (value: number): Value => graph.constant(tensor("f32", [], Float32Array.of(value)));
  const mask = graph.op("Where", [visible, number(0), number(-Infinity)]); // [B, T, places]
  if (G === 1) return mask;
  const groups = graph.expand(graph.reshape(mask, ["B", 1, "T", places]), ["B", G, "T", places]);
  return graph.reshape(groups, ["B", multiplySizes([G, "T"]), places]);
}

/** The position of each column: prefix, slots (those not filled: after everything) and new tokens, [B, P+S+T]. */
function memoryColumns(graph: GraphBuilder, positions: Value): Value {
  const one = graph.constant(tensor("i64", [], BigInt64Array.of(1n)));
  const zero = graph.constant(tensor("i64", [], BigInt64Array.of(0n)));
  const never = graph.constant(tensor("i64", [], BigInt64Array.of(2n ** 62n)));
  const scalar = (size: Size): Value => graph.reshape(graph.size(size), []);
  const past = graph.op("Range", [zero, scalar("P"), one], {}, { shape: ["P"] });
  const slots = graph.op("Range", [scalar("P"), scalar(addSizes(["P", "S"])), one], {}, { shape: ["S"] });
  const end = graph.size(1);
  const start = slice(graph, positions, { axis: 1, start: graph.size(0), end, size: 1 }); // [B, 1]
  const isFilled = graph.op("LessOrEqual", [graph.op("Add", [slots, one]), start]); // [B, S]
  const filled = graph.op("Where", [isFilled, slots, never]);
  return graph.op("Concat", [graph.expand(past, ["B", "P"]), filled, positions], { axis: 1 });
}

interface AttentionInputs {
  readonly hidden: Value; // [B*T, hiddenSize]
  readonly past: KeyValue | undefined;
  readonly slots: KeyValue | undefined;
  readonly turns: Rotations;
  readonly mask: Value;
}

function attention(
  block: Block,
  { hidden, past, slots, turns, mask }: AttentionInputs,
): KeyValue & { readonly hidden: Value; readonly weights: Value } {
  const { graph, config } = block;
  const { headCount, kvHeadCount: K, headSize: D } = config;
  const G = headCount / K;
  const x = normalize(block, hidden, "input_layernorm.weight");
  const project = (name: string, heads: number, scale?: number): Value =>
    linear(block, x, { name: `self_attn.${name}`, width: heads * D, bias: config.attentionBias.inputs, scale });
  const rotate = (y: Value, heads: number): Value =>
    graph.op("RotaryEmbedding", [graph.reshape(y, ["B", "T", heads * D]), turns.cos, turns.sin], { num_heads: heads });
  const split = (y: Value): Value =>
    graph.op("Transpose", [graph.reshape(y, ["B", "T", K, D])], { perm: [2, 0, 1, 3] }); // [K, B, T, D]
  // The product with 1/sqrt(D) is part of the projection: rotation keeps it.
  const queries = rotate(project("q_proj", headCount, D ** -0.5), headCount);
  const query = G === 1 ? split(queries) : splitGroups(graph, queries, { K, G, D });
  const fresh = { key: split(rotate(project("k_proj", K), K)), value: split(project("v_proj", K)) };
  const { mixed, weights } = attend(graph, { query, ...fresh, past, slots, mask, sizes: { K, G, D } });
  const joined = graph.reshape(joinGroups(graph, mixed, { K, G, D }), ["B*T", headCount * D]);
  const width = config.hiddenSize;
  const out = linear(block, joined, {
    name: "self_attn.o_proj",
    width,
    bias: config.attentionBias.output,
    residual: hidden,
  });
  return { hidden: out, ...fresh, weights };
}

interface HeadSizes {
  readonly K: number;
  readonly G: number;
  readonly D: number;
}

/** Queries [B, T, K*G*D] as [K, B, G*T, D]. */
function splitGroups(graph: GraphBuilder, queries: Value, { K, G, D }: HeadSizes): Value {
  const heads = graph.reshape(queries, ["B", "T", K, G, D]);
  const groups = graph.op("Transpose", [heads], { perm: [2, 0, 3, 1, 4] }); // [K, B, G, T, D]
  return graph.reshape(groups, [K, "B", multiplySizes([G, "T"]), D]);
}

/** [K, B, G*T, D] as [B, T, K, G, D], or as [B, T, K, D] where each group is one head. */
function joinGroups(graph: GraphBuilder, mixed: Value, { K, G, D }: HeadSizes): Value {
  if (G === 1) return graph.op("Transpose", [mixed], { perm: [1, 2, 0, 3] });
  const groups = graph.reshape(mixed, [K, "B", G, "T", D]);
  return graph.op("Transpose", [groups], { perm: [1, 3, 0, 2, 4] });
}

interface SlotPlaces {
  readonly stored: Value; // [U]
  /** The slot of each stored token, [K, B, U, D]. */
  readonly slots: Value;
}

function slotPlaces(
  graph: GraphBuilder,
  { positions, stored, config: { kvHeadCount: K, headSize: D } }: SlotSources,
): SlotPlaces {
  const chosen = graph.op("Sub", [graph.op("Gather", [positions, stored], { axis: 1 }), graph.size("P")]); // [B, U]
  return { stored, slots: graph.expand(graph.reshape(chosen, [1, "B", "U", 1]), [K, "B", "U", D]) };
}

interface SlotSources {
  readonly positions: Value;
  readonly stored: Value;
  readonly config: LlamaConfig;
}

/** Puts new keys and values into the slots of their positions. */
function fillSlots(
  graph: GraphBuilder,
  {
    slots,
    fresh,
    places,
  }: { readonly slots: KeyValue | undefined; readonly fresh: KeyValue; readonly places: SlotPlaces | undefined },
): KeyValue | undefined {
  if (slots === undefined || places === undefined) return undefined;
  const fill = (cache: Value, news: Value): Value => {
    const chosen = graph.op("Gather", [news, places.stored], { axis: 2 }); // [K, B, U, D]
    return graph.op("ScatterElements", [cache, places.slots, chosen], { axis: 2, reduction: "none" });
  };
  return { key: fill(slots.key, fresh.key), value: fill(slots.value, fresh.value) };
}

function feedForward(block: Block, hidden: Value): Value {
  const { graph, config } = block;
  const { intermediateSize: width, mlpBias: bias } = config;
  const x = normalize(block, hidden, "post_attention_layernorm.weight");
  const gate = linear(block, x, { name: "mlp.gate_proj", width, bias });
  const up = linear(block, x, { name: "mlp.up_proj", width, bias });
  const silu = graph.op("QuickGelu", [gate], { alpha: 1 });
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

/** x W^T + b, W [out, in] as it lies in the checkpoint, and a residual. */
function linear(block: Block, x: Value, { name, width, bias, scale = 1, residual }: Linear): Value {
  const { graph, prefix, weights, lora } = block;
  const weight = weights(graph, `${prefix}${name}.weight`, [width, Number(x.shape[1])]);
  const addend = bias ? weights(graph, `${prefix}${name}.bias`, [width]) : undefined;
  const attributes = { transB: true, ...(scale === 1 ? {} : { alpha: scale, beta: scale }) };
  const module = `${prefix}${name}`;
  const frozen = graph.op("Gemm", addend === undefined ? [x, weight] : [x, weight, addend], attributes);
  const product =
    lora?.adapts(module) === true ? addLora(graph, x, { module, lora, weights, sum: frozen, scale }) : frozen;
  return residual === undefined ? product : graph.op("Add", [product, residual]);
}

function normalize({ graph, prefix, config, weights }: Block, x: Value, name: string): Value {
  const weight = weights(graph, `${prefix}${name}`, [config.hiddenSize]);
  return graph.op("RMSNormalization", [x, weight], { axis: -1, epsilon: config.normEpsilon });
}
