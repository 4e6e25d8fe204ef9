import assert from "node:assert/strict";
import { setImmediate as nextRound } from "node:timers/promises";

import { inTurns } from "../../../kernel/src/threads/turns.ts";

/** Keeps the thread busy for longer than one turn. */
function work(): void {
  const start = performance.now();
  while (performance.now() - start < 12);
}

describe("kernel/threads inTurns()", () => {
  it("handles everything in order, and lets the event loop go round between turns", async () => {
    const handled: (number | "round")[] = [];
    const hear = inTurns((item: number) => {
      work();
      handled.push(item);
    });
    for (const item of [1, 2, 3, 4]) hear(item);
    assert.deepEqual([...handled], [1], "the first turn is over");
    while (handled.filter((item) => item !== "round").length < 4) {
      handled.push("round");
      await nextRound();
    }
    assert.deepEqual(
      handled.filter((item) => item !== "round"),
      [1, 2, 3, 4],
    );
    assert.ok(handled.indexOf("round", handled.indexOf(2)) < handled.indexOf(3), handled.join());
  });
});
