/** Things that crash a process where native memory is handled carelessly. Each ends with exit code 0 unless it says else. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import { dtypeBytes } from "../../../src/base/dtype.ts";
import { CancelledError, DeviceError, ModelFormatError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { type Tensor, tensor } from "../../../src/base/tensor.ts";
import { fetchedCuda } from "../../../src/runtime/cuda.ts";
import { DeviceTensor, toDevice } from "../../../src/runtime/device-tensor.ts";
import { predictWeightMemory } from "../../../src/runtime/memory.ts";
import { loadLibrary, shippedLibraryPath } from "../../../src/runtime/native/library.ts";
import { newSlot } from "../../../src/runtime/native/memory.ts";
import { checkStatus } from "../../../src/runtime/native/status.ts";
import { createSession, type Session, type SessionOptions } from "../../../src/runtime/session.ts";
import { longChain } from "../long-model.ts";
import { elementTypes, modelBytes, node, port } from "../onnx-model.ts";

const long = longChain({ nodes: 3000, size: 768 });
const short = longChain({ nodes: 40, size: 256 });
const gc = (globalThis as { gc?: () => void }).gc ?? assert.fail("expected --expose-gc");

/** Starts a run of many seconds and returns once native code works on it. */
async function startLong(): Promise<{ readonly session: Session; readonly run: Promise<unknown> }> {
  const session = await createSession(long.bytes);
  const run = session.run({ x: long.state });
  run.catch(() => undefined);
  while (session.figures.started === 0) await sleep(1);
  await sleep(20);
  return { session, run };
}

function doubled(): Promise<Session> {
  return createSession(
    modelBytes({
      inputs: [port("x", "f32", ["N"])],
      outputs: [port("y", "f32", ["N"])],
      nodes: [node("Add", ["x", "x"], "y")],
    }),
  );
}

function ones(count: number): Tensor {
  return tensor("f32", [count], new Float32Array(count).fill(1));
}

/** y = x · w, with 4096 x 4096 weights at the start of the file "weights". */
function productModel(dtype: "f32" | "f16" | "bf16"): Uint8Array {
  const length = 4096 ** 2 * dtypeBytes[dtype];
  const data = dtype === "f32" ? new Float32Array() : new Uint16Array();
  const cast = dtype === "f32" ? [] : [node("Cast", ["w"], "v", { to: elementTypes.f32 })];
  return modelBytes({
    inputs: [port("x", "f32", ["B", 4096])],
    outputs: [port("y", "f32", ["B", 4096])],
    nodes: [...cast, node("MatMul", ["x", dtype === "f32" ? "w" : "v"], "y")],
    weights: [
      { name: "w", value: { dtype, shape: [4096, 4096], data }, external: { location: "weights", offset: 0, length } },
    ],
  });
}

