import assert from "node:assert/strict";

import { seededRandom } from "../../src/base/random.ts";
import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import { gradients } from "../../src/graph/gradient.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { createSession } from "../../src/runtime/session.ts";

const [heads, tokens, width] = [2, 5, 3];

/** dL/dscores for the loss sum(joined weights), joined being the mixture with or without its axes exchanged. */
function attentionGradient(dtype: "f32" | "f64", isTurned: boolean): Graph {
  const g = graphBuilder();
  const scores = g.input("scores", dtype, [heads, tokens, tokens]);
  const values = g.input("values", dtype, [heads, tokens, width]);
  const shares = g.op("Softmax", [scores], { axis: -1 });
  const mixed = g.op("MatMul", [shares, values]);
  const turned = isTurned ? g.op("Transpose", [mixed], { perm: [1, 0, 2] }) : mixed;
  const flat = g.reshape(turned, [1, heads * tokens * width]);
  const loss = g.op("MatMul", [flat, g.input("weights", dtype, [heads * tokens * width, 1])]);
  const [gradient = scores] = gradients(g, loss, [scores]);
  return g.build({ gradient });
}

async function run(dtype: "f32" | "f64", isTurned: boolean): Promise<readonly number[]> {
  const { normal } = seededRandom(5);
  const draw = (...shape: number[]): ReturnType<typeof tensor> => {
    const numbers = Array.from({ length: shape.reduce((a, b) => a * b) }, normal);
    return dtype === "f32"
      ? tensor("f32", shape, Float32Array.from(numbers))
      : tensor("f64", shape, Float64Array.from(numbers));
  };
  const feeds = {
    scores: draw(heads, tokens, tokens),
    values: draw(heads, tokens, width),
    weights: draw(heads * tokens * width, 1),
  };
  using session = await createSession(emit(attentionGradient(dtype, isTurned)));
  const { gradient } = await session.run(feeds);
  return [...(gradient?.data ?? [])].map(Number);
}

describe("graph/softmax-gradient", () => {
  for (const isTurned of [false, true]) {
    it(`softmaxGradient() sums over the mixture${isTurned ? " as its reader has it" : ""}, to the same gradient`, async () => {
      const sums = attentionGradient("f32", isTurned).nodes.filter(({ op }) => op === "ReduceSum");
      assert.deepEqual(
        sums.map(({ inputs: [x] }) => x?.shape),
        [isTurned ? [tokens, heads, width] : [heads, tokens, width]],
      );
      const [found, wanted] = [await run("f32", isTurned), await run("f64", isTurned)]; // f64 has no fused product
      assert.equal(found.length, heads * tokens * tokens);
      found.forEach((value, i) => assert.ok(Math.abs(value - (wanted[i] ?? NaN)) < 1e-5, `${i}`));
    });
  }
});
