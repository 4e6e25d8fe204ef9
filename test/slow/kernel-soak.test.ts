import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { seededRandom } from "../../src/base/random.ts";
import { KernelClient } from "../kernel/client.ts";
import "../kernel/shared.ts";

const cells = 2500;
const settled = 1000;
const names = 50;

describe("slow: a long life of the kernel", function () {
  this.timeout(20 * 60_000);

  it(`${cells} cells that redeclare the same ${names} names do not grow its memory`, async () => {
    const kernel = await KernelClient.start();
    try {
      let settledBytes = 0;
      for (let cell = 0; cell < cells; cell += 1) {
        const name = `name${cell % names}`;
        const outcome = await kernel.run(`const ${name} = { cell: ${cell}, text: "x".repeat(1000) }; ${name}.cell`);
        assert.equal(outcome.result, String(cell), outcome.error?.traceback);
        if (cell === settled) settledBytes = await residentBytes(kernel);
      }
      const growth = (await residentBytes(kernel)) / settledBytes;
      assert.ok(growth < 1.25, `resident memory grew by a factor of ${growth.toFixed(2)} after cell ${settled}`);
    } finally {
      await kernel.close();
    }
  });

  it("killed at 12 random moments it leaves no process behind, and the next one starts", async () => {
    const random = seededRandom(1);
    const work = ["while (true) {}", "await new Promise(() => {})", "let x = 0; for (;;) { x += 1; console.log(x); }"];
    for (let kill = 0; kill < 12; kill += 1) {
      const kernel = await KernelClient.start();
      const connectionFile = kernel.process.spawnargs.at(-1) ?? "";
      assert.equal(processesNaming(connectionFile).length, process.platform === "linux" ? 1 : 0);
      await kernel.execute(work[kill % work.length] ?? "");
      await wait(random.integer(1500));
      kernel.process.kill("SIGKILL");
      await kernel.exited();
      assert.deepEqual(processesNaming(connectionFile), [], "nothing outlives it");
      await kernel.close();
    }
  });
});

/** The smaller of two readings after a collection: what stays. */
async function residentBytes(kernel: KernelClient): Promise<number> {
  const code = `import v8 from "node:v8"; import vm from "node:vm"; v8.setFlagsFromString("--expose-gc");
    vm.runInNewContext("gc")(); await new Promise((done) => setTimeout(done, 200)); process.memoryUsage.rss()`;
  const readings = [await kernel.run(code), await kernel.run(code)].map(({ result }) => Number(result));
  return Math.min(...readings);
}

/** Processes of this machine with `text` in their command line (Linux; elsewhere none are seen). */
function processesNaming(text: string): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false; // it ended meanwhile
    }
  });
}
