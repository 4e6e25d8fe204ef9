/**
 * Times our kernel against tslab, in turn, on the same machine: `npm run bench:kernel [-- --rounds 5 --cells 40]`.
 *
 * tslab is installed on demand into .sightlab/peers, outside the package: its `tsc` would shadow ours. The last line
 * printed is the figures as JSON.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { kernelArgv, KernelClient } from "../kernel/client.ts";

const peers = fileURLToPath(new URL("../../.sightlab/peers", import.meta.url));
const tslabVersion = "1.0.22";

type Peer = "sightlab" | "tslab";

const names: readonly Peer[] = ["sightlab", "tslab"];

/** Measurements of one kernel, milliseconds. */
interface Timings {
  readonly kernelInfo: number[];
  readonly firstResult: number[];
  readonly sameCell: number[];
  readonly newCell: number[];
}

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, cells: { type: "string", default: "40" } },
});
const argv: Readonly<Record<Peer, readonly string[]>> = {
  sightlab: kernelArgv,
  tslab: [process.execPath, installTslab(), "kernel", "--config-path"],
};
const timings: Record<Peer, Timings> = { sightlab: noTimings(), tslab: noTimings() };
const folder = mkdtempSync(join(tmpdir(), "bench-"));

for (let round = 0; round < Number(options.rounds); round++) {
  for (const name of names) await measureStart(name);
}
await measureCells(Number(options.cells));
rmSync(folder, { recursive: true });
report();

/** Path of tslab's command, installed first where it is missing. */
function installTslab(): string {
  const command = join(peers, "node_modules/tslab/bin/tslab");
  if (existsSync(command)) return command;
  mkdirSync(peers, { recursive: true });
  writeFileSync(join(peers, "package.json"), `{ "private": true }\n`);
  const install = ["install", "--no-audit", "--no-fund", "--loglevel=error", `tslab@${tslabVersion}`];
  execFileSync("npm", install, { cwd: peers, stdio: "inherit" });
  return command;
}

function noTimings(): Timings {
  return { kernelInfo: [], firstResult: [], sameCell: [], newCell: [] };
}

async function start(name: Peer): Promise<KernelClient> {
  return await KernelClient.start({ cwd: folder, argv: argv[name] });
}

async function measureStart(name: Peer): Promise<void> {
  const startedMs = performance.now();
  const kernel = await start(name);
  await timed(kernel, "1 + 1");
  timings[name].firstResult.push(performance.now() - startedMs);
  timings[name].kernelInfo.push(kernel.readyMs);
  await end(kernel);
}

/** Runs cells on both kernels in turn, so that a busy moment meets both. Above some 90 cells tslab may cease to answer. */
async function measureCells(count: number): Promise<void> {
  const kernels = { sightlab: await start("sightlab"), tslab: await start("tslab") };
  try {
    for (let cell = -5; cell < count; cell++) {
      for (const name of names) {
        const same = await timed(kernels[name], "1 + 1");
        const different = await timed(kernels[name], `const value${String(cell + 5)} = ${String(cell + 5)} * 2`);
        if (cell < 0) continue; // warming up
        timings[name].sameCell.push(same);
        timings[name].newCell.push(different);
      }
    }
  } finally {
    for (const name of names) await end(kernels[name]);
  }
}

/** Time to the reply; tslab sometimes leaves out the idle that belongs behind it. */
async function timed(kernel: KernelClient, code: string): Promise<number> {
  const startedMs = performance.now();
  const { content } = await kernel.reply(await kernel.execute(code));
  const elapsedMs = performance.now() - startedMs;
  if (content.status !== "ok") {
    throw new Error(`Cannot time a cell: expected it to run, got ${JSON.stringify(content)}`);
  }
  return elapsedMs;
}

async function end(kernel: KernelClient): Promise<void> {
  kernel.process.kill("SIGKILL");
  await kernel.exited();
  await kernel.close();
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Prints figures beside each other, their ratios, and all of it as one line of JSON. */
function report(): void {
  const figures = [
    ["kernel info after start, p50", "kernelInfo", 0.5],
    ["first result after start, p50", "firstResult", 0.5],
    ["same cell, p50", "sameCell", 0.5],
    ["same cell, p95", "sameCell", 0.95],
    ["new one-line cell, p50", "newCell", 0.5],
    ["new one-line cell, p95", "newCell", 0.95],
  ] as const;
  const rows = figures.map(([title, key, q]) => {
    const ours = quantile(timings.sightlab[key], q);
    const theirs = quantile(timings.tslab[key], q);
    return { title, ours, theirs, ratio: theirs / ours };
  });
  console.log(
    `${"milliseconds".padEnd(32)}${"sightlab".padStart(10)}${`tslab ${tslabVersion}`.padStart(14)}${"ratio".padStart(8)}`,
  );
  for (const { title, ours, theirs, ratio } of rows) {
    console.log(
      `${title.padEnd(32)}${ours.toFixed(0).padStart(10)}${theirs.toFixed(0).padStart(14)}${ratio.toFixed(1).padStart(8)}`,
    );
  }
  console.log(
    JSON.stringify({
      node: process.versions.node,
      tslab: tslabVersion,
      rounds: options.rounds,
      cells: options.cells,
      rows,
    }),
  );
}
