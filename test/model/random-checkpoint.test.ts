import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";

interface Golden {
  readonly prompt: string;
  readonly ids: readonly number[];
  /** After the last token of the prompt. */
  readonly logits: readonly number[];
  readonly choices: readonly { readonly text: string; readonly sumNats: number }[];
}

describe("model/random-checkpoint", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-random-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function digest(name: string): Promise<string> {
    const hash = createHash("sha256");
    for (const file of (await readdir(join(folder, name))).sort()) {
      hash.update(await readFile(join(folder, name, file)));
    }
    return hash.digest("hex");
  }

  it("the same seed writes the same bytes, another seed others", async () => {
    await writeRandomCheckpoint(join(folder, "a"), { seed: 1 });
    await writeRandomCheckpoint(join(folder, "b"), { seed: 1 });
    await writeRandomCheckpoint(join(folder, "c"), { seed: 2 });
    assert.equal(await digest("a"), await digest("b"));
    assert.notEqual(await digest("a"), await digest("c"));
    const files = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
    assert.deepEqual((await readdir(join(folder, "a"))).sort(), files);
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, "a", file))).size));
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 2e6);
  });

  it("it opens, and what it says depends on every token before", async () => {
    await writeRandomCheckpoint(folder, { seed: 0 });
    using model = await open(folder);
    assert.equal(model.contextLength, 4096);
    const V = model.config.vocabularySize;
    const last = async (text: string): Promise<Float32Array> => {
      const ids = model.tokenizer.encode(text);
      return (await model.logits([ids])).data.slice((ids.length - 1) * V);
    };
    const [one, other] = [await last("The cat sat."), await last("Che cat sat.")];
    assert.ok(one.every(Number.isFinite));
    assert.ok(Math.max(...one.map((value, i) => Math.abs(value - (other[i] ?? NaN)))) > 1e-2);
  });

  it("transformers opens it and says the same", async () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/random-checkpoint.json", import.meta.url), "utf8"),
    ) as Golden; // written by test/golden/make/random_checkpoint.py
    await writeRandomCheckpoint(folder, { seed: 0 });
    using model = await open(folder);
    assert.deepEqual(model.tokenizer.encode(golden.prompt), golden.ids);
    const logits = (await model.logits([golden.ids])).data.slice(-model.config.vocabularySize);
    golden.logits.forEach((value, id) => {
      assert.ok(Math.abs(value - (logits[id] ?? NaN)) < 1e-4);
    });
    const requests = golden.choices.map(({ text }) => ({ context: golden.prompt, continuation: text }));
    const scores = await model.loglikelihood(requests);
    golden.choices.forEach(({ sumNats }, i) => {
      assert.ok(Math.abs(sumNats - (scores[i]?.sumNats ?? NaN)) < 1e-4);
    });
  });

  it("its sizes can be chosen", async () => {
    await writeRandomCheckpoint(folder, { seed: 0, hiddenSize: 32, layerCount: 1, headCount: 4, kvHeadCount: 2 });
    using model = await open(folder);
    const { hiddenSize, layerCount, headCount, kvHeadCount, headSize } = model.config;
    assert.deepEqual([hiddenSize, layerCount, headCount, kvHeadCount, headSize], [32, 1, 4, 2, 8]);
  });

  it("a seed that is none is a RangeError, and nothing is written", async () => {
    await assert.rejects(writeRandomCheckpoint(join(folder, "x"), { seed: -1 }), { name: "RangeError" });
    assert.deepEqual(await readdir(folder), []);
  });
});
