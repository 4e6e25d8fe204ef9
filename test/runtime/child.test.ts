import assert from "node:assert/strict";
import { readdirSync } from "node:fs";

import { temporaryFolder } from "../temporary-folder.ts";
import { runCase } from "./child/run.ts";

describe("a process that uses sessions", function () {
  this.timeout(120_000);

  for (const name of [
    "the end with everything still open",
    "release during a run",
    "buffers and sessions dropped during a run",
    "outputs dropped without release",
    "device tensors dropped without release",
    "many sessions made and disposed",
    "many sessions forgotten",
    "a worker ended during a run",
    "runs in several workers and in the main thread",
    "the collector's wish to unload the library",
    "a worker that was first and has ended",
    "random runs, stops and releases",
    "a CUDA folder without the provider",
    "a CUDA provider that is no library",
    "CUDA asked for after the CPU",
  ]) {
    it(`survives ${name}`, async () => {
      assert.deepEqual(await runCase(name), { code: 0, signal: null, stdout: "", stderr: "" });
    });
  }

  // The run would take a minute: whoever waits for it fails by the time limit.
  for (const name of ["process.exit during a run", "process.exit during loading"]) {
    it(`ends cleanly by ${name}`, async () => {
      assert.deepEqual(await runCase(name), { code: 7, signal: null, stdout: "", stderr: "" });
    }).timeout(20_000);
  }

  it("ends with an uncaught error's own message, also during a run", async () => {
    const { code, signal, stderr } = await runCase("an uncaught error during a run");
    assert.deepEqual({ code, signal }, { code: 1, signal: null });
    assert.match(stderr, /thrown on purpose/);
  });

  it("reports to nobody, and leaves nothing in the temporary folder", async () => {
    const folder = temporaryFolder("runtime");
    const { code } = await runCase("runs in several workers and in the main thread", { TMPDIR: folder });
    assert.equal(code, 0);
    const left = readdirSync(folder).filter((name) => !name.startsWith("tsx-")); // what runs the child keeps its code there
    assert.deepEqual(left, []);
  });

  it("ends by Ctrl-C, also during a run", async () => {
    assert.deepEqual(await runCase("Ctrl-C during a run"), { code: null, signal: "SIGINT", stdout: "", stderr: "" });
  });
});
