import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { seededRandom } from "../../src/base/random.ts";
import { kernelArgv, KernelClient } from "../kernel/client.ts";
import "../kernel/shared.ts";
import { skip } from "../skip.ts";

const cells = 10_000;
const names = 50;

/** Heap of each thread. The compiler needs about 77 MB of it; 15 kB kept a cell would fill the rest after 2,500. */
const heapMb = 112;

describe("slow: a long life of the kernel", function () {
  this.timeout(30 * 60_000);

  it(`${cells} cells that redeclare the same ${names} names leave its memory as it is after 1,000`, async function () {
    if (process.platform !== "linux") skip(this, "resident memory is read from /proc");
    const kernel = await KernelClient.start();
    const resident: number[] = [];
    try {
      for (let cell = 0; cell < cells; cell += 1) {
        await redeclare(kernel, cell);
        if (cell % 20 === 0) resident.push(residentMb(kernel));
      }
    } finally {
      await kernel.close();
    }
    // Collections let the figure go up and down by a fifth: what counts is where its middle lies.
    const early = median(resident.slice(1000 / 20, 2000 / 20));
    const late = median(resident.slice(-1000 / 20));
    assert.ok(late <= 1.1 * early, `${early} MB after 1,000 cells, ${late} MB after ${cells}`);
    assert.ok(late <= 500, `${late} MB`);
  });

  it(`2500 such cells run in a heap of ${heapMb} MB a thread`, async () => {
    const kernel = await KernelClient.start({ env: { NODE_OPTIONS: `--max-old-space-size=${heapMb}` } });
    try {
      for (let cell = 0; cell < 2500; cell += 1) await redeclare(kernel, cell);
    } finally {
      await kernel.close();
    }
  });

  it("a new name costs under 8 kB of the heap that runs cells, and 2 kB a redeclared one", async function () {
    const kernel = await KernelClient.start({ argv: [process.execPath, "--expose-gc", ...kernelArgv.slice(1)] });
    try {
      const newNames = await heapGrowth(kernel, (cell) => `const fresh${cell} = { cell: ${cell}, f: () => ${cell} };`);
      const sameNames = await heapGrowth(kernel, (cell) => `const again = { cell: ${cell}, f: () => ${cell} };`);
      console.log(`      ${newNames.toFixed(1)} kB a new name, ${sameNames.toFixed(1)} kB a redeclared one`);
      assert.ok(newNames < 8, `${newNames} kB`);
      assert.ok(sameNames < 2, `${sameNames} kB`);
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

async function redeclare(kernel: KernelClient, cell: number): Promise<void> {
  kernel.published.length = 0;
  const name = `name${cell % names}`;
  const outcome = await kernel.run(`const ${name} = { cell: ${cell}, text: "x".repeat(1000) }; ${name}.cell`);
  assert.equal(outcome.result, String(cell), outcome.error?.traceback);
}

/** Kilobytes that each of 1,000 cells leaves on the main thread, past the 1,000 whose sources are remembered. */
async function heapGrowth(kernel: KernelClient, code: (cell: number) => string): Promise<number> {
  const heap = async (): Promise<number> => {
    const { result, error } = await kernel.run("globalThis.gc?.(); process.memoryUsage().heapUsed");
    return Number(result) / 1000 || assert.fail(error?.traceback);
  };
  const runCells = async (first: number, last: number): Promise<void> => {
    for (let cell = first; cell < last; cell += 1) await kernel.run(code(cell));
  };
  await runCells(0, 1100);
  const before = await heap();
  await runCells(1100, 2100);
  return ((await heap()) - before) / 1000;
}

function residentMb({ process: { pid = 0 } }: KernelClient): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1]) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
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
