import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats } from "../../src/data/safetensors.ts";
import { mergeAdapter, unmergeAdapter } from "../../src/model/merge-adapter.ts";
import { adaptedDifference, goldenFolder, type Logits } from "./golden-checkpoint.ts";

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(`${goldenPath(name)}.json`, "utf8")); // written by test/golden/make/lora.py
}

describe("model/merge-adapter", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-merge-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("mergeAdapter() writes a checkpoint whose logits are those of PEFT's merge, to 1e-4", async () => {
    const golden = readGolden("lora-gqa") as Logits & { readonly mergedLogits: Logits["logits"] };
    const [merged, back] = [join(folder, "merged"), join(folder, "back")];
    await mergeAdapter(merged, { base: goldenFolder("gqa"), adapter: goldenPath("lora-gqa") });
    assert.ok((await adaptedDifference(merged, { golden: { ...golden, logits: golden.mergedLogits } })) < 1e-4);
    assert.ok((await adaptedDifference(goldenFolder("gqa"), { golden })) > 1e-2);
    await unmergeAdapter(back, { base: merged, adapter: goldenPath("lora-gqa") });
    const [before, after] = [await readCheckpointTensors(goldenFolder("gqa")), await readCheckpointTensors(back)];
    for (const [name, stored] of before) {
      const found = after.get(name);
      assert.ok(found !== undefined);
      const [wanted, values] = [(await readFloats(stored)).data, (await readFloats(found)).data];
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] ?? NaN))), 0);
      assert.ok(worst < 1e-6, `${name}: ${worst}`);
    }
  });

  it("mergeAdapter() puts LLaVA's whole tensors in, resized embeddings with them", async () => {
    const golden = readGolden("lora-old") as { readonly with: Logits; readonly without: Logits };
    const [whole, products] = [join(folder, "whole"), join(folder, "products")];
    const path = goldenPath("lora-old");
    await mergeAdapter(whole, { base: goldenFolder("gqa"), adapter: { path, nonLoraTrainables: true } });
    assert.ok((await adaptedDifference(whole, { golden: golden.with })) < 1e-4);
    const config = JSON.parse(await readFile(join(whole, "config.json"), "utf8")) as { readonly vocab_size: number };
    assert.equal(config.vocab_size, 262);
    await mergeAdapter(products, { base: goldenFolder("gqa"), adapter: path });
    assert.ok((await adaptedDifference(products, { golden: golden.without })) < 1e-4);
    const taken = unmergeAdapter(join(folder, "x"), { base: whole, adapter: { path, nonLoraTrainables: true } });
    await assert.rejects(taken, {
      name: "TypeError",
      message: /^Cannot take the adapter out: expected products only, got the whole tensor "/,
    });
  });
});
