import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { byteTokenizerJson } from "../../src/data/byte-tokenizer.ts";
import { readSafetensors } from "../../src/data/safetensors.ts";
import { open, type OpenedModel } from "../../src/model/open.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { goldenFolder, readGolden } from "./golden-checkpoint.ts";

describe("model/open", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-open-"));
    await cp(goldenFolder("mha"), folder, { recursive: true });
    await writeFile(join(folder, "tokenizer.json"), JSON.stringify(byteTokenizerJson()));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function changeConfig(change: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(folder, "config.json");
    const config = JSON.parse(await readFile(file, "utf8")) as Readonly<Record<string, unknown>>; // an object
    await writeFile(file, JSON.stringify({ ...config, ...change }));
  }

  async function rejects(message: string): Promise<void> {
    const before = await readdir(folder);
    await assert.rejects(open(folder), { name: "ModelFormatError", message: message.replaceAll("FOLDER", folder) });
    assert.deepEqual(await readdir(folder), before);
  }

  async function agrees(model: OpenedModel): Promise<void> {
    const { sequences, logits } = readGolden("mha");
    const found = await model.logits(sequences);
    const [B, T, V] = [sequences.length, sequences[0]?.length ?? 0, model.config.vocabularySize];
    assert.deepEqual(found.shape, [B, T, V]);
    logits.forEach((rows, b) => {
      rows.forEach((row, t) => {
        row.forEach((value, v) => {
          assert.ok(Math.abs((found.data[(b * T + t) * V + v] ?? NaN) - value) < 1e-4);
        });
      });
    });
  }

  it("open() gives a model with its name, its limits and right logits", async () => {
    using model = await open(folder);
    assert.deepEqual(model.identity, { name: basename(folder), base: basename(folder), variant: "base" });
    assert.equal(model.contextLength, 128);
    assert.equal(model.device, "cpu");
    assert.deepEqual(model.tokenizer.encode("a"), [100]);
    await agrees(model);
    using named = await open(folder, { name: "Mini FT", base: "Mini", variant: "MM-ft" });
    assert.deepEqual(named.identity, { name: "Mini FT", base: "Mini", variant: "MM-ft" });
  });

  it("open() follows the symlinks of a Hugging Face cache", async () => {
    const blobs = temporaryFolder("blobs");
    await rename(join(folder, "model.safetensors"), join(blobs, "9f86d08"));
    await symlink(join(blobs, "9f86d08"), join(folder, "model.safetensors"));
    {
      using model = await open(folder);
      await agrees(model);
    }
  });

  it("open() names what a folder lacks", async () => {
    await rm(join(folder, "tokenizer.json"));
    await rejects('Cannot open tokenizer at "FOLDER": expected a file tokenizer.json or tokenizer.model, got neither');
    await rm(join(folder, "config.json"));
    await rejects('Cannot open checkpoint at "FOLDER": expected a file config.json, got none');
    await assert.rejects(open(join(folder, "nowhere")), {
      name: "ModelFormatError",
      message: `Cannot open checkpoint at "${folder}/nowhere": expected a file config.json, got none`,
    });
  });

  it("open() names an architecture that is not offered", async () => {
    await changeConfig({ model_type: "gpt2" });
    await rejects('Cannot read field "model_type" at "FOLDER/config.json": expected "llama" or "qwen2", got "gpt2"');
    await changeConfig({ model_type: "llama", architectures: ["LlamaForSequenceClassification"] });
    await rejects(
      'Cannot read field "architectures" at "FOLDER/config.json": expected ["LlamaForCausalLM"], got ["LlamaForSequenceClassification"]',
    );
    await writeFile(join(folder, "config.json"), "{");
    await rejects('Cannot read "FOLDER/config.json": expected a JSON object, got "{"');
  });

  it("open() names the file that is cut off and the tensor that lies outside", async () => {
    const file = join(folder, "model.safetensors");
    const last = [...(await readSafetensors(file)).values()].at(-1);
    assert.ok(last !== undefined);
    const end = last.offset + last.length;
    await truncate(file, end - 4);
    await rejects(
      `Cannot read tensor "${last.name}" at "FOLDER/model.safetensors": expected bytes inside the file of ${end - 4}, got an end at ${end}`,
    );
    await truncate(file, 20);
    await assert.rejects(open(folder), {
      name: "ModelFormatError",
      message:
        /^Cannot read weights at ".*model\.safetensors": expected a header of \d+ bytes, got a file of 20 bytes$/,
    });
  });

  it("open() names the tensor that contradicts config.json", async () => {
    await changeConfig({ num_attention_heads: 2, num_key_value_heads: 2, head_dim: 8 });
    await rejects(
      'Cannot read tensor "model.layers.0.self_attn.q_proj.weight" at "FOLDER/model.safetensors": expected [16,32] as config.json says, got [32,32]',
    );
    await changeConfig({ num_attention_heads: 4, num_key_value_heads: 4, num_hidden_layers: 3 });
    await rejects(
      'Cannot read tensor "model.layers.2.input_layernorm.weight" at "FOLDER": expected [32] as config.json says, got a checkpoint without it',
    );
    await changeConfig({ num_hidden_layers: 1 });
    await assert.rejects(open(folder), {
      name: "ModelFormatError",
      message:
        /^Cannot use tensor "model\.layers\.1\..*" at ".*": expected only tensors that config\.json asks for, got one more$/,
    });
    await changeConfig({ num_hidden_layers: 2, mlp_bias: false });
    await assert.rejects(open(folder), {
      name: "ModelFormatError",
      message: /^Cannot use tensor "model\.layers\.0\.mlp\..*bias" at /,
    });
  });

  it("open() names a device that is not there", async () => {
    await assert.rejects(open(folder, { device: "cuda" }), { name: "DeviceError" });
  });

  it("logits() rejects ids that cannot be", async () => {
    using model = await open(folder);
    const rejected = async (ids: readonly (readonly number[])[], message: string): Promise<void> => {
      await assert.rejects(model.logits(ids), { name: "RangeError", message });
    };
    await rejected([], "Cannot compute logits: expected at least one sequence, got none");
    await rejected([[1], []], "Cannot compute logits: expected sequences of 1 to 128 ids, got 0");
    await rejected(
      [Array.from({ length: 129 }, () => 1)],
      "Cannot compute logits: expected sequences of 1 to 128 ids, got 129",
    );
    await rejected([[1, 259]], "Cannot compute logits: expected ids in [0, 259), got 259");
    await rejected([[-1]], "Cannot compute logits: expected ids in [0, 259), got -1");
    await rejected([[0.5]], "Cannot compute logits: expected ids in [0, 259), got 0.5");
    assert.deepEqual((await model.logits([Array.from({ length: 128 }, () => 1)])).shape, [1, 128, 259]);
  });
});
