import assert from "node:assert/strict";

import { CancelledError } from "../../src/base/errors.ts";
import { openProgress } from "../../src/base/progress.ts";
import { currentTask, type ProgressEvent, runInTask, throwIfStopped } from "../../src/base/task.ts";

describe("base/task", () => {
  it("runInTask() carries signal and progress through awaits", async () => {
    const events: ProgressEvent[] = [];
    const controller = new AbortController();
    await runInTask({ signal: controller.signal, progress: (event) => events.push(event) }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const bar = openProgress("Counting", { total: 2, unit: "steps" });
      bar.advance();
      bar.advance();
      bar.close();
      bar.close("failed");
      controller.abort("enough");
      assert.throws(() => {
        throwIfStopped(currentTask().signal, "counting");
      }, CancelledError);
    });
    assert.deepEqual(
      events.map((event) => [event.completed, event.state]),
      [
        [0, "running"],
        [1, "running"],
        [2, "running"],
        [2, "done"],
      ],
    );
  });

  it("currentTask() outside any task never aborts", () => {
    assert.equal(currentTask().signal.aborted, false);
  });
});
