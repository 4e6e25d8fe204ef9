/** One training step of a LLaMA as a graph: forward, backward, AdamW. */

import { tensor } from "../base/tensor.ts";
import { reduce } from "../graph/axes.ts";
import { type GraphBuilder, graphBuilder } from "../graph/builder.ts";
import { gradients } from "../graph/gradient.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { llamaBlocks, llamaLogits, type LlamaParts } from "../model/llama.ts";
import type { Weights } from "../model/weights.ts";
import { adamW, type AdamWOptions } from "./adamw.ts";

/** What a step trains and how. */
export interface StepOptions extends LlamaParts {
  /** True for the names of the tensors that are trained; the others stay mapped, and nothing is built for them. */
  readonly trains: (name: string) => boolean;
  readonly optimizer: AdamWOptions;
}

/**
 * The graph of one step.
 *
 * Inputs: `input_ids`, `position_ids`, `targets` i64[B,T]; `loss_weights` f32[B,T], what each target counts (0: not at
 * all; the sum is usually 1); those of `adamW`. States: every trained tensor under its name, with its moments.
 * Outputs: `loss` f32[1], the weighted sum of -log p(target), in nats; `gradient_norm` f32[1], before clipping.
 *
 * @throws TypeError where `trains` is true of no tensor.
 */
export function trainingStepGraph({ config, weights, trains, optimizer }: StepOptions): Graph {
  const graph = graphBuilder();
  const trained = new Map<string, Value>();
  const parameters: Weights = (builder, name, shape) => {
    if (!trains(name)) return weights(builder, name, shape);
    const known = trained.get(name) ?? graph.input(name, "f32", shape);
    trained.set(name, known);
    return known;
  };
  const { hidden } = llamaBlocks(graph, { config, weights: parameters });
  const logits = llamaLogits(graph, hidden, { config, weights: parameters }); // [B*T, V]
  if (trained.size === 0) throw new TypeError("Cannot train: expected at least one tensor to train, got none");
  const loss = crossEntropy(graph, logits);
  const targets = [...trained.values()];
  const found = gradients(graph, loss, targets);
  const pairs = targets.map((weight, i) => ({ weight, gradient: found[i] ?? weight })); // one gradient a target
  return graph.build({ loss, ...adamW(graph, pairs, optimizer) });
}

/** -sum over the places of weight * log p(target). */
function crossEntropy(graph: GraphBuilder, logits: Value): Value {
  const targets = graph.reshape(graph.input("targets", "i64", ["B", "T"]), ["B*T", 1]);
  const weights = graph.reshape(graph.input("loss_weights", "f32", ["B", "T"]), ["B*T", 1]);
  const odds = graph.op("LogSoftmax", [logits], { axis: -1 });
  const chosen = graph.op("GatherElements", [odds, targets], { axis: 1 }); // [B*T, 1]
  const total = reduce(graph, "ReduceSum", graph.op("Mul", [chosen, weights]), [0, 1]);
  const minus = graph.constant(tensor("f32", [1], Float32Array.of(-1)));
  return graph.op("Mul", [graph.reshape(total, [1]), minus]);
}
