/**
 * The ops a graph may hold: a closed set, each with the attributes it takes. Names, meaning and defaults are those of
 * the ONNX operator set named in `opset`. A new op is one line in `OpAttributes`; the compiler then asks for its line
 * in every table (`opSpecs` here, `shapeRules` in shape-inference.ts, `gradientRules` in gradient-rules.ts).
 */

import type { Dtype } from "../base/dtype.ts";

/** The ONNX operator set that emitted graphs import. */
export const opset = 23;

/** No attribute at all. */
export type NoAttributes = Readonly<Record<string, never>>;

interface Axis {
  readonly axis: number;
}

/** Attributes by op. */
export interface OpAttributes {
  readonly Add: NoAttributes;
  readonly Sub: NoAttributes;
  readonly Mul: NoAttributes;
  readonly Div: NoAttributes;
  readonly Max: NoAttributes;
  readonly Neg: NoAttributes;
  readonly Exp: NoAttributes;
  readonly Log: NoAttributes;
  readonly Sqrt: NoAttributes;
  readonly Sigmoid: NoAttributes;
  readonly QuickGelu: { readonly alpha: number }; // x sigmoid(alpha x); 1 is SiLU; f32 only
  readonly Cos: NoAttributes;
  readonly Sin: NoAttributes;
  readonly Erf: NoAttributes;
  readonly Cast: { readonly to: Dtype };
  readonly Identity: NoAttributes;
  readonly LessOrEqual: NoAttributes;
  readonly Where: NoAttributes; // condition ? x : y
  readonly MatMul: NoAttributes;
  readonly FusedMatMul: { readonly alpha?: number; readonly transA?: boolean; readonly transB?: boolean }; // f32 only
  readonly Gemm: {
    readonly alpha?: number;
    readonly beta?: number;
    readonly transA?: boolean;
    readonly transB?: boolean;
  };
  readonly Softmax: Axis;
  readonly LogSoftmax: Axis;
  readonly LayerNormalization: { readonly axis: number; readonly epsilon: number }; // x, scale, bias
  readonly RMSNormalization: { readonly axis: number; readonly epsilon: number };
  readonly RotaryEmbedding: { readonly num_heads?: number };
  readonly ReduceSum: { readonly keepdims: boolean }; // x, axes
  readonly ReduceSumSquare: { readonly keepdims: boolean }; // x, axes
  readonly ReduceMean: { readonly keepdims: boolean }; // x, axes
  readonly ArgMax: { readonly axis: number; readonly keepdims: boolean };
  readonly Shape: { readonly start: number; readonly end: number };
  readonly Range: NoAttributes;
  readonly Reshape: { readonly allowzero: true };
  readonly Transpose: { readonly perm: readonly number[] };
  readonly Concat: Axis;
  readonly Slice: NoAttributes; // x, starts, ends, axes
  readonly Pad: NoAttributes; // x, [before, after], value, axes
  readonly Expand: NoAttributes; // x, shape
  readonly Gather: Axis;
  readonly GatherElements: Axis;
  readonly ScatterElements: { readonly axis: number; readonly reduction: "add" | "none" }; // x, indices, updates
}

/** The name of an op, as in ONNX. */
export type Op = keyof OpAttributes;

/** How an attribute stands in an ONNX file. */
export type AttributeKind = "int" | "float" | "bool" | "ints" | "dtype" | "text";

/** What an op looks like in an ONNX file. */
export interface OpSpec<K extends Op> {
  readonly domain: "" | "com.microsoft";
  /** Fewest and most inputs. */
  readonly arity: readonly [number, number];
  readonly attributes: { readonly [A in keyof OpAttributes[K]]-?: AttributeKind };
}

/** ONNX form by op; total, so that an op without a line does not compile. */
export const opSpecs: { readonly [K in Op]: OpSpec<K> } = {
  Add: { domain: "", arity: [2, 2], attributes: {} },
  Sub: { domain: "", arity: [2, 2], attributes: {} },
  Mul: { domain: "", arity: [2, 2], attributes: {} },
  Div: { domain: "", arity: [2, 2], attributes: {} },
  Max: { domain: "", arity: [2, 2], attributes: {} },
  Neg: { domain: "", arity: [1, 1], attributes: {} },
  Exp: { domain: "", arity: [1, 1], attributes: {} },
  Log: { domain: "", arity: [1, 1], attributes: {} },
  Sqrt: { domain: "", arity: [1, 1], attributes: {} },
  Sigmoid: { domain: "", arity: [1, 1], attributes: {} },
  QuickGelu: { domain: "com.microsoft", arity: [1, 1], attributes: { alpha: "float" } },
  Cos: { domain: "", arity: [1, 1], attributes: {} },
  Sin: { domain: "", arity: [1, 1], attributes: {} },
  Erf: { domain: "", arity: [1, 1], attributes: {} },
  Cast: { domain: "", arity: [1, 1], attributes: { to: "dtype" } },
  Identity: { domain: "", arity: [1, 1], attributes: {} },
  LessOrEqual: { domain: "", arity: [2, 2], attributes: {} },
  Where: { domain: "", arity: [3, 3], attributes: {} },
  MatMul: { domain: "", arity: [2, 2], attributes: {} },
  FusedMatMul: {
    domain: "com.microsoft",
    arity: [2, 2],
    attributes: { alpha: "float", transA: "bool", transB: "bool" },
  },
  Gemm: { domain: "", arity: [2, 3], attributes: { alpha: "float", beta: "float", transA: "bool", transB: "bool" } },
  Softmax: { domain: "", arity: [1, 1], attributes: { axis: "int" } },
  LogSoftmax: { domain: "", arity: [1, 1], attributes: { axis: "int" } },
  LayerNormalization: { domain: "", arity: [3, 3], attributes: { axis: "int", epsilon: "float" } },
  RMSNormalization: { domain: "", arity: [2, 2], attributes: { axis: "int", epsilon: "float" } },
  RotaryEmbedding: { domain: "", arity: [3, 3], attributes: { num_heads: "int" } },
  ReduceSum: { domain: "", arity: [2, 2], attributes: { keepdims: "bool" } },
  ReduceSumSquare: { domain: "", arity: [2, 2], attributes: { keepdims: "bool" } },
  ReduceMean: { domain: "", arity: [2, 2], attributes: { keepdims: "bool" } },
  ArgMax: { domain: "", arity: [1, 1], attributes: { axis: "int", keepdims: "bool" } },
  Shape: { domain: "", arity: [1, 1], attributes: { start: "int", end: "int" } },
  Range: { domain: "", arity: [3, 3], attributes: {} },
  Reshape: { domain: "", arity: [2, 2], attributes: { allowzero: "bool" } },
  Transpose: { domain: "", arity: [1, 1], attributes: { perm: "ints" } },
  Concat: { domain: "", arity: [1, Infinity], attributes: { axis: "int" } },
  Slice: { domain: "", arity: [4, 4], attributes: {} },
  Pad: { domain: "", arity: [4, 4], attributes: {} },
  Expand: { domain: "", arity: [2, 2], attributes: {} },
  Gather: { domain: "", arity: [2, 2], attributes: { axis: "int" } },
  GatherElements: { domain: "", arity: [2, 2], attributes: { axis: "int" } },
  ScatterElements: { domain: "", arity: [3, 3], attributes: { axis: "int", reduction: "text" } },
};

/** True where `name` is one of our ops. */
export function isOp(name: string): name is Op {
  return Object.hasOwn(opSpecs, name);
}
