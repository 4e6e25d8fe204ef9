/**
 * The vision transformers of CLIP and SigLIP as part of a graph, up to the hidden state that is wanted.
 *
 * Letters: I images, n patches along an edge, N tokens of an image (n*n, and CLIP's class token before them), H heads of
 * width D.
 *
 * Source: Radford et al. 2021 (CLIP), Zhai et al. 2023 (SigLIP); names of tensors as in transformers@5.23.0
 * models/clip/modeling_clip.py and models/siglip/modeling_siglip.py, under `vision_tower.`.
 */

import { slice } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { multiplySizes } from "../graph/dimension.ts";
import type { Value } from "../graph/graph.ts";
import { activate } from "./gelu.ts";
import { hiddenStateIndex, patchesAlong, type VisionConfig } from "./vision-config.ts";
import type { Weights } from "./weights.ts";

/** What a tower is made of, and what is taken from it. */
export interface VisionTower {
  readonly config: VisionConfig;
  readonly weights: Weights;
  /** The hidden state that is the result; 0 comes before the first block, -1 is the last block's. LLaVA takes -2. */
  readonly layer: number;
  /**
   * Leave out the first token: CLIP's class token. With SigLIP, which has none, the first patch is lost, as TinyLLaVA
   * loses it.
   */
  readonly dropFirst: boolean;
}

/** Tokens of one image that a tower gives. */
export function featureCount({ config, dropFirst }: Pick<VisionTower, "config" | "dropFirst">): number {
  return tokenCount(config) - (dropFirst ? 1 : 0);
}

/**
 * Features f32[I,tokens,hiddenSize] of preprocessed images f32[I,3,imageSize,imageSize].
 *
 * @throws RangeError where the tower has no such hidden state.
 */
export function visionFeatures(graph: GraphBuilder, pixels: Value, tower: VisionTower): Value {
  const { config, layer, dropFirst } = tower;
  const count = hiddenStateIndex(config, layer);
  const N = tokenCount(config);
  let hidden = graph.reshape(embed(graph, pixels, tower), [multiplySizes(["I", N]), config.hiddenSize]);
  for (let index = 0; index < count; index++) {
    const prefix = `vision_tower.encoder.layers.${index}.`;
    const block = { graph: graph.scope(`vision.layers.${index}`), prefix, config, weights: tower.weights };
    hidden = feedForward(block, attention(block, hidden));
  }
  const features = graph.reshape(hidden, ["I", N, config.hiddenSize]);
  if (!dropFirst) return features;
  return slice(graph, features, { axis: 1, start: graph.size(1), end: graph.size(N), size: N - 1 });
}

function tokenCount(config: VisionConfig): number {
  return patchesAlong(config) ** 2 + (config.kind === "clip" ? 1 : 0);
}

interface Block {
  readonly graph: GraphBuilder;
  readonly prefix: string;
  readonly config: VisionConfig;
  readonly weights: Weights;
}

/** Hidden state 0, [I, N, hiddenSize]. */
function embed(graph: GraphBuilder, pixels: Value, { config, weights }: VisionTower): Value {
  const prefix = "vision_tower.";
  const { hiddenSize, kind } = config;
  const n = patchesAlong(config);
  const patches = graph.reshape(embedPatches(graph, pixels, { config, weights }), ["I", n * n, hiddenSize]);
  const N = tokenCount(config);
  const position = weights(graph, `${prefix}embeddings.position_embedding.weight`, [N, hiddenSize]);
  if (kind === "siglip") return graph.op("Add", [patches, position]);
  const one = graph.reshape(weights(graph, `${prefix}embeddings.class_embedding`, [hiddenSize]), [1, 1, hiddenSize]);
  const tokens = graph.op("Concat", [graph.expand(one, ["I", 1, hiddenSize]), patches], { axis: 1 });
  const embedded = graph.op("Add", [tokens, position]);
  return normalize({ graph, prefix, config, weights }, embedded, "pre_layrnorm"); // so it is spelt
}

