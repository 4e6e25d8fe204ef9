/** Graphs that run for a while: a chain of matrix products. */

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { modelBytes, node, port } from "./onnx-model.ts";

/** `y = x · x · ... · x`, or the same as the next state; about `nodes * size ** 3 * 2` floating-point operations. */
export function longChain(options: { readonly nodes: number; readonly size: number; readonly stateful?: boolean }): {
  readonly bytes: Uint8Array;
  readonly state: Tensor;
} {
  const { nodes: count, size, stateful = false } = options;
  const result = stateful ? "next.x" : "y";
  const nodes = Array.from({ length: count }, (_, index) =>
    node("MatMul", [index === 0 ? "x" : `h${index - 1}`, "x"], index === count - 1 ? result : `h${index}`),
  );
  const bytes = modelBytes({
    inputs: [port("x", "f32", [size, size])],
    outputs: [port(result, "f32", [size, size])],
    nodes,
  });
  return { bytes, state: tensor("f32", [size, size], new Float32Array(size * size).fill(0.9 / size)) };
}
