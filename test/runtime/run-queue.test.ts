import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";

import { CancelledError } from "../../src/base/errors.ts";
import { runQueue } from "../../src/runtime/run-queue.ts";

/** Work that ends when told to. */
function work(name: string, log: string[]): { readonly start: () => Controlled; readonly controlled: Controlled } {
  let finish: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const done = new Promise<string>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const stop = (): void => {
    log.push(`stop ${name}`);
    fail(new Error("terminated"));
  };
  const controlled = { done, stop, finish, fail };
  const start = (): Controlled => {
    log.push(`start ${name}`);
    return controlled;
  };
  return { start, controlled };
}

interface Controlled {
  readonly done: Promise<string>;
  readonly stop: () => void;
  readonly finish: (value: string) => void;
  readonly fail: (error: Error) => void;
}

const never = new AbortController().signal;

describe("runQueue()", () => {
  it("starts work in order, so much at a time as it is wide", async () => {
    const log: string[] = [];
    const queue = runQueue(2);
    const [a, b, c] = [work("a", log), work("b", log), work("c", log)];
    const results = [a, b, c].map(({ start }) => queue.add({ start, signal: never, what: "a run" }));
    await turn();
    assert.deepEqual(log, ["start a", "start b"]);
    b.controlled.finish("b done");
    assert.equal(await results[1], "b done");
    await turn();
    assert.deepEqual(log, ["start a", "start b", "start c"]);
    a.controlled.finish("a done");
    c.controlled.finish("c done");
    assert.deepEqual(await Promise.all(results), ["a done", "b done", "c done"]);
  });

  it("goes on after work that fails, and after work that cannot start", async () => {
    const log: string[] = [];
    const queue = runQueue(1);
    const [a, b] = [work("a", log), work("b", log)];
    const first = queue.add({ start: a.start, signal: never, what: "a run" });
    const broken = queue.add({
      start: () => {
        throw new TypeError("cannot start");
      },
      signal: never,
      what: "a run",
    });
    const last = queue.add({ start: b.start, signal: never, what: "a run" });
    await turn();
    a.controlled.fail(new Error("failed"));
    await assert.rejects(first, /failed/);
    await assert.rejects(broken, /cannot start/);
    await turn();
    b.controlled.finish("b done");
    assert.equal(await last, "b done");
  });

  it("stops work that has begun, with what the signal carried as the reason", async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const a = work("a", log);
    const result = runQueue(1).add({ start: a.start, signal: controller.signal, what: "a run" });
    await turn();
    controller.abort("enough");
    await assert.rejects(result, (error: unknown) => {
      assert(error instanceof CancelledError);
      assert.equal(error.reason, "enough");
      assert.equal(error.message, "Stopped a run");
      return true;
    });
    assert.deepEqual(log, ["start a", "stop a"]);
  });

  it("takes work that waits out of the queue at once, without starting it", async () => {
    const log: string[] = [];
    const queue = runQueue(1);
    const controller = new AbortController();
    const [a, b, c] = [work("a", log), work("b", log), work("c", log)];
    const first = queue.add({ start: a.start, signal: never, what: "a run" });
    const waiting = queue.add({ start: b.start, signal: controller.signal, what: "a run" });
    const last = queue.add({ start: c.start, signal: never, what: "a run" });
    await turn();
    controller.abort();
    await assert.rejects(waiting, CancelledError);
    a.controlled.finish("a done");
    await first;
    await turn();
    assert.deepEqual(log, ["start a", "start c"]);
    c.controlled.finish("c done");
    await last;
  });

  it("gives the result of work that was through before the stop took hold", async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const a = work("a", log);
    const result = runQueue(1).add({ start: a.start, signal: controller.signal, what: "a run" });
    await turn();
    a.controlled.finish("a done");
    controller.abort();
    assert.equal(await result, "a done");
  });

  it("rejects a signal that has been aborted before", async () => {
    const log: string[] = [];
    const { start } = work("a", log);
    await assert.rejects(runQueue(1).add({ start, signal: AbortSignal.abort(), what: "a run" }), CancelledError);
    assert.deepEqual(log, []);
  });
});
