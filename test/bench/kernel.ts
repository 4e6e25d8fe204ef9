/**
 * Our kernel beside tslab, Deno's kernel and ipykernel, in turn, on the same machine.
 *
 * usage: npm run bench:kernel [-- --rounds 5 --cells 1000 --kernels sightlab,tslab,deno,ipykernel]
 *
 * Cells declare a name each, from the name before it, and show it. The kernels take turns cell by cell, so that a busy
 * moment meets all; a kernel that ceases to answer (tslab may, above some 90 cells) is noted and left out from there.
 * Prints a table and the goals; the last line is one line of JSON.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { measure, type Measured, type Measurements } from "./kernel/measure.ts";
import { type KernelName, kernelNames } from "./kernel/peers.ts";
import { type Figure, type Goal, quantile, report } from "./kernel/report.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    cells: { type: "string", default: "1000" },
    kernels: { type: "string", default: kernelNames.join() },
  },
});
const names = kernelNames.filter((name) => options.kernels.split(",").includes(name));
const cells = Number(options.cells);
const folder = mkdtempSync(join(tmpdir(), "bench-"));

try {
  const measurements = await measure({ names, rounds: Number(options.rounds), cells, folder });
  const figures = figuresOf(measurements);
  report(figures, goalsOf(figures, measurements), measurements.notes);
} finally {
  rmSync(folder, { recursive: true });
}

/** The figures of the table, by their titles. */
function figuresOf(measurements: Measurements): ReadonlyMap<string, Figure> {
  const { kernelInfo, firstResult, sameCell, newCell, completion, completionWhileBusy } = measurements;
  const figure = (measured: Measured, q: number, part: (times: number[]) => number[] = (times) => times): Figure =>
    Object.fromEntries(names.map((name) => [name, quantile(part(measured[name]), q)]));
  /** The 40 cells that end at number `last`, where a kernel came so far. */
  const until = (last: number) => (times: number[]) =>
    times.length < last - 1 ? [] : times.slice(last - 41, last - 1);
  return new Map([
    ["kernel info after start, ms p50", figure(kernelInfo, 0.5)],
    ["first result after start, ms p50", figure(firstResult, 0.5)],
    ["same cell again, ms p50", figure(sameCell, 0.5)],
    ["same cell again, ms p95", figure(sameCell, 0.95)],
    ["new cell about cell 50, ms p50", figure(newCell, 0.5, until(70))],
    ["new cell about cell 200, ms p50", figure(newCell, 0.5, until(220))],
    ["new cell about cell 200, ms p95", figure(newCell, 0.95, until(220))],
    ["new cell before the last, ms p50", figure(newCell, 0.5, until(cells))],
    ["completion, ms p50", figure(completion, 0.5)],
    ["completion, ms p95", figure(completion, 0.95)],
    ["completion while a cell spins, ms p95", figure(completionWhileBusy, 0.95)],
    ["resident after the first result, MB", figure(measurements.memoryAtStart, 0.5)],
    ["resident after the last cell, MB", figure(measurements.memoryAtEnd, 0.5)],
  ]);
}

/** What is promised, with what was measured. */
function goalsOf(figures: ReadonlyMap<string, Figure>, { heartbeats }: Measurements): readonly Goal[] {
  const get = (title: string, name: KernelName = "sightlab"): number => figures.get(title)?.[name] ?? NaN;
  const tslabRatio = (title: string): number => get(title, "tslab") / get(title);
  const growth = get("new cell before the last, ms p50") / get("new cell about cell 50, ms p50");
  const busy = get("completion while a cell spins, ms p95");
  return [
    atLeast(5, "kernel info, times sooner than tslab", tslabRatio("kernel info after start, ms p50")),
    atMost(40, "cell 200, ms p50", get("new cell about cell 200, ms p50")),
    atMost(75, "cell 200, ms p95", get("new cell about cell 200, ms p95")),
    atLeast(3, "cell 200, times faster than tslab", tslabRatio("new cell about cell 200, ms p50")),
    atMost(1.5, `cell ${String(cells)} in cells 50`, growth),
    atMost(500, `resident after ${String(cells)} cells, MB`, get("resident after the last cell, MB")),
    atMost(100, "completion while a cell spins, ms p95", busy),
    atMost(200, "slowest heartbeat during an output of 50 MB, ms", quantile(heartbeats, 1) ?? NaN),
  ];
}

function atMost(limit: number, goal: string, value: number): Goal {
  return { goal, value, limit, kind: "at most" };
}

function atLeast(limit: number, goal: string, value: number): Goal {
  return { goal, value, limit, kind: "at least" };
}
