import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { seededRandom } from "../../src/base/random.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";
import { loadResults } from "../../src/result/file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("slow: sightlab eval, killed", function () {
  this.timeout(20 * 60_000);
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-kill-"));
    await writeRandomCheckpoint(join(folder, "model"), { seed: 1 });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("leaves a whole results file or none, at 12 random moments", async () => {
    const random = seededRandom(2);
    const wholeMs = await timeOf(run(folder));
    for (let kill = 0; kill < 12; kill += 1) {
      rmSync(join(folder, "results.arrow"), { force: true });
      const child = run(folder);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await wait(random.uniform() * wholeMs);
      child.kill("SIGKILL");
      await ended;
      if (readdirSync(folder).includes("results.arrow")) {
        assert.ok((await loadResults(join(folder, "results.arrow"))).samples.numRows > 0);
      }
    }
    assert.equal(await exitOf(run(folder)), 0, "the next run works");
    assert.ok((await loadResults(join(folder, "results.arrow"))).samples.numRows > 0);
  });

  it("stops at Ctrl-C with status 130 and writes no results", async () => {
    const child = run(folder, "300");
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    child.kill("SIGINT");
    assert.equal(await exitOf(child), 130);
    assert.equal(readdirSync(folder).includes("results.arrow"), false);
  });
});

function run(folder: string, limit = "20"): ReturnType<typeof spawn> {
  const args = ["eval", "--model", join(folder, "model"), "--benchmarks", "ethics_justice,truthfulqa_mc"];
  return spawn(
    process.execPath,
    [join(root, "dist/cli/main.js"), ...args, "--limit", limit, "--out", join(folder, "results.arrow")],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  child.stderr?.resume();
  return new Promise((resolve) => child.once("exit", resolve));
}

async function timeOf(child: ReturnType<typeof spawn>): Promise<number> {
  const started = performance.now();
  await exitOf(child);
  return performance.now() - started;
}
