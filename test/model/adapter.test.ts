import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { AdapterChoice } from "../../src/model/adapter.ts";
import { adaptedDifference, goldenFolder, type Logits } from "./golden-checkpoint.ts";

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says what the file holds, once
function readGolden<T = Logits>(name: string): T {
  return JSON.parse(readFileSync(`${goldenPath(name)}.json`, "utf8")) as T; // written by test/golden/make/lora.py
}

function differenceWith(adapter: string | AdapterChoice | undefined, golden: Logits): Promise<number> {
  return adaptedDifference(goldenFolder("gqa"), { adapter, golden });
}

describe("model/adapter", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-adapter-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A copy of an adapter with other fields in adapter_config.json. */
  async function changed(fields: object): Promise<string> {
    await cp(goldenPath("lora-gqa"), folder, { recursive: true });
    const file = join(folder, "adapter_config.json");
    const config = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...config, ...fields }));
    return folder;
  }

  it("logits with an adapter agree with PEFT's to 1e-4", async () => {
    const worst = await differenceWith(goldenPath("lora-gqa"), readGolden("lora-gqa"));
    assert.ok(worst < 1e-4, String(worst));
  });

  it("leaving out the adapter, or changing alpha, moves the logits by over 1e-2", async () => {
    const golden = readGolden("lora-gqa");
    assert.ok((await differenceWith(undefined, golden)) > 1e-2);
    assert.ok((await differenceWith(await changed({ lora_alpha: 7 }), golden)) > 1e-2);
  });

  it("target_modules may be a regular expression", async () => {
    const golden = readGolden("lora-gqa");
    for (const target_modules of [".*(q|k|v|o|gate|up|down)_proj", "all-linear"]) {
      assert.ok((await differenceWith(await changed({ target_modules }), golden)) < 1e-4);
    }
  });

  it("an adapter as PEFT 0.4 wrote it agrees, with and without LLaVA's non_lora_trainables.bin", async () => {
    const golden = readGolden<{ readonly with: Logits; readonly without: Logits }>("lora-old");
    const path = goldenPath("lora-old");
    assert.ok((await differenceWith(path, golden.without)) < 1e-4);
    assert.ok((await differenceWith({ path, nonLoraTrainables: true }, golden.with)) < 1e-4);
  });

  it("what an adapter cannot be is named", async () => {
    const golden = readGolden("lora-gqa");
    const rejects = (fields: object, message: RegExp): Promise<void> =>
      assert.rejects(async () => differenceWith(await changed(fields), golden), { name: "ModelFormatError", message });
    await rejects({ peft_type: "IA3" }, /field "peft_type".*expected "LORA", got "IA3"$/);
    await rejects({ use_rslora: true }, /field "use_rslora".*expected false, got true$/);
    await rejects({ use_dora: true }, /field "use_dora"/);
    await rejects({ rank_pattern: { q_proj: 2 } }, /field "rank_pattern"/);
    await rejects({ lora_dropout: 1 }, /field "lora_dropout"/);
    await rejects({ target_modules: "(" }, /field "target_modules".*a regular expression/);
    await rejects({ r: 5 }, /expected a matrix of rank 5, got \[4,\d+\]$/);
    await rejects({ target_modules: ["q_proj"] }, /a module that target_modules names/);
    await rejects({ target_modules: ["gate_proj", "lm_head"] }, /a module that target_modules names/);
  });

  it("what an adapter's folder lacks is named", async () => {
    const golden = readGolden("lora-gqa");
    await assert.rejects(differenceWith(folder, golden), { message: /expected this file, got none$/ });
    await changed({});
    await assert.rejects(differenceWith({ path: folder, nonLoraTrainables: true }, golden), {
      name: "ModelFormatError",
      message: `Cannot open adapter at "${folder}": expected non_lora_trainables.bin, got none`,
    });
    await rm(join(folder, "adapter_model.safetensors"));
    await assert.rejects(differenceWith(folder, golden), {
      message: `Cannot open adapter at "${folder}": expected adapter_model.safetensors or adapter_model.bin, got none`,
    });
  });
});
