/** Masked next-token cross-entropy with its gradient, over all rows at once or over one chunk of them after another. */

import { tensor } from "../base/tensor.ts";
import { after, whenComputed } from "../graph/after.ts";
import { slice } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { pullBack } from "../graph/gradient.ts";
import type { Value } from "../graph/graph.ts";

/** What the loss is computed from. */
export interface LossParts {
  /** States f32[B*T,d] that the head turns into logits. */
  readonly hidden: Value;
  readonly head: (hidden: Value) => Value; // [N, d] -> [N, V]
  /** Weights that are trained; those that the head reads get their gradients here. */
  readonly targets: readonly Value[];
  /** Gradients that the weights' gradients are added to. */
  readonly given: ReadonlyMap<Value, Value>;
  /** In how many chunks of rows the logits are computed; each is gone before the next one is there. */
  readonly chunks: number;
}

/** The loss, and the gradients of hidden states and of the head's weights. */
export interface LossGradients {
  /** f32[1], nats. */
  readonly loss: Value;
  readonly gradients: ReadonlyMap<Value, Value>;
}

/**
 * -sum over the places of weight * log p(target), with the inputs `targets` i64[B,T] and `loss_weights` f32[B,T].
 *
 * No more than one chunk of the logits [B*T,V] exists at a time: a chunk's loss and gradients are computed together, and
 * the next chunk waits for them.
 */
export function crossEntropy(graph: GraphBuilder, { hidden, head, targets, given, chunks }: LossParts): LossGradients {
  const labels = graph.reshape(graph.input("targets", "i64", ["B", "T"]), ["B*T", 1]);
  const weights = graph.reshape(graph.input("loss_weights", "f32", ["B", "T"]), ["B*T", 1]);
  if (chunks === 1) {
    const { loss, logits, outer } = lossOf(graph, head(hidden), { labels, weights });
    const seeds = new Map([...given, [logits, outer]]);
    return { loss, gradients: pullBack(graph, seeds, { targets: [hidden, ...targets], until: hidden }) };
  }
  const bounds = Array.from({ length: chunks + 1 }, (_, i) => bound(graph, i, chunks));
  const parts: Value[] = [];
  const losses: Value[] = [];
  let sums = given;
  let computed: readonly Value[] = [];
  bounds.slice(1).forEach((end, i) => {
    const start = bounds[i] ?? end;
    const cut = (x: Value): Value => slice(graph, x, { axis: 0, start, end, size: `chunk${i}` });
    const rows = computed.length === 0 ? cut(hidden) : after(graph, cut(hidden), whenComputed(graph, computed));
    const { loss, logits, outer } = lossOf(graph, head(rows), { labels: cut(labels), weights: cut(weights) });
    const found = pullBack(graph, new Map([...sums, [logits, outer]]), { targets: [rows, ...targets], until: rows });
    losses.push(loss);
    parts.push(found.get(rows) ?? rows); // the logits depend on them
    sums = new Map([...found].filter(([target]) => target !== rows));
    computed = [...found.values()].filter((value) => graph.nodeOf(value) !== undefined);
  });
  const joined = graph.op("Concat", parts, { axis: 0 });
  const outer = graph.op("Identity", [joined], {}, { shape: hidden.shape });
  return {
    loss: losses.reduce((sum, one) => graph.op("Add", [sum, one])),
    gradients: new Map([...sums, [hidden, outer]]),
  };
}

/** The first row of chunk i of n: floor(B*T i / n). */
function bound(graph: GraphBuilder, i: number, n: number): Value {
  const integer = (value: number): Value => graph.constant(tensor("i64", [1], BigInt64Array.of(BigInt(value))));
  return graph.op("Div", [graph.op("Mul", [graph.size("B*T"), integer(i)]), integer(n)]);
}

interface Labels {
  readonly labels: Value; // i64[N,1]
  readonly weights: Value; // f32[N,1]
}

/** The loss of some rows and dloss/dlogits: weight (softmax - one of the target). */
function lossOf(
  graph: GraphBuilder,
  logits: Value,
  { labels, weights }: Labels,
): { readonly loss: Value; readonly logits: Value; readonly outer: Value } {
  const odds = graph.op("LogSoftmax", [logits], { axis: -1 }); // [N, V]
  const chosen = graph.op("GatherElements", [odds, labels], { axis: 1 }); // [N, 1]
  const minus = graph.op("Neg", [weights]);
  const loss = graph.reshape(graph.op("Gemm", [chosen, minus], { transA: true }), [1]);
  const shares = graph.op("Mul", [graph.op("Exp", [odds]), weights]);
  const late = after(graph, minus, whenComputed(graph, [loss])); // else the loss comes last, and all logits wait for it
  const outer = graph.op("ScatterElements", [shares, labels, late], { axis: 1, reduction: "add" });
  return { loss, logits, outer };
}
