import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { attentionOf, type MapParts } from "../../src/model/attention-map.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { readLlamaConfig } from "../../src/model/llama-config.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { characters, goldenFolder } from "./golden-checkpoint.ts";

interface Golden {
  readonly ids: readonly number[];
  /** [layer][head][row, column] */
  readonly layers: readonly (readonly (readonly number[])[])[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/attention.json", import.meta.url), "utf8")) as Golden; // attention.py

describe("model/attention-map", () => {
  let parts: () => MapParts;
  before(async () => {
    const folder = goldenFolder("gqa");
    const config = readLlamaConfig(await readConfig(folder));
    const tensors = await readCheckpointTensors(folder);
    parts = () => ({ config, weights: mappedWeights(tensors, folder).weights, tokenizer: characters });
  });

  it("each head takes from each token what transformers' takes", async () => {
    const attention = attentionOf(parts);
    const text = characters.decode(golden.ids);
    for (const [layer, heads] of golden.layers.entries()) {
      for (const [head, wanted] of heads.entries()) {
        const { tokens, weights } = await attention(text, { layer, head });
        assert.deepEqual(weights.shape, [9, 9]);
        assert.deepEqual(tokens, Array.from(text));
        wanted.forEach((value, i) => assert.ok(Math.abs(value - (weights.data[i] ?? NaN)) < 1e-5, `${layer} ${head}`));
      }
    }
  });

  it("a head that is not there, or a text without tokens, is named", async () => {
    const attention = attentionOf(parts);
    const rejects = async (text: string, layer: number, head: number, message: string): Promise<void> => {
      await assert.rejects(attention(text, { layer, head }), { name: "RangeError", message });
    };
    await rejects("ab", 2, 0, "Cannot show attention: expected a layer in [0, 2), got 2");
    await rejects("ab", 0, -1, "Cannot show attention: expected a head in [0, 6), got -1");
    await rejects("", 0, 0, "Cannot show attention: expected a text of 1 to 96 tokens, got 0");
  });
});