/** Each patch as one row: a convolution whose windows do not overlap is a product, [I*n*n, hiddenSize]. */
function embedPatches(
  graph: GraphBuilder,
  pixels: Value,
  { config, weights }: Pick<VisionTower, "config" | "weights">,
): Value {
  const { hiddenSize, imageSize, patchSize: p, kind } = config;
  const n = patchesAlong(config);
  const seen = [2, 3].reduce((x, axis) => {
    if (n * p === imageSize) return x;
    return slice(graph, x, { axis, start: graph.size(0), end: graph.size(n * p), size: n * p });
  }, pixels);
  const grid = graph.op("Transpose", [graph.reshape(seen, ["I", 3, n, p, n, p])], { perm: [0, 2, 4, 1, 3, 5] });
  const rows = graph.reshape(grid, [multiplySizes(["I", n * n]), 3 * p * p]);
  const name = "vision_tower.embeddings.patch_embedding";
  const kernel = graph.reshape(weights(graph, `${name}.weight`, [hiddenSize, 3, p, p]), [hiddenSize, 3 * p * p]);
  const inputs = kind === "siglip" ? [rows, kernel, weights(graph, `${name}.bias`, [hiddenSize])] : [rows, kernel];
  return graph.op("Gemm", inputs, { transB: true });
}

function attention(block: Block, hidden: Value): Value {
  const { graph, config } = block;
  const { hiddenSize, headCount: H } = config;
  const [N, D] = [tokenCount(config), hiddenSize / H];
  const x = normalize(block, hidden, "layer_norm1");
  const heads = (name: string, perm: readonly number[], scale = 1): Value => {
    const projected = linear(block, x, { name: `self_attn.${name}`, width: hiddenSize, scale });
    return graph.op("Transpose", [graph.reshape(projected, ["I", N, H, D])], { perm });
  };
  const query = heads("q_proj", [0, 2, 1, 3], D ** -0.5); // [I, H, N, D]
  const scores = graph.op("MatMul", [query, heads("k_proj", [0, 2, 3, 1])]); // [I, H, N, N]
  const weights = graph.op("Softmax", [scores], { axis: -1 });
  const mixed = graph.op("MatMul", [weights, heads("v_proj", [0, 2, 1, 3])]);
  const joined = graph.op("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  const rows = graph.reshape(joined, hidden.shape);
  return graph.op("Add", [hidden, linear(block, rows, { name: "self_attn.out_proj", width: hiddenSize })]);
}

function feedForward(block: Block, hidden: Value): Value {
  const { graph, config } = block;
  const x = normalize(block, hidden, "layer_norm2");
  const inner = activate(
    graph,
    linear(block, x, { name: "mlp.fc1", width: config.intermediateSize }),
    config.activation,
  );
  return graph.op("Add", [hidden, linear(block, inner, { name: "mlp.fc2", width: config.hiddenSize })]);
}

/** scale (x W^T + b), W [out, in] as it lies in the checkpoint. */
function linear(
  { graph, prefix, weights }: Block,
  x: Value,
  { name, width, scale = 1 }: { readonly name: string; readonly width: number; readonly scale?: number },
): Value {
  const weight = weights(graph, `${prefix}${name}.weight`, [width, Number(x.shape[1])]);
  const bias = weights(graph, `${prefix}${name}.bias`, [width]);
  const scaling = scale === 1 ? {} : { alpha: scale, beta: scale };
  return graph.op("Gemm", [x, weight, bias], { transB: true, ...scaling });
}

function normalize({ graph, prefix, config, weights }: Block, x: Value, name: string): Value {
  const [weight, bias] = ["weight", "bias"].map((part) =>
    weights(graph, `${prefix}${name}.${part}`, [config.hiddenSize]),
  );
  const inputs = [x, weight, bias].filter((value) => value !== undefined); // both are there
  return graph.op("LayerNormalization", inputs, { axis: -1, epsilon: config.normEpsilon });
}
