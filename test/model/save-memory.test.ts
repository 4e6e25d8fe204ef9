import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { readCheckpointTensors } from "../../src/data/checkpoint-files.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { readLlamaConfig } from "../../src/model/llama-config.ts";
import { saveAdapter, startingPoint } from "../../src/train/trained-adapter.ts";
import { writeSparseCheckpoint } from "./sparse-checkpoint.ts";

const program = fileURLToPath(new URL("child/save-memory.ts", import.meta.url));

describe("the memory of saving", function () {
  this.timeout(120_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-memory-"));
    const size = { hiddenSize: 1024, intermediateSize: 4096, vocabularySize: 512, layerCount: 5 };
    await writeSparseCheckpoint(join(folder, "base"), "F32", size);
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  /** Bytes that the process took more at most, and that it wrote. */
  async function bytesOf(adapter: string | null): Promise<{ readonly taken: number; readonly written: number }> {
    const setting = { from: join(folder, "base"), to: join(folder, "saved"), adapter };
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--import",
      "tsx",
      program,
      JSON.stringify(setting),
    ]);
    return { taken: Number(stdout), written: (await stat(join(folder, "saved", "model.safetensors"))).size };
  }

  // Of 340 MB, 44 are taken where nothing changes, and 160 where every matrix is computed: the collector is not in a hurry.
  it("saveCheckpoint() holds a small part of the checkpoint at a time", async () => {
    const { taken, written } = await bytesOf(null);
    assert.ok(written > 330e6 && taken < written / 4, `${taken} of ${written} bytes`);
  });

  it("mergeAdapter() holds a part of the checkpoint at a time", async () => {
    const [base, adapter] = [join(folder, "base"), join(folder, "adapter")];
    const config = readLlamaConfig(await readConfig(base));
    const start = await startingPoint({ config, tensors: await readCheckpointTensors(base) }, { rank: 2 });
    assert.ok(start.adapter !== undefined && start.fresh.size >= 8 * 5);
    await saveAdapter(adapter, { settings: start.adapter.settings, base, tensors: start.fresh });
    const { taken, written } = await bytesOf(adapter);
    assert.ok(taken < 0.75 * written, `${taken} of ${written} bytes`);
  });
});
