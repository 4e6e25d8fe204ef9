import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { seededRandom } from "../../src/base/random.ts";
import { loadResults } from "../../src/result/file.ts";
import { sampleRows, summaryRows } from "../../src/result/table.ts";
import { sampleFolder } from "../eval/sample-folder.ts";

const program = fileURLToPath(new URL("./killed-run.ts", import.meta.url));

interface Run {
  readonly killed: boolean;
  readonly asked: number;
  readonly steps: number;
  readonly milliseconds: number;
}

describe("slow/kill-evaluate", function () {
  this.timeout(20 * 60_000);
  const data = sampleFolder();
  let folder = "";
  let reference: unknown;
  let whole: Run;

  /** Runs the program; `killAt` names a step on disk, `killAfterMs` a time. */
  function run(
    name: string,
    { killAt = 0, killAfterMs }: { killAt?: number; killAfterMs?: number } = {},
  ): Promise<Run> {
    const started = performance.now();
    const files = [data.folder, join(folder, `${name}.jsonl`), join(folder, `${name}.arrow`)];
    const child = spawn(process.execPath, ["--import", "tsx", program, ...files, String(killAt)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    return new Promise((resolve, reject) => {
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        const milliseconds = performance.now() - started;
        if (signal === "SIGKILL") resolve({ killed: true, asked: NaN, steps: NaN, milliseconds });
        else if (code !== 0) reject(new Error(`The run ended with status ${String(code)}`));
        else resolve({ ...(JSON.parse(out) as { asked: number; steps: number }), killed: false, milliseconds });
      });
    });
  }

  /** The table of a run, without what may differ: seconds and the run's own provenance. */
  async function table(name: string): Promise<unknown> {
    const results = await loadResults(join(folder, `${name}.arrow`));
    const summary = summaryRows(results).map((row) => ({ ...row, seconds: 0 }));
    return { samples: sampleRows(results), summary, language: results.language };
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-kill-"));
    whole = await run("whole");
    reference = await table("whole");
    assert.equal((await loadResults(join(folder, "whole.arrow"))).language.length, 2, "the language check is in it");
  });
  after(() => rm(folder, { recursive: true }));

  it("killed at every write, half write, flush and rename, the next run gives the same table", async () => {
    assert.ok(whole.steps >= 20, `${whole.steps} steps`);
    for (let killAt = 1; killAt <= whole.steps; killAt++) {
      const name = `step-${killAt}`;
      assert.equal((await run(name, { killAt })).killed, true, name);
      assert.equal(existsSync(join(folder, `${name}.arrow`)), false, name);
      const next = await run(name);
      assert.deepEqual(await table(name), reference, name);
      assert.ok(next.asked <= whole.asked, name);
      if (killAt > whole.steps / 2) assert.ok(next.asked < whole.asked, name);
    }
  });

  it("killed at 20 random times, the run that ends at last gives the same table", async () => {
    const random = seededRandom(7);
    for (let kills = 0, name = "random-0"; kills < 20; kills++) {
      const killAfterMs = Math.round(random.uniform() * whole.milliseconds * 1.1);
      const { killed } = await run(name, { killAfterMs });
      if (killed && kills < 19) continue;
      if (killed) await run(name);
      assert.deepEqual(await table(name), reference, name);
      name = `random-${kills + 1}`;
    }
  });
});
