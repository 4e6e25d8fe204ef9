import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { CancelledError } from "../../src/base/errors.ts";
import { currentTask, runInTask } from "../../src/base/task.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";
import { longChain } from "./long-model.ts";

/** Over a minute if it were not stopped. */
const endless = longChain({ nodes: 3000, size: 768 });
const short = longChain({ nodes: 20, size: 128 });

async function untilStarted(session: Session, runs: number): Promise<void> {
  while (session.figures.started < runs) await sleep(1);
}

describe("a run that is stopped", () => {
  it("rejects with CancelledError in its middle; the session runs again, many times", async () => {
    using session = await createSession(endless.bytes);
    using other = await createSession(short.bytes);
    const expected = await other.run({ x: short.state });
    for (let round = 1; round <= 20; round += 1) {
      const controller = new AbortController();
      const run = session.run({ x: endless.state }, { signal: controller.signal });
      await untilStarted(session, round);
      await sleep(round);
      controller.abort("enough");
      await assert.rejects(run, (error: unknown) => {
        assert(error instanceof CancelledError);
        assert.equal(error.reason, "enough");
        return true;
      });
      assert.deepEqual(await other.run({ x: short.state }), expected);
    }
    assert.deepEqual({ runs: session.figures.runs, started: session.figures.started }, { runs: 0, started: 20 });
  });

  it("listens to the ambient task, which an explicit signal outranks", async () => {
    using session = await createSession(short.bytes);
    const task = { signal: AbortSignal.abort("cell stopped"), progress: () => undefined };
    const run = (options = {}): Promise<unknown> => runInTask(task, () => session.run({ x: short.state }, options));
    await assert.rejects(run(), CancelledError);
    await run({ signal: new AbortController().signal });
    await assert.rejects(
      runInTask(task, () => createSession(short.bytes)),
      CancelledError,
    );
  });

  it("leaves the ambient task in place after it", async () => {
    using session = await createSession(short.bytes);
    const task = { signal: new AbortController().signal, progress: () => undefined };
    const after = await runInTask(task, async () => {
      await session.run({ x: short.state });
      return currentTask();
    });
    assert.equal(after, task);
  });

  it("leaves no listener on the signal", async () => {
    using session = await createSession(short.bytes);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    for (let round = 0; round < 3; round += 1) await session.run({ x: short.state }, { signal });
    assert.equal(listeners, 0);
  });
});

describe("a run that is under way", () => {
  it("leaves the event loop and file reads free", async () => {
    using session = await createSession(endless.bytes);
    const controller = new AbortController();
    const runs = Array.from({ length: 8 }, () => session.run({ x: endless.state }, { signal: controller.signal }));
    const ends = Promise.allSettled(runs);
    await untilStarted(session, 1);
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    for (let read = 0; read < 20; read += 1) await readFile(new URL(import.meta.url));
    while (ticks < 20) await sleep(1);
    clearInterval(timer);
    assert.equal(session.figures.started, 1);
    assert.equal(session.figures.runs, 0);
    controller.abort();
    for (const end of await ends) assert(end.status === "rejected" && end.reason instanceof CancelledError);
  });
});

describe("a session that is loading", () => {
  it("stops when its signal aborts, and the next one loads", async () => {
    const controller = new AbortController();
    const loading = createSession(endless.bytes, { signal: controller.signal });
    await sleep(2);
    controller.abort();
    await assert.rejects(loading, CancelledError);
    using session = await createSession(short.bytes);
    await session.run({ x: short.state });
  });
});
