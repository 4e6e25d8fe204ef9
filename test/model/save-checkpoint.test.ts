import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readFloats } from "../../src/data/safetensors.ts";
import { saveCheckpoint } from "../../src/model/save-checkpoint.ts";
import { goldenFolder } from "./golden-checkpoint.ts";

describe("model/save-checkpoint", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-save-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("saveCheckpoint() writes changed tensors and copies the others, shards joined", async () => {
    const norm = tensor("f32", [48], new Float32Array(48).fill(0.25));
    await saveCheckpoint(folder, { from: goldenFolder("gqa"), changed: new Map([["model.norm.weight", norm]]) });
    const [before, after] = [await readCheckpointTensors(goldenFolder("gqa")), await readCheckpointTensors(folder)];
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    for (const [name, stored] of before) {
      const saved = after.get(name);
      assert.ok(saved !== undefined);
      assert.deepEqual(await readFloats(saved), name === "model.norm.weight" ? norm : await readFloats(stored));
    }
    assert.deepEqual((await readdir(folder)).sort(), ["config.json", "model.safetensors"]);
  });

  it("saveCheckpoint() says in config.json that it wrote f32, in the form that was there", async () => {
    const source = join(folder, "source");
    await cp(goldenFolder("tied"), source, { recursive: true });
    const config = JSON.parse(await readFile(join(source, "config.json"), "utf8")) as Readonly<Record<string, unknown>>;
    await writeFile(join(source, "config.json"), JSON.stringify({ ...config, torch_dtype: "bfloat16" }));
    await saveCheckpoint(join(folder, "saved"), { from: source, changed: new Map() });
    assert.deepEqual(JSON.parse(await readFile(join(folder, "saved", "config.json"), "utf8")), config);
  });

  it("saveCheckpoint() rejects an unknown tensor and its own source, and writes nothing", async () => {
    const changed = new Map([["nothing.weight", tensor("f32", [1], new Float32Array(1))]]);
    await assert.rejects(saveCheckpoint(folder, { from: goldenFolder("gqa"), changed }), {
      name: "TypeError",
      message: `Cannot save tensor "nothing.weight": expected a tensor of "${goldenFolder("gqa")}", got another name`,
    });
    await assert.rejects(saveCheckpoint(folder, { from: folder, changed: new Map() }), { name: "RangeError" });
    assert.deepEqual(await readdir(folder), []);
  });
});
