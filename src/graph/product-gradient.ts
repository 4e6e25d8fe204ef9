/** Gradients of matrix products. */

import { transposeLast } from "./axes.ts";
import type { GraphBuilder } from "./builder.ts";
import { given, mul, number, type Step, sumTo } from "./gradient-terms.ts";
import type { Value } from "./graph.ts";

/** Y = alpha A' B', where ' is an optional transposition. */
export function fusedMatMulGradient({ g, dy, node, inputs: [a, b] }: Step<"FusedMatMul">): readonly (() => Value)[] {
  const { alpha, transA = false, transB = false } = node.attributes;
  const times = (x: Value | undefined, y: Value | undefined, turns: { transA: boolean; transB: boolean }): Value =>
    g.op("FusedMatMul", [given(x), given(y)], { ...turns, ...(alpha === undefined ? {} : { alpha }) });
  const ofA = (): Value =>
    transA ? times(b, dy, { transA: transB, transB: true }) : times(dy, b, { transA: false, transB: !transB });
  const ofB = (): Value =>
    transB ? times(dy, a, { transA: true, transB: transA }) : times(a, dy, { transA: !transA, transB: false });
  return [() => sumTo(g, ofA(), a), () => sumTo(g, ofB(), b)];
}

/** A product with one side transposed; in float64 by Transpose, which the fused op has no kernel for. */
export function product(
  g: GraphBuilder,
  a: Value,
  b: Value,
  { transA = false, transB = false }: { readonly transA?: boolean; readonly transB?: boolean },
): Value {
  const isMatrix = a.shape.length >= 2 && b.shape.length >= 2;
  if (a.dtype === "f32" && isMatrix) return g.op("FusedMatMul", [a, b], { transA, transB });
  return g.op("MatMul", [transA ? transposeLast(g, a) : a, transB ? transposeLast(g, b) : b]);
}

/** Y = alpha A' B' + beta C, where ' is an optional transposition. */
export function gemmGradient({ g, dy, node, inputs: [a, b, c] }: Step<"Gemm">): readonly (() => Value)[] {
  const { alpha = 1, beta = 1, transA = false, transB = false } = node.attributes;
  const gemm = (x: Value | undefined, y: Value | undefined, turns: { transA?: boolean; transB?: boolean }): Value =>
    g.op("Gemm", [given(x), given(y)], { ...turns, ...(alpha === 1 ? {} : { alpha }) });
  return [
    () => (transA ? gemm(b, dy, { transA: transB, transB: true }) : gemm(dy, b, { transA: false, transB: !transB })),
    () => {
      if (!transB) return gemm(a, dy, { transA: !transA, transB: false });
      if (transA) return gemm(dy, a, { transA: true, transB: true });
      return isWorthTurning(dy, given(a)) ? gemm(turned(g, dy), a, {}) : gemm(dy, a, { transA: true });
    },
    () => sumTo(g, beta === 1 ? dy : mul(g, dy, number(g, dy, beta)), c),
  ];
}

/** True where dy a is a product long enough to pay for a transposed copy of dy, and the copy is no great part of the memory. */
function isWorthTurning(dy: Value, a: Value): boolean {
  const [outer, inner] = [Number(dy.shape[1]), Number(a.shape[1])]; // NaN where known at run time only
  return inner >= 256 && outer <= 4 * inner; // not the logits' gradient
}

/**
 * A matrix transposed in memory: a product reads its columns several times, and at a stride that is a power of two slowly. The
 * shape of three axes keeps ONNX Runtime from folding this into the product again.
 */
function turned(g: GraphBuilder, x: Value): Value {
  const [rows = 1, columns = 1] = x.shape;
  return g.reshape(g.op("Transpose", [g.reshape(x, [1, rows, columns])], { perm: [0, 2, 1] }), [columns, rows]);
}
