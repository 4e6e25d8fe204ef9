import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { memoryFigures, predictWeightMemory } from "../../src/runtime/memory.ts";
import { runCase } from "./child/run.ts";

describe("memoryFigures()", () => {
  it("counts what the process takes", () => {
    const before = memoryFigures();
    const block = new Uint8Array(2 ** 26).fill(1);
    const { processBytes, peakBytes, availableBytes } = memoryFigures();
    assert(processBytes - before.processBytes > 0.9 * block.length);
    assert(peakBytes >= processBytes * 0.99);
    assert(availableBytes > 0 && Number.isFinite(availableBytes));
  });

  it("does not count what the process was started by", () => {
    const block = new Uint8Array(2 ** 29).fill(1);
    const source = new URL("../../src/runtime/memory.ts", import.meta.url).href;
    const program = `import { memoryFigures } from "${source}"; console.log(memoryFigures().peakBytes);`;
    const words = ["--import", "tsx", "--input-type=module", "-e", program];
    const peakBytes = Number(execFileSync(process.execPath, words, { encoding: "utf8" }));
    assert(peakBytes > 2 ** 20 && peakBytes < block.length / 2, `${peakBytes} bytes`);
  });
});

describe("predictWeightMemory()", () => {
  const weights = [
    { dtype: "f16", shape: [1000, 2] },
    { dtype: "f32", shape: [100] },
    { dtype: "i64", shape: [5] },
  ] as const;

  it("adds an f32 copy of f16 weights, and one of f32 weights where they are prepacked", () => {
    const mappedBytes = 4000 + 400 + 40;
    assert.deepEqual(predictWeightMemory(weights), { mappedBytes, heldBytes: 8400, loadingBytes: 16_400 });
    assert.deepEqual(predictWeightMemory(weights, { prepack: false }), {
      mappedBytes,
      heldBytes: 8000,
      loadingBytes: 16_000,
    });
    assert.deepEqual(predictWeightMemory([]), { mappedBytes: 0, heldBytes: 0, loadingBytes: 0 });
  });

  // Private memory is read from /proc; elsewhere there is nothing to measure with.
  if (process.platform === "linux") {
    it("predicts what sessions take, for each dtype and with and without prepacking", async () => {
      assert.deepEqual(await runCase("weights in memory"), { code: 0, signal: null, stdout: "", stderr: "" });
    }).timeout(60_000);
  }
});