function rssMiB(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

const cases: Readonly<Record<string, () => unknown>> = {
  /** Exit code 7, at once. */
  async "process.exit during a run"() {
    await startLong();
    process.exit(7);
  },

  /** Exit code 7. */
  async "process.exit during loading"() {
    void createSession(long.bytes).catch(() => undefined);
    await sleep(5);
    process.exit(7);
  },

  /** Exit code 1, with the error's message. */
  async "an uncaught error during a run"() {
    await startLong();
    throw new Error("thrown on purpose");
  },

  /** Ended by SIGINT. */
  async "Ctrl-C during a run"() {
    await startLong();
    process.kill(process.pid, "SIGINT");
  },

  async "the end with everything still open"() {
    const session = await doubled();
    const kept = [toDevice(ones(10)), toDevice(ones(20))];
    for (const x of kept) await session.run({ x });
  },

  async "release during a run"() {
    const session = await createSession(short.bytes);
    const x = toDevice(short.state);
    const expected = await session.run({ x });
    const run = session.run({ x });
    const waiting = session.run({ x });
    session.dispose();
    x.dispose();
    assert.deepEqual(await run, expected);
    assert.deepEqual(await waiting, expected);
    await assert.rejects(session.run({ x: short.state }), /Cannot use a session after it was disposed/);
    assert.throws(() => x.read(), /Cannot use a value after it was disposed/);
    assert.throws(() => {
      x.write(short.state);
    }, /Cannot use a value after it was disposed/);
  },

  async "buffers and sessions dropped during a run"() {
    const expected = await (await createSession(short.bytes)).run({ x: short.state });
    const start = async (): Promise<unknown> => {
      const session = await createSession(short.bytes);
      const copy = (short.state.data as Float32Array).slice();
      return session.run({ x: tensor("f32", short.state.shape, copy) });
    };
    const runs = Array.from({ length: 6 }, start);
    const collecting = setInterval(gc, 1);
    for (const run of runs) assert.deepEqual(await run, expected);
    clearInterval(collecting);
  },

  async "outputs dropped without release"() {
    using session = await doubled();
    const x = ones(2 ** 22);
    await session.run({ x });
    const before = rssMiB();
    let most = 0;
    for (let round = 0; round < 300; round += 1) {
      await session.run({ x });
      most = Math.max(most, rssMiB());
    }
    assert(most - before < 1200, `grew by ${most - before} MiB over 300 outputs of 16 MiB`);
  },

  async "device tensors dropped without release"() {
    using session = await doubled();
    const before = rssMiB();
    let most = 0;
    for (let round = 0; round < 100; round += 1) {
      await session.run(
        { x: toDevice(ones(2 ** 22)) },
        { outputs: [], into: { y: DeviceTensor.allocate("f32", [2 ** 22]) } },
      );
      most = Math.max(most, rssMiB());
    }
    assert(most - before < 1800, `grew by ${most - before} MiB over 100 runs with 48 MiB each`);
  },

  async "many sessions made and disposed"() {
    const make = async (): Promise<void> => {
      using session = await createSession(short.bytes);
      await session.run({ x: short.state });
    };
    for (let round = 0; round < 20; round += 1) await make();
    const before = rssMiB();
    for (let round = 0; round < 60; round += 1) await make();
    assert(rssMiB() - before < 100, `grew by ${rssMiB() - before} MiB over 60 sessions`);
  },

  async "many sessions forgotten"() {
    const make = async (): Promise<void> => {
      const session = await createSession(short.bytes);
      await session.run({ x: short.state });
    };
    for (let round = 0; round < 20; round += 1) await make();
    gc();
    const before = rssMiB();
    for (let round = 0; round < 40; round += 1) {
      await make();
      if (round % 10 === 9) gc();
      await sleep(1);
    }
    assert(rssMiB() - before < 100, `grew by ${rssMiB() - before} MiB over 40 forgotten sessions`);
  },

  async "a worker ended during a run"() {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: "long" });
    await new Promise((resolve) => worker.once("message", resolve));
    await sleep(50);
    await worker.terminate();
    using session = await createSession(short.bytes);
    await session.run({ x: short.state });
  },

  async "runs in several workers and in the main thread"() {
    using session = await createSession(short.bytes);
    const expected = (await session.run({ x: short.state })).y;
    const workers = Array.from({ length: 3 }, () => {
      const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: "short" });
      return new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
    });
    for (const result of await Promise.all(workers)) assert.deepEqual(result, expected?.data);
    assert.deepEqual((await session.run({ x: short.state })).y, expected);
  },

  async "a CUDA folder without the provider"() {
    const cuda = { folder: "/nowhere" };
    await assert.rejects(createSession(short.bytes, { device: "cuda", cuda }), (error: unknown) => {
      assert(error instanceof DeviceError);
      assert.match(error.message, /expected .* provider at "\/nowhere\/libonnxruntime_providers_shared.so"/);
      return true;
    });
    using session = await createSession(short.bytes, { device: "auto", cuda });
    assert.equal(session.device, "cpu");
    assert.match(session.deviceReason, /^the CPU: Cannot use the device "cuda": expected/);
    await session.run({ x: short.state });
  },

  async "a CUDA provider that is no library"() {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-test-"));
    const names = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
    for (const name of names) await writeFile(join(folder, name), "no library");
    try {
      const cuda = { folder };
      await assert.rejects(createSession(short.bytes, { device: "cuda", cuda }), (error: unknown) => {
        assert(error instanceof DeviceError);
        assert.match(
          error.message,
          /^Cannot use the device "cuda": libonnxruntime_providers_shared.so cannot be loaded: /,
        );
        return true;
      });
      await assert.rejects(createSession(new Uint8Array(9), { device: "auto", cuda }), ModelFormatError);
      using session = await createSession(short.bytes, { device: "auto", cuda });
      assert.match(session.deviceReason, /^the CPU: Cannot use the device "cuda"/);
      await session.run({ x: short.state });
    } finally {
      await rm(folder, { recursive: true });
    }
  },

  async "a CUDA provider over a stub driver"() {
    const told = async (options: SessionOptions): Promise<string> => {
      using session = await createSession(short.bytes, options);
      await session.run({ x: short.state });
      return session.deviceReason;
    };
    const inWords = (error: unknown): string => (error instanceof DeviceError ? error.message : String(error));
    const asked = await told({ device: "cuda" }).catch(inWords);
    const cuda = fetchedCuda() ?? assert.fail("expected what `npm run cuda` fetches");
    process.stdout.write(JSON.stringify([asked, await told({ cuda }), await told({})]));
  },

  async "CUDA asked for after the CPU"() {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-test-"));
    using session = await createSession(short.bytes);
    try {
      await assert.rejects(createSession(short.bytes, { device: "cuda", cuda: { folder } }), /restart the kernel/);
    } finally {
      await rm(folder, { recursive: true });
    }
    await session.run({ x: short.state });
  },

  async "the collector's wish to unload the library"() {
    const { api } = loadLibrary(shippedLibraryPath());
    for (let round = 0; round < 30; round += 1) {
      gc();
      await sleep(2);
    }
    const out = newSlot();
    checkStatus(api, api.CreateSessionOptions(out.address));
    api.ReleaseSessionOptions(out.pointer());
  },

  async "a worker that was first and has ended"() {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: "short" });
    assert.equal(await new Promise((resolve) => worker.once("exit", resolve)), 0);
    using session = await createSession(short.bytes);
    await session.run({ x: short.state });
  },

  async "weights in memory"() {
    const privateBytes = (): number =>
      1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
    const folder = await mkdtemp(join(tmpdir(), "sightlab-test-"));
    await writeFile(join(folder, "weights"), new Uint8Array(4 * 4096 ** 2));
    using first = await createSession(short.bytes);
    await first.run({ x: short.state });
    try {
      for (const dtype of ["f32", "f16", "bf16"] as const) {
        for (const prepack of [true, false]) {
          const weight = { dtype, shape: [4096, 4096] };
          const before = privateBytes();
          using session = await createSession(productModel(dtype), { prepack, externalFolder: folder });
          const grown = privateBytes() - before;
          const { heldBytes } = predictWeightMemory([weight], { prepack });
          assert(Math.abs(grown - heldBytes) < 4 * 2 ** 20, `${dtype} ${prepack}: ${grown}, predicted ${heldBytes}`);
          assert.equal(session.device, "cpu");
        }
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },

  async "random runs, stops and releases"() {
    const random = seededRandom(7);
    const sessions = await Promise.all([createSession(short.bytes), createSession(short.bytes), doubled()]);
    const pending: Promise<unknown>[] = [];
    for (let round = 0; round < 200; round += 1) {
      const index = random.integer(sessions.length);
      const session = sessions[index] ?? assert.fail();
      const controller = new AbortController();
      const x = index === 2 ? toDevice(ones(random.integer(1000))) : toDevice(short.state);
      const run = session.run({ x }, { signal: controller.signal });
      pending.push(
        run.catch((error: unknown) => assert(error instanceof CancelledError || error instanceof TypeError)),
      );
      if (random.uniform() < 0.5) {
        setTimeout(() => {
          controller.abort();
        }, random.integer(20));
      }
      if (random.uniform() < 0.5) x.dispose();
      if (random.uniform() < 0.05) {
        session.dispose();
        sessions[index] = await (index === 2 ? doubled() : createSession(short.bytes));
      }
      if (random.uniform() < 0.1) gc();
      if (random.uniform() < 0.3) await sleep(random.integer(5));
    }
    await Promise.all(pending);
    for (const session of sessions) session.dispose();
  },
};

const name = process.argv[2] ?? "";
await (cases[name] ?? assert.fail(`expected a case, got "${name}"`))();
