/** GELU and its approximations, in ops that have gradients. Source: Hendrycks and Gimpel 2016; transformers@5.23.0/activations.py. */

import { tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** Activations by their names in config.json; "linear" is none. */
export const activations: readonly Activation[] = ["gelu", "gelu_pytorch_tanh", "quick_gelu", "linear"];

/** An activation by its name in config.json. */
export type Activation = "gelu" | "gelu_pytorch_tanh" | "quick_gelu" | "linear";

/** The activation of every element of x, f32 of any shape. */
export function activate(graph: GraphBuilder, x: Value, activation: Activation): Value {
  const number = (value: number): Value => graph.constant(tensor("f32", [], Float32Array.of(value)));
  const times = (a: Value, b: Value): Value => graph.op("Mul", [a, b]);
  switch (activation) {
    case "linear":
      return x;
    case "quick_gelu":
      return times(x, graph.op("Sigmoid", [times(x, number(1.702))]));
    case "gelu_pytorch_tanh": {
      // (1 + tanh u) / 2 is the sigmoid of 2u.
      const cubic = times(times(times(x, x), x), number(0.044715));
      const inner = times(graph.op("Add", [x, cubic]), number(2 * Math.sqrt(2 / Math.PI)));
      return times(x, graph.op("Sigmoid", [inner]));
    }
    case "gelu": {
      const erf = graph.op("Erf", [times(x, number(Math.SQRT1_2))]);
      return times(times(x, number(0.5)), graph.op("Add", [erf, number(1)]));
    }
  }
}
