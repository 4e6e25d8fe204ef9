/** Training steps of a LLaMA as graphs: forward and backward, with AdamW at once or gradients that add up. */

import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import { pullBack } from "../graph/gradient.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { llamaBlocks, llamaLogits, type LlamaParts } from "../model/llama.ts";
import type { Weights } from "../model/weights.ts";
import { adamW, type AdamWOptions, type Trained } from "./adamw.ts";
import { crossEntropy } from "./cross-entropy.ts";

/** What a step trains and how its gradients are computed. */
export interface GradientParts extends LlamaParts {
  /** True for the names of the tensors that are trained; the others stay mapped, and nothing is built for them. */
  readonly trains: (name: string) => boolean;
  /**
   * Gradient checkpointing: true computes each block's values again for the backward pass. Less memory, a third more
   * products. Default false.
   */
  readonly recompute?: boolean;
  /** Chunks of rows in which logits and loss are computed; more than 1 keeps [B*T,V] from ever being whole. Default 1. */
  readonly lossChunks?: number;
  /**
   * Pictures: the rows f32[N,hiddenSize] that ids of -200 and below stand for, made of `weights` and inputs of its own
   * (`imageFeatures` in eyes.ts). Default: none.
   */
  readonly images?: (graph: GraphBuilder, weights: Weights) => Value;
}

/** The same with an update. */
export interface StepOptions extends GradientParts {
  readonly optimizer: AdamWOptions;
}

/**
 * The graph of one step.
 *
 * Inputs: `input_ids`, `position_ids`, `targets` i64[B,T]; `loss_weights` f32[B,T], what each target counts (0: not at
 * all; the sum is usually 1); those of `adamW`; those of the adapter's dropout. States: every trained tensor under its
 * name, with its moments. Outputs: `loss` f32[1], the weighted sum of -log p(target), in nats; `gradient_norm` f32[1],
 * before clipping.
 *
 * @throws TypeError where `trains` is true of no tensor.
 */
export function trainingStepGraph(options: StepOptions): Graph {
  const graph = graphBuilder();
  const { loss, trained } = lossAndGradients(graph, options, () => null);
  return graph.build({ loss, ...adamW(graph, trained, options.optimizer) });
}

/**
 * The graph of one micro-batch: as `trainingStepGraph`, but its states are `sum.<name>`, to which the gradients are
 * added, and the trained tensors are plain inputs.
 */
export function gradientGraph(options: GradientParts): Graph {
  const graph = graphBuilder();
  const sumOf = ({ name, shape }: Value): Value => graph.input(`sum.${name}`, "f32", shape);
  const { loss, trained } = lossAndGradients(graph, options, sumOf);
  return graph.build({
    loss,
    ...Object.fromEntries(trained.map(({ weight, gradient }) => [`next.sum.${weight.name}`, gradient])),
  });
}

/** The graph of an update: gradients are the inputs `sum.<name>`, states and other outputs as in `trainingStepGraph`. */
export function updateGraph(weights: readonly Pick<Value, "name" | "shape">[], optimizer: AdamWOptions): Graph {
  const graph = graphBuilder();
  const trained = weights.map(({ name, shape }) => ({
    weight: graph.input(name, "f32", shape),
    gradient: graph.input(`sum.${name}`, "f32", shape),
  }));
  return graph.build(adamW(graph, trained, optimizer));
}

/** The loss, and each trained tensor with its gradient, added to `sumOf` the tensor where that is not null. */
function lossAndGradients(
  graph: GraphBuilder,
  { trains, recompute = false, lossChunks = 1, images, ...parts }: GradientParts,
  sumOf: (weight: Value) => Value | null,
): { readonly loss: Value; readonly trained: readonly Trained[] } {
  const inputs = new Map<string, Value>();
  const weights: Weights = (builder, name, shape) => {
    if (!trains(name)) return parts.weights(builder, name, shape);
    const known = inputs.get(name) ?? graph.input(name, "f32", shape);
    inputs.set(name, known);
    return known;
  };
  const rows = images?.(graph, weights);
  const { hidden } = llamaBlocks(graph, { ...parts, weights, ...(rows && { imageFeatures: rows }) });
  const head = (rows: Value): Value => llamaLogits(graph, rows, { ...parts, weights });
  head(hidden); // names the head's weights; not built where the loss is computed in chunks
  const targets = [...inputs.values()];
  if (targets.length === 0) throw new TypeError("Cannot train: expected at least one tensor to train, got none");
  const given = new Map(targets.flatMap((weight) => entry(weight, sumOf(weight))));
  const { loss, gradients } = crossEntropy(graph, { hidden, head, targets, given, chunks: lossChunks });
  const found = pullBack(graph, gradients, { targets, ...(recompute && { blockOf }) });
  const trained = targets.flatMap((weight) => {
    const gradient = found.get(weight);
    return gradient === undefined || gradient === given.get(weight) ? [] : [{ weight, gradient }];
  });
  return { loss, trained };
}

function entry(weight: Value, sum: Value | null): readonly (readonly [Value, Value])[] {
  return sum === null ? [] : [[weight, sum]];
}

/** The decoder's block that a node is part of. */
function blockOf({ name }: Node): string | null {
  return /^(?:vision\.)?layers\.\d+\./u.exec(name)?.[0] ?? null;
}
