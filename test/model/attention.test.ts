import assert from "node:assert/strict";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import { attend } from "../../src/model/attention.ts";
import { createSession } from "../../src/runtime/session.ts";

/** Weights [T, T] of causal attention by one head of width 1, so that the score of query i and key j is their product. */
async function attentionWeights(queries: readonly number[], keys: readonly number[]): Promise<readonly number[][]> {
  const T = queries.length;
  const g = graphBuilder();
  const [query, key] = [g.input("query", "f32", [1, "B", "T", 1]), g.input("key", "f32", [1, "B", "T", 1])];
  const mask = g.input("mask", "f32", ["B", "T", "T"]);
  const { weights } = attend(g, { query, key, value: key, mask, sizes: { K: 1, G: 1, D: 1 } });
  using session = await createSession(emit(g.build({ weights })));
  const column = (values: readonly number[]): ReturnType<typeof tensor> =>
    tensor("f32", [1, 1, T, 1], Float32Array.from(values));
  const later = Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -Infinity : 0));
  const { weights: found } = await session.run({
    query: column(queries),
    key: column(keys),
    mask: tensor("f32", [1, T, T], later),
  });
  const numbers = [...(found?.data ?? [])].map(Number);
  return queries.map((_, i) => numbers.slice(i * T, (i + 1) * T));
}

describe("model/attention", () => {
  it("a later token weighs nothing, however well its key fits", async () => {
    const weights = await attentionWeights([1, 1, 1], [-300, 0, 900]);
    assert.equal(weights[0]?.[0], 1);
    for (const [row, column] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const weight = weights[row]?.[column] ?? NaN;
      assert.ok(weight < 5e-18, `${row} ${column}: ${weight}`);
    }
  });

  it("seen tokens weigh what their scores say, also where a token's own score is far below", async () => {
    const [, , third = []] = await attentionWeights([1, 1, 1], [2, 1, -100]);
    const sum = Math.exp(2) + Math.exp(1);
    [Math.exp(2) / sum, Math.exp(1) / sum, 0].forEach((wanted, i) => {
      assert.ok(Math.abs((third[i] ?? NaN) - wanted) < 1e-6);
    });
  });
});
