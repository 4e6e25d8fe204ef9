import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { tensor } from "../../src/base/tensor.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import { emit } from "../../src/graph/emit.ts";
import { useLargePages } from "../../src/runtime/native/large-pages.ts";
import { createSession } from "../../src/runtime/session.ts";

const MiB = 2 ** 20;
const never = new AbortController().signal;

/** True on Linux 6.1 and later, where the system has not been told to do without. */
function hasThem(): boolean {
  try {
    const [, major, minor] = /(\d+)\.(\d+)/.exec(readFileSync("/proc/sys/kernel/osrelease", "latin1")) ?? [];
    const isNew = Number(major) * 100 + Number(minor) >= 601;
    return isNew && !readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "latin1").includes("[never]");
  } catch {
    return false;
  }
}

/** Bytes of this process by their name in /proc/self/smaps_rollup. */
function figure(name: "AnonHugePages" | "Rss"): number {
  const rollup = readFileSync("/proc/self/smaps_rollup", "latin1");
  return 1024 * Number(new RegExp(`^${name}: *(\\d+) kB$`, "m").exec(rollup)?.[1]);
}

describe("runtime/large-pages", function () {
  this.timeout(120_000);

  it("memory in use moves into large pages and stays what it is", async function () {
    if (!hasThem()) this.skip();
    const numbers = new Float32Array(6 * MiB).map((_, i) => i); // 24 MiB
    const moved = await useLargePages(never);
    assert.ok(moved >= 2 * MiB && figure("AnonHugePages") >= 2 * MiB, String(moved)); // the system may have few to give
    assert.ok(numbers.every((value, i) => value === i));
  });

  it("memory that is hardly in use is not filled", async function () {
    if (!hasThem()) this.skip();
    const sparse = Buffer.allocUnsafeSlow(256 * MiB);
    for (let at = 0; at < sparse.length; at += MiB) sparse[at] = 1;
    const before = figure("Rss");
    await useLargePages(never);
    assert.ok(figure("Rss") - before < 64 * MiB, `${before} before, ${figure("Rss")} after`);
    assert.equal(sparse[MiB], 1);
  });

  it("nothing is moved once the signal aborted", async () => {
    assert.equal(await useLargePages(AbortSignal.abort()), 0);
  });

  it("a session runs while memory moves, and can be disposed meanwhile", async () => {
    const graph = graphBuilder();
    const x = graph.input("x", "f32", ["N"]);
    const model = emit(graph.build({ y: graph.op("Add", [x, x]) }));
    using session = await createSession(model, { device: "cpu", largePages: true });
    const { y } = await session.run({ x: tensor("f32", [2], Float32Array.of(1, 2)) });
    assert.deepEqual([...(y?.data ?? [])], [2, 4]);
  });
});
