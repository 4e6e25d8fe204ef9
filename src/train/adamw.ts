/**
 * AdamW as graph: moments and weights are states, numbers that change from step to step are inputs.
 *
 * Source: Loshchilov and Hutter 2019, algorithm 2, in the form of torch@2.15.0 torch/optim/adamw.py; gradients are
 * clipped by their global norm as torch.nn.utils.clip_grad_norm_ does.
 */

import { type Tensor, tensor } from "../base/tensor.ts";
import { after, whenComputed } from "../graph/after.ts";
import { reduce } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** What stays the same in all steps. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Longer gradients are shortened to this length; Infinity keeps them. */
  readonly maxGradientNorm: number;
}

/** PyTorch's defaults but for weight decay and clipping, which the paper does not use. */
export const adamWDefaults: AdamWOptions = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradientNorm: Infinity,
};

/** A tensor that is trained and the gradient of the loss with respect to it. */
export interface Trained {
  readonly weight: Value;
  readonly gradient: Value;
}

/**
 * One step for all tensors. Adds the inputs `step_size`, `epsilon`, `decay` f32[1] (see `stepInputs`) and, for each
 * weight `w`, the states `w.m` and `w.v`; gives the outputs `next.w`, `next.w.m`, `next.w.v` and `gradient_norm` f32[1].
 *
 * The moments are kept without their factors 1 - beta, which stand in `step_size` and `epsilon`: two passes over all weights
 * fewer. Every update depends on the global norm, and so on all gradients: no state is written while it is still read.
 */
export function adamW(graph: GraphBuilder, trained: readonly Trained[], options: AdamWOptions): Record<string, Value> {
  const norm = globalNorm(
    graph,
    trained.map(({ gradient }) => gradient),
  );
  const last = whenComputed(graph, [norm]); // else parts of all updates are computed, and kept, while gradients still come
  const scalars = {
    beta1: after(graph, number(graph, options.beta1), last),
    beta2: after(graph, number(graph, options.beta2), last),
    stepSize: graph.input("step_size", "f32", [1]),
    smallest: graph.input("epsilon", "f32", [1]),
    decay: after(graph, graph.input("decay", "f32", [1]), last),
  };
  const factor = options.maxGradientNorm === Infinity ? null : clipFactor(graph, norm, options.maxGradientNorm);
  const states = trained.map(({ weight, gradient }) => {
    const clipped = factor === null ? gradient : graph.op("Mul", [gradient, factor]);
    return update(graph, { weight, gradient: clipped }, { ...scalars, weightDecay: options.weightDecay });
  });
  return { gradient_norm: norm, ...(Object.assign({}, ...states) as Record<string, Value>) };
}

/** The inputs of step number `step`, counted from 1; bias corrections in float64. */
export function stepInputs(
  { beta1, beta2, epsilon, weightDecay }: AdamWOptions,
  { step, learningRate }: { readonly step: number; readonly learningRate: number },
): Readonly<Record<string, Tensor>> {
  const scalar = (value: number): Tensor => tensor("f32", [1], Float32Array.of(value));
  const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step)); // of v: makes it the mean of squares
  return {
    step_size: scalar((learningRate * (1 - beta1)) / (1 - beta1 ** step) / root),
    epsilon: scalar(epsilon / root),
    decay: scalar(1 - learningRate * weightDecay),
  };
}

interface Scalars extends Pick<AdamWOptions, "weightDecay"> {
  readonly beta1: Value;
  readonly beta2: Value;
  readonly stepSize: Value;
  readonly smallest: Value;
  readonly decay: Value;
}

function update(graph: GraphBuilder, { weight, gradient }: Trained, scalars: Scalars): Record<string, Value> {
  const { beta1, beta2, stepSize, smallest, decay, weightDecay } = scalars;
  const mul = (a: Value, b: Value): Value => graph.op("Mul", [a, b]);
  const add = (a: Value, b: Value): Value => graph.op("Add", [a, b]);
  const moment = (name: string, beta: Value, now: Value): Value =>
    add(mul(graph.input(`${weight.name}.${name}`, "f32", weight.shape), beta), now);
  const m = moment("m", beta1, gradient);
  const v = moment("v", beta2, mul(gradient, gradient));
  const step = mul(graph.op("Div", [m, add(graph.op("Sqrt", [v]), smallest)]), stepSize);
  const next = graph.op("Sub", [weightDecay === 0 ? weight : mul(weight, decay), step]);
  return { [`next.${weight.name}`]: next, [`next.${weight.name}.m`]: m, [`next.${weight.name}.v`]: v };
}

function globalNorm(graph: GraphBuilder, gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => {
    const axes = gradient.shape.map((_, axis) => axis);
    return graph.reshape(reduce(graph, "ReduceSumSquare", gradient, axes), [1]);
  });
  const all = graph.op("Concat", squares, { axis: 0 });
  return graph.op("Sqrt", [reduce(graph, "ReduceSum", all, [0])]);
}

/** 1 up to the greatest norm, less beyond it. */
function clipFactor(graph: GraphBuilder, norm: Value, most: number): Value {
  const limit = number(graph, most);
  const shortened = graph.op("Div", [limit, graph.op("Add", [norm, number(graph, 1e-6)])]);
  return graph.op("Where", [graph.op("LessOrEqual", [shortened, number(graph, 1)]), shortened, number(graph, 1)]);
}

function number(graph: GraphBuilder, value: number): Value {
  return graph.constant(tensor("f32", [1], Float32Array.of(value)));
}
