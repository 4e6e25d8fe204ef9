/** Cases of test/golden/make/ops.py as graphs, run forwards, backwards and by differences. */

import { readFileSync } from "node:fs";

import { seededRandom } from "../../src/base/random.ts";
import { elementCount, type StaticShape } from "../../src/base/shape.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { reduce, slice, transposeLast } from "../../src/graph/axes.ts";
import { type GraphBuilder, graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import { gradients } from "../../src/graph/gradient.ts";
import type { Graph, Value } from "../../src/graph/graph.ts";
import { type Op, type OpAttributes, opSpecs } from "../../src/graph/op.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";

interface GoldenTensor {
  readonly dtype: "f64" | "i64" | "bool";
  readonly shape: StaticShape;
  readonly data: readonly number[];
  readonly constant?: true;
}

export interface OpCase {
  readonly op: Op;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenTensor[];
  readonly output: GoldenTensor;
}

export const opCases: readonly OpCase[] = (
  JSON.parse(readFileSync(new URL("../golden/ops.json", import.meta.url), "utf8")) as { cases: readonly OpCase[] }
).cases; // written by ops.py

/** The tensor of a golden; floating-point numbers as `float`. */
export function toTensor({ dtype, shape, data }: GoldenTensor, float: "f32" | "f64"): Tensor {
  switch (dtype) {
    case "i64":
      return tensor("i64", shape, BigInt64Array.from(data, BigInt));
    case "bool":
      return tensor("bool", shape, Uint8Array.from(data));
    case "f64":
      return float === "f64"
        ? tensor("f64", shape, Float64Array.from(data))
        : tensor("f32", shape, Float32Array.from(data));
  }
}

/** The case's op over the case's inputs: integers and truth values as constants, the rest as inputs `x0`, `x1`, ... */
function apply(
  g: GraphBuilder,
  one: OpCase,
  float: "f32" | "f64",
): { readonly inputs: readonly Value[]; readonly y: Value } {
  const inputs = one.inputs.map((golden, i) =>
    golden.dtype === "f64" && golden.constant !== true
      ? g.input(`x${i}`, float, golden.shape)
      : g.constant(toTensor(golden, float)),
  );
  const kinds: Readonly<Record<string, string>> = opSpecs[one.op].attributes;
  const attributes = Object.entries(one.attributes).map(([name, value]) => [
    name,
    name === "to" ? float : kinds[name] === "bool" ? value === 1 : value,
  ]);
  const typed = Object.fromEntries(attributes) as OpAttributes[Op]; // as the golden's script wrote them for this op
  const expansion = float === "f64" ? expansions[one.op] : undefined;
  if (expansion !== undefined) return { inputs, y: expansion(g, inputs, typed as Readonly<Record<string, unknown>>) };
  const add = g.op as (op: Op, inputs: readonly Value[], attributes: unknown, options: unknown) => Value;
  return { inputs, y: add(one.op, inputs, typed, { shape: one.output.shape }) };
}

export function forwardGraph(one: OpCase, float: "f32" | "f64"): Graph {
  const g = graphBuilder();
  return g.build({ y: apply(g, one, float).y });
}

/** Outputs `loss`, a fixed random mixture of the op's output, and `d0`, `d1`, ..., its gradients. */
export function gradientGraph(one: OpCase, float: "f32" | "f64"): Graph {
  const g = graphBuilder();
  const { inputs, y } = apply(g, one, float);
  const { normal } = seededRandom(11);
  const data = Array.from({ length: elementCount(one.output.shape) }, normal);
  const mixture = g.constant(toTensor({ dtype: "f64", shape: one.output.shape, data }, float));
  const product = g.op("Mul", [y, mixture]);
  const loss = reduce(
    g,
    "ReduceSum",
    product,
    one.output.shape.map((_, axis) => axis),
  );
  const targets = inputs.filter((_, i) => one.inputs[i]?.dtype === "f64" && one.inputs[i].constant !== true);
  const found = gradients(g, loss, targets);
  return g.build({
    loss,
    ...Object.fromEntries(found.map((value, i) => [`d${targets[i]?.name.slice(1) ?? ""}`, value])),
  });
}

export type Feeds = Record<string, Tensor>;

export function feedsOf(one: OpCase, float: "f32" | "f64"): Feeds {
  const feeds = one.inputs.map((golden, i) => [`x${i}`, toTensor(golden, float)] as const);
  return Object.fromEntries(feeds.filter((_, i) => one.inputs[i]?.dtype === "f64" && one.inputs[i].constant !== true));
}

export const optimizations = ["none", "all"] as const;

export function openGraph(graph: Graph, optimization: (typeof optimizations)[number]): Promise<Session> {
  return createSession(emit(graph), { optimization });
}

/** Central differences of the output `loss` with respect to every element of one input, in float64. */
export async function differences(session: Session, feeds: Feeds, name: string): Promise<readonly number[]> {
  const base = feeds[name];
  if (base?.dtype !== "f64") throw new Error(`${name} is not f64`);
  const step = 1e-5;
  const lossAt = async (index: number, offset: number): Promise<number> => {
    const moved = Float64Array.from(base.data, Number);
    moved[index] = (moved[index] ?? NaN) + offset;
    const { loss } = await session.run({ ...feeds, [name]: tensor("f64", base.shape, moved) }, { outputs: ["loss"] });
    return Number(loss?.data[0]);
  };
  const found: number[] = [];
  for (let i = 0; i < base.data.length; i++) {
    found.push(((await lossAt(i, step)) - (await lossAt(i, -step))) / (2 * step));
  }
  return found;
}

type Expansion = (g: GraphBuilder, inputs: readonly Value[], attributes: Readonly<Record<string, unknown>>) => Value;

/** Ops that ONNX Runtime has only in float32, by others that it has in float64 too. */
const expansions: Partial<Record<Op, Expansion>> = {
  FusedMatMul(g, [a, b], { transA, transB, alpha = 1 }) {
    if (a === undefined || b === undefined) throw new Error("too few inputs");
    const turned = [transA === true ? transposeLast(g, a) : a, transB === true ? transposeLast(g, b) : b];
    return g.op("Mul", [g.op("MatMul", turned), g.constant(tensor("f64", [], Float64Array.of(Number(alpha))))]);
  },
  QuickGelu(g, [x], { alpha }) {
    if (x === undefined) throw new Error("too few inputs");
    const scaled = g.op("Mul", [x, g.constant(tensor("f64", [], Float64Array.of(Number(alpha))))]);
    const one = g.constant(tensor("f64", [], Float64Array.of(1))); // a Sigmoid would be fused to the op itself
    return g.op("Div", [x, g.op("Add", [one, g.op("Exp", [g.op("Neg", [scaled])])])]);
  },
  /** Itself; its gradient has other ops in float32. */
  MatMul(g, [a, b]) {
    if (a === undefined || b === undefined) throw new Error("too few inputs");
    return g.op("MatMul", [a, b]);
  },
  RotaryEmbedding(g, [x, cos, sin]) {
    if (x === undefined || cos === undefined || sin === undefined) throw new Error("too few inputs");
    const [B = 1, T = 1, half = 1] = cos.shape.map(Number);
    const isFlat = x.shape.length === 3;
    const heads = isFlat ? g.reshape(x, [B, T, Number(x.shape[2]) / (2 * half), 2 * half]) : x;
    const turn = isFlat ? [B, T, 1, half] : [B, 1, T, half];
    const [c, s] = [g.reshape(cos, turn), g.reshape(sin, turn)];
    const part = (start: number): Value =>
      slice(g, heads, { axis: 3, start: g.size(start), end: g.size(start + half), size: half });
    const [a, b] = [part(0), part(half)];
    const left = g.op("Sub", [g.op("Mul", [a, c]), g.op("Mul", [b, s])]);
    const right = g.op("Add", [g.op("Mul", [b, c]), g.op("Mul", [a, s])]);
    return g.reshape(g.op("Concat", [left, right], { axis: 3 }), x.shape);
  },
  /** The series 2/sqrt(pi) x sum (-x^2)^n / (n! (2n + 1)), by Horner's rule: to 1e-12 where |x| < 2.5. */
  Erf(g, [x]) {
    if (x === undefined) throw new Error("too few inputs");
    const number = (value: number): Value => g.constant(tensor("f64", [1], Float64Array.of(value)));
    const minus = g.op("Neg", [g.op("Mul", [x, x])]);
    let [sum, factorial] = [number(0), 1];
    const factorials = Array.from({ length: 48 }, (_, n) => (factorial *= Math.max(1, n)));
    for (let n = 47; n >= 0; n--) {
      const term = number(1 / ((factorials[n] ?? NaN) * (2 * n + 1)));
      sum = g.op("Add", [term, g.op("Mul", [minus, sum])]);
    }
    return g.op("Mul", [g.op("Mul", [x, number(2 / Math.sqrt(Math.PI))]), sum]);
  },
};

/** True where float64 is computed by an expansion, and the op itself is to be compared with it in float32. */
export function isExpanded({ op }: OpCase): boolean {
  return expansions[op] !== undefined;
}

/** Largest difference, as a part of the largest size of `wanted` (at least 1). */
export function worst(found: Tensor | undefined, wanted: readonly number[]): number {
  if (found?.data.length !== wanted.length) return Infinity;
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(Number(found.data[i]) - value) / scale), 0);
}
