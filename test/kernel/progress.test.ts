import assert from "node:assert/strict";

import { type KernelClient, type Outcome } from "./client.ts";
import { sharedKernel } from "./shared.ts";

/** `text/plain` of each state of each bar, in order. */
function bars({ published }: Outcome): string[] {
  return published
    .filter(({ type }) => type.endsWith("display_data"))
    .map(({ content }) => (content.data as Record<string, string>)["text/plain"] ?? "");
}

describe("kernel: progress", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  it("follows a loop over an array, a set and an iterable of unknown size", async () => {
    const array = await kernel.run(
      `let sum = 0; for (const n of progress([1, 2, 3], { label: "Adding", unit: "numbers" })) sum += n; sum`,
    );
    assert.equal(array.error, undefined, array.error?.traceback);
    assert.equal(array.result, "6");
    assert.match(bars(array)[0] ?? "", /^Adding: 0\/3 numbers/);
    assert.match(bars(array).at(-1) ?? "", /^Adding: 3\/3 numbers, done/);
    const set = await kernel.run("for (const n of progress(new Set([1, 2]))) void n");
    assert.match(bars(set).at(-1) ?? "", /^Progress: 2\/2 steps, done/);
    const unknown = await kernel.run("function* two() { yield 1; yield 2 } for (const n of progress(two())) void n");
    assert.match(bars(unknown).at(-1) ?? "", /^Progress: 2 steps, done/);
  });

  it("follows an asynchronous loop and a bar moved by hand", async () => {
    const walked = await kernel.run(
      "async function* slow() { yield 1; yield 2 } for await (const n of progress(slow())) void n",
    );
    assert.match(bars(walked).at(-1) ?? "", /^Progress: 2 steps, done/);
    const moved = await kernel.run("const bar = progress(10); bar.advance(4); bar.close('failed'); bar.close()");
    assert.match(bars(moved).at(-1) ?? "", /^Progress: 4\/10 steps, failed/);
    assert.equal(bars(moved).length, 2);
  });

  it("says that a loop was left early or stopped by an error", async () => {
    for (const leave of ["break", "throw new Error('x')"]) {
      const left = await kernel.run(`for (const n of progress([1, 2, 3])) if (n === 2) ${leave}`);
      assert.match(bars(left).at(-1) ?? "", /^Progress: 1\/3 steps, stopped/);
    }
  });

  it("one bar stands in another", async () => {
    const nested = await kernel.run(
      `for (const a of progress([1, 2], { label: "outer" })) for (const b of progress([1], { label: "inner" })) void (a + b)`,
    );
    assert.deepEqual(
      bars(nested)
        .filter((text) => text.includes("done"))
        .map((text) => text.split(":")[0]),
      ["inner", "inner", "outer"],
    );
  });

  it("1e6 ticks send few messages", async () => {
    const ticked = await kernel.run(
      "const many = progress(1e6); for (let i = 0; i < 1e6; i++) many.advance(); many.close()",
    );
    assert.match(bars(ticked).at(-1) ?? "", /^Progress: 1000000\/1000000 steps, done/);
    assert.ok(bars(ticked).length < 50, `${String(bars(ticked).length)} messages`);
  });

  it("walks nothing that cannot be walked", async () => {
    const { error } = await kernel.run("progress(5 as any).advance(); progress(true as any)");
    assert.match(error?.evalue ?? "", /expected a number or something to iterate, got true/);
  });
});
