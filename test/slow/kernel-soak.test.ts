import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { seededRandom } from "../../src/base/random.ts";
import { KernelClient } from "../kernel/client.ts";
import "../kernel/shared.ts";

const cells = 2500;
const names = 50;

/** Heap of each thread. The compiler needs about 77 MB of it; 15 kB kept a cell would fill the rest. */
const heapMb = 112;

describe("slow: a long life of the kernel", function () {
  this.timeout(20 * 60_000);

  it(`${cells} cells that redeclare the same ${names} names run in a heap of ${heapMb} MB a thread`, async () => {
    const kernel = await KernelClient.start({ env: { NODE_OPTIONS: `--max-old-space-size=${heapMb}` } });
    try {
      for (let cell = 0; cell < cells; cell += 1) {
        const name = `name${cell % names}`;
        const outcome = await kernel.run(`const ${name} = { cell: ${cell}, text: "x".repeat(1000) }; ${name}.cell`);
        assert.equal(outcome.result, String(cell), outcome.error?.traceback);
      }
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
