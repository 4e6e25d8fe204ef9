/**
 * The connector from vision features to word embeddings: one linear layer (the paper), or a GELU between layers
 * (LLaVA-1.5, TinyLLaVA).
 *
 * Source: LLaVA@v1.2.2.post1/llava/model/multimodal_projector/builder.py; Liu et al. 2023 (LLaVA-1.5), section 3.
 */

import type { GraphBuilder } from "../graph/builder.ts";
import { multiplySizes } from "../graph/dimension.ts";
import type { Value } from "../graph/graph.ts";
import { activate, type Activation } from "./gelu.ts";
import type { Weights } from "./weights.ts";

/** Sizes and options of a projector. */
export interface ProjectorConfig {
  /** Linear layers. */
  readonly layerCount: number;
  /** Between layers; no matter where there is one. */
  readonly activation: Activation;
  readonly bias: boolean;
  /** Width of the vision features. */
  readonly inputSize: number;
  /** Width of the word embeddings. */
  readonly outputSize: number;
}

/** Rows f32[I*tokens,outputSize] for features f32[I,tokens,inputSize]: what stands in place of an image's tokens. */
export function project(
  graph: GraphBuilder,
  features: Value,
  { config, weights }: { readonly config: ProjectorConfig; readonly weights: Weights },
): Value {
  const { layerCount, activation, bias, inputSize, outputSize } = config;
  let rows = graph.reshape(features, [multiplySizes(features.shape.slice(0, -1)), inputSize]);
  for (let layer = 1; layer <= layerCount; layer++) {
    if (layer > 1) rows = activate(graph, rows, activation);
    const name = `multi_modal_projector.linear_${layer}`;
    const weight = weights(graph, `${name}.weight`, [outputSize, layer === 1 ? inputSize : outputSize]);
    const addend = bias ? [weights(graph, `${name}.bias`, [outputSize])] : [];
    rows = graph.op("Gemm", [rows, weight, ...addend], { transB: true });
  }
  return rows;
}
