import assert from "node:assert/strict";

import { batches } from "../../src/model/batch.ts";
import { goldenGraph } from "./golden-checkpoint.ts";

describe("model/batch", () => {
  async function lengths(given: readonly number[], prefixLength = 0, vocabularySize = 10): Promise<number[][]> {
    const { config } = await goldenGraph("mha");
    const sequences = given.map((length) => ({ ids: Array.from({ length: prefixLength + length }, () => 1) }));
    const found = batches(sequences, { prefixLength, config: { ...config, vocabularySize } });
    return found.map((batch) => batch.map(({ ids }) => ids.length - prefixLength));
  }

  it("batches() puts like lengths together and pads no more than a pass costs", async () => {
    assert.deepEqual(await lengths([3, 90, 4, 2, 5]), [[90], [5, 4, 3, 2]]);
    assert.deepEqual(await lengths([30, 40, 35]), [[40, 35, 30]]);
    assert.deepEqual(await lengths([]), []);
  });

  it("batches() bounds the tokens of a pass", async () => {
    const found = await lengths(Array.from({ length: 100 }, () => 100));
    assert.equal(found.flat().length, 100);
    assert.equal(Math.max(...found.map((batch) => batch.length)), 10);
  });

  it("batches() bounds attention scores and logits, one sequence always goes", async () => {
    // 4 heads x 64 tokens x 65,600 places x 4 bytes: 64 MiB hold one
    assert.deepEqual(await lengths([64, 64], 2 ** 16 + 2 ** 15), [[64], [64]]);
    // 1 token x 2^23 entries x 4 bytes: 64 MiB hold two
    assert.deepEqual(await lengths([1, 1, 1, 1], 0, 2 ** 23), [
      [1, 1],
      [1, 1],
    ]);
    assert.deepEqual(await lengths([5000]), [[5000]]);
  });
});
