import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../src/base/dtype.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { writeSafetensors } from "../../src/data/safetensors-writer.ts";
import { emit } from "../../src/graph/emit.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { emptyPrefix, rowLogits } from "../../src/model/forward.ts";
import { llamaGraph } from "../../src/model/llama.ts";
import { readLlamaConfig } from "../../src/model/llama-config.ts";
import { mappedWeights } from "../../src/model/weights.ts";
import { createSession } from "../../src/runtime/session.ts";
import { goldenFolder, readGolden, worstDifference } from "./golden-checkpoint.ts";

const golden = goldenFolder("gqa");

const halves = {
  f16: { narrow: f32ToF16, widen: f16ToF32 },
  bf16: { narrow: f32ToBf16, widen: bf16ToF32 },
} as const;

const theirs = JSON.parse(readFileSync(new URL("../golden/llama-halves.json", import.meta.url), "utf8")) as {
  readonly ids: readonly number[];
  readonly logits: Readonly<Record<"f16" | "bf16", readonly number[]>>;
}; // written by llama.py

/** The golden checkpoint's tensors, all in one file, changed. */
async function writeChanged(
  folder: string,
  change: (values: Float32Array, shape: readonly number[]) => Tensor,
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const { name, file, offset, length, shape } of (await readCheckpointTensors(golden)).values()) {
    const bytes = Uint8Array.from(readFileSync(file).subarray(offset, offset + length));
    tensors.set(name, change(new Float32Array(bytes.buffer), shape));
  }
  await writeSafetensors(join(folder, "model.safetensors"), tensors);
}

async function logits(folder: string): Promise<Float32Array> {
  const config = readLlamaConfig(await readConfig(golden));
  const { weights, expectAllUsed } = mappedWeights(await readCheckpointTensors(folder), folder);
  const graph = llamaGraph(config, weights);
  expectAllUsed(/^$/);
  using session = await createSession(emit(graph));
  const rows = [4, 9].map((position) => ({ sequence: 0, position, targets: [] }));
  const { signal } = new AbortController();
  const forward = { sequences: [theirs.ids], prefix: emptyPrefix(config), rows, signal };
  return (await rowLogits(session, forward)).data;
}

describe("model/weights", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-weights-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  for (const dtype of ["f16", "bf16"] as const) {
    it(`a checkpoint in ${dtype} computes what its values in f32 compute, and transformers`, async () => {
      const { narrow, widen } = halves[dtype];
      await writeChanged(folder, (values, shape) => tensor(dtype, shape, Uint16Array.from(values, narrow)));
      const found = await logits(folder);
      await writeChanged(folder, (values, shape) =>
        tensor(
          "f32",
          shape,
          values.map((value) => widen(narrow(value))),
        ),
      );
      const wanted = await logits(folder);
      const exact = await logits(golden);
      const distance = (other: Float32Array | readonly number[]): number =>
        Math.max(...found.map((value, i) => Math.abs(value - (other[i] ?? NaN))));
      assert.ok(distance(wanted) < 1e-5, String(distance(wanted)));
      assert.ok(distance(exact) > 1e-3, String(distance(exact)));
      assert.ok(distance(theirs.logits[dtype]) < 1e-4, String(distance(theirs.logits[dtype])));
    });
  }

  it("a checkpoint that PyTorch saved computes what its safetensors compute, mapped as well", async () => {
    await cp(fileURLToPath(new URL("../golden/llama-tied.bin", import.meta.url)), join(folder, "pytorch_model.bin"));
    const tied = goldenFolder("tied");
    const config = readLlamaConfig(await readConfig(tied));
    const { weights, expectAllUsed } = mappedWeights(await readCheckpointTensors(folder), folder);
    const graph = llamaGraph(config, weights);
    expectAllUsed(/^lm_head\.weight$/);
    assert.ok((await worstDifference(graph, { config, golden: readGolden("tied") })) < 1e-4);
  });

  it("a checkpoint whose weights are integers names the tensor", async () => {
    await writeChanged(folder, (values, shape) => tensor("i32", shape, Int32Array.from(values)));
    await assert.rejects(logits(folder), {
      name: "ModelFormatError",
      message: `Cannot read tensor "model.embed_tokens.weight" at "${folder}/model.safetensors": expected f32, f16 or bf16, got i32`,
    });
  });
});
