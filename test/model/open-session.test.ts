import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { memoryFigures } from "../../src/runtime/memory.ts";
import { open, type OpenOptions } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { writeSparseCheckpoint } from "./sparse-checkpoint.ts";

describe("model/open-session", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-session-"));
    const size = { hiddenSize: 4096, intermediateSize: 11008, vocabularySize: 32000, layerCount: 32 };
    await writeSparseCheckpoint(join(folder, "7b"), "F16", size);
    await writeRandomCheckpoint(join(folder, "small"), { seed: 1 });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("a 7B f16 model that would become f32 is refused with the figure, before anything is loaded", async () => {
    const before = memoryFigures().processBytes;
    await assert.rejects(open(join(folder, "7b"), { availableBytes: 16e9 }), {
      name: "RangeError",
      message: `Cannot open model at "${folder}/7b": expected 27 GB of free memory (its 16-bit weights become f32 on the CPU), got 16 GB`,
    });
    assert.ok(memoryFigures().processBytes - before < 2 ** 28);
  });

  async function reasonOf(options: OpenOptions): Promise<string> {
    using model = await open(join(folder, "small"), options);
    assert.ok((await model.generate([{ context: "x", stop: [], maxNewTokens: 2 }]))[0]?.tokenCount);
    return model.deviceReason;
  }

  it("f32 weights stay mapped where their copies do not fit, and it says so", async () => {
    assert.equal(await reasonOf({}), "the CPU, because no provider of another device was given");
    assert.equal(await reasonOf({ device: "cpu", prepack: false, availableBytes: 0 }), "the CPU, as asked");
    assert.equal(
      await reasonOf({ device: "cpu", availableBytes: 100 }),
      "the CPU, as asked; weights stay mapped, as copies that products read faster take 0.00 GB and 0.00 GB are free",
    );
    await assert.rejects(reasonOf({ prepack: true, availableBytes: 100 }), { name: "RangeError" });
  });

  it("figures() counts runs and their time, and says what memory is taken", async () => {
    using model = await open(join(folder, "small"));
    assert.deepEqual([model.figures().runs, model.figures().totalRunMs], [0, 0]);
    await model.generate([{ context: "x", stop: [], maxNewTokens: 3 }]);
    const { runs, lastRunMs, totalRunMs, processBytes, peakBytes, availableBytes } = model.figures();
    assert.equal(runs, 3);
    assert.ok(lastRunMs > 0 && totalRunMs > lastRunMs && processBytes > 0 && peakBytes > 0 && availableBytes > 0);
  });

  it("a device that is not offered, or not there, is named with what to do", async () => {
    const rejects = async (options: OpenOptions, message: RegExp): Promise<void> => {
      await assert.rejects(open(join(folder, "small"), options), { name: "DeviceError", message });
    };
    await rejects({ device: "webgpu" }, /^Cannot use the device "webgpu": not offered yet; use "cpu" or "auto"$/);
    await rejects({ device: "cuda" }, /^Cannot use the device "cuda": /);
    await assert.rejects(open(join(folder, "small"), { device: "tpu" as never }), {
      name: "TypeError",
      message: 'Cannot choose a device: expected "auto", "cpu", "cuda" or "webgpu", got "tpu"',
    });
  });
});
