import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { type Dtype } from "../../src/base/dtype.ts";
import { DeviceError, ModelFormatError } from "../../src/base/errors.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { DeviceTensor, toDevice } from "../../src/runtime/device-tensor.ts";
import { createSession } from "../../src/runtime/session.ts";
import { modelBytes, node, port } from "./onnx-model.ts";

const square = modelBytes({
  inputs: [port("x", "f32", ["B", 2])],
  outputs: [port("y", "f32", ["B", 2])],
  nodes: [node("Mul", ["x", "x"], "y")],
});

function f32(shape: readonly number[], values: readonly number[]): Tensor<"f32"> {
  return tensor("f32", shape, Float32Array.from(values));
}

describe("createSession()", () => {
  it("tells inputs and outputs with named and unnamed sizes", async () => {
    const bytes = modelBytes({
      inputs: [port("x", "f32", ["B", 3]), port("i", "i64", ["B", null])],
      outputs: [port("y", "f32", ["B", 3]), port("j", "i64", ["B", null])],
      nodes: [node("Identity", ["x"], "y"), node("Identity", ["i"], "j")],
    });
    using session = await createSession(bytes);
    assert.deepEqual(session.inputs, [
      { name: "x", dtype: "f32", shape: ["B", 3] },
      { name: "i", dtype: "i64", shape: ["B", "?"] },
    ]);
    assert.deepEqual(session.outputs[1], { name: "j", dtype: "i64", shape: ["B", "?"] });
    assert.equal(session.device, "cpu");
    assert.match(session.deviceReason, /CPU/);
  });

  it("rejects bytes that are no model with ONNX Runtime's message", async () => {
    await assert.rejects(createSession(new Uint8Array(10)), (error: unknown) => {
      assert(error instanceof ModelFormatError);
      assert.match(error.message, /^Cannot load the model: .*protobuf parsing failed/);
      return true;
    });
    await assert.rejects(createSession(new Uint8Array(0)), ModelFormatError);
  });

  it("rejects a graph with an unknown op by its name", async () => {
    const bytes = modelBytes({
      inputs: [port("x", "f32", [1])],
      outputs: [port("y", "f32", [1])],
      nodes: [node("Frobnicate", ["x"], "y")],
    });
    await assert.rejects(createSession(bytes), /Cannot load the model: .*Frobnicate/);
  });

  it("reads the bytes as they were when it was called, also those of a Buffer that waits its turn", async () => {
    const buffers = [Buffer.from(square), Buffer.from(square)];
    const making = buffers.map((bytes) => createSession(bytes));
    for (const bytes of buffers) bytes.fill(0);
    for (const session of await Promise.all(making)) {
      const { y } = await session.run({ x: f32([1, 2], [2, 3]) });
      assert.deepEqual(y?.data, Float32Array.of(4, 9));
      session.dispose();
    }
  });

  it("rejects an element type that the library has no dtype for", async () => {
    const bytes = modelBytes({
      inputs: [port("x", "i8", [1])],
      outputs: [port("y", "i8", [1])],
      nodes: [node("Identity", ["x"], "y")],
    });
    await assert.rejects(
      createSession(bytes),
      /input "x": expected a tensor of a known dtype, got ONNX element type 3/,
    );
  });

  it("rejects options out of range and devices that are not offered", async () => {
    await assert.rejects(createSession(square, { threads: -1 }), RangeError);
    await assert.rejects(createSession(square, { device: "webgpu" }), (error: unknown) => {
      assert(error instanceof DeviceError);
      assert.match(error.message, /"webgpu": not offered yet/);
      return true;
    });
    await assert.rejects(createSession(square, { device: "cuda" }), DeviceError);
    await assert.rejects(createSession(square, { device: "tpu" as "cpu" }), /got "tpu"/);
    await assert.rejects(createSession("model.onnx" as unknown as Uint8Array), TypeError);
  });
});

describe("run()", () => {
  it("computes with sizes that are known only at run time", async () => {
    using session = await createSession(square);
    const { y } = await session.run({ x: f32([3, 2], [1, 2, 3, 4, 5, 6]) });
    assert.deepEqual(y, f32([3, 2], [1, 4, 9, 16, 25, 36]));
    const none = await session.run({ x: f32([0, 2], []) });
    assert.deepEqual(none, { y: f32([0, 2], []) });
  });

  const samples: Readonly<Record<Dtype, Tensor>> = {
    f64: tensor("f64", [2], Float64Array.of(1e-300, -2)),
    f32: tensor("f32", [2], Float32Array.of(0.5, -2)),
    f16: tensor("f16", [2], Uint16Array.of(0x3c00, 0xc000)),
    bf16: tensor("bf16", [2], Uint16Array.of(0x3f80, 0xc000)),
    i64: tensor("i64", [2], BigInt64Array.of(2n ** 62n, -1n)),
    i32: tensor("i32", [2], Int32Array.of(2 ** 30, -1)),
    u8: tensor("u8", [2], Uint8Array.of(255, 1)),
    bool: tensor("bool", [2], Uint8Array.of(1, 0)),
  };
  for (const [dtype, x] of Object.entries(samples)) {
    for (const size of [2, "N", null]) {
      it(`carries ${dtype} in and out where the output's size is ${String(size)}`, async () => {
        const bytes = modelBytes({
          inputs: [port("x", dtype as Dtype, ["N"])],
          outputs: [port("y", dtype as Dtype, [size])],
          nodes: [node("Identity", ["x"], "y")],
        });
        using session = await createSession(bytes, { optimization: "none" });
        assert.deepEqual((await session.run({ x })).y, x);
      });
    }
  }

  it("carries a scalar and computes only the outputs that are asked for", async () => {
    const bytes = modelBytes({
      inputs: [port("x", "f32", [])],
      outputs: [port("y", "f32", []), port("z", "f32", [])],
      nodes: [node("Neg", ["x"], "y"), node("Abs", ["x"], "z")],
    });
    using session = await createSession(bytes);
    assert.deepEqual(await session.run({ x: f32([], [-3]) }, { outputs: ["z"] }), { z: f32([], [3]) });
    await assert.rejects(session.run({ x: f32([], [1]) }, { outputs: ["z", "z"] }), TypeError);
    await assert.rejects(session.run({ x: f32([], [1]) }, { outputs: ["w"] }), /output "w": expected each of "y", "z"/);
  });

  it("reads a view into a larger buffer", async () => {
    using session = await createSession(square);
    const all = Float32Array.of(9, 1, 2, 9);
    assert.deepEqual((await session.run({ x: tensor("f32", [1, 2], all.subarray(1, 3)) })).y, f32([1, 2], [1, 4]));
  });

  it("reads shared memory, and refuses memory that was transferred or can shrink", async () => {
    using session = await createSession(square);
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([3, 4]);
    assert.deepEqual((await session.run({ x: tensor("f32", [1, 2], shared) })).y, f32([1, 2], [9, 16]));
    const gone = f32([1, 2], [1, 2]);
    structuredClone(gone.data.buffer, { transfer: [gone.data.buffer as ArrayBuffer] });
    await assert.rejects(session.run({ x: gone }), /expected 2 elements, got 0 \(was the buffer transferred\?\)/);
    const Resizable = ArrayBuffer as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
    const shrinking = new Float32Array(new Resizable(8, { maxByteLength: 16 }));
    await assert.rejects(session.run({ x: tensor("f32", [1, 2], shrinking) }), /got a resizable buffer/);
  });

  it("refuses more axes than ONNX Runtime is given room for", async () => {
    const axes = Array.from({ length: 65 }, () => 1);
    const bytes = modelBytes({
      inputs: [port("x", "f32", axes)],
      outputs: [port("y", "f32", axes)],
      nodes: [node("Neg", ["x"], "y")],
    });
    using session = await createSession(bytes);
    await assert.rejects(session.run({ x: f32(axes, [1]) }), /Cannot feed "x": expected at most 64 axes/);
  });

  it("writes outputs into device tensors, also the one that is fed", async () => {
    using session = await createSession(square);
    using x = toDevice(f32([1, 2], [2, 3]));
    using y = DeviceTensor.allocate("f32", [1, 2]);
    assert.deepEqual(await session.run({ x }, { into: { y } }), {});
    assert.deepEqual(y.read(), f32([1, 2], [4, 9]));
    assert.deepEqual(await session.run({ x }, { into: { y: x } }), {});
    assert.deepEqual(x.read(), f32([1, 2], [4, 9]));
    using wide = DeviceTensor.allocate("f32", [1, 3]);
    using whole = DeviceTensor.allocate("i64", [1, 2]);
    await assert.rejects(session.run({ x }, { into: { y: wide } }), RangeError);
    await assert.rejects(
      session.run({ x }, { into: { y: whole } }),
      /into a device tensor: expected f32\[1,2\], got i64/,
    );
    await assert.rejects(
      session.run({ x }, { into: { y: {} as unknown as DeviceTensor } }),
      /expected a device tensor/,
    );
    await assert.rejects(session.run({ x }, { into: { z: y } }), TypeError);
    await assert.rejects(session.run({ x }, { into: { y }, outputs: ["y"] }), /at most once/);
    y.dispose();
    await assert.rejects(session.run({ x }, { into: { y } }), /Cannot use a value after it was disposed/);
  });

  it("computes right where the graph gives one name to different sizes", async () => {
    const bytes = modelBytes({
      inputs: [port("x", "f32", ["N"]), port("w", "f32", ["M"])],
      outputs: [port("y", "f32", ["N"])],
      nodes: [node("Concat", ["x", "w"], "y", { axis: 0 })],
    });
    using session = await createSession(bytes);
    const feeds = { x: f32([1], [1]), w: f32([2], [2, 3]) };
    assert.deepEqual((await session.run(feeds)).y, f32([3], [1, 2, 3]));
    assert.deepEqual((await session.run(feeds)).y, f32([3], [1, 2, 3]));
  });

  it("rejects wrong names, kinds, dtypes, shapes and memory before native code sees them", async () => {
    using session = await createSession(square);
    const cases: readonly [feeds: unknown, kind: typeof Error, message: RegExp][] = [
      [{}, TypeError, /Cannot run without "x"/],
      [{ x: f32([1, 2], [1, 2]), q: 1 }, TypeError, /Cannot feed "q": expected one of "x"/],
      [{ x: 1 }, TypeError, /Cannot feed "x": expected a tensor, got number/],
      [{ x: null }, TypeError, /Cannot feed "x": expected a tensor, got null/],
      [{ x: f32([2], [1, 2]) }, TypeError, /Cannot feed "x": expected f32\[B,2\], got f32\[2\]/],
      [{ x: tensor("f64", [1, 2], new Float64Array(2)) }, TypeError, /expected f32\[B,2\], got f64\[1,2\]/],
      [{ x: f32([1, 3], [1, 2, 3]) }, RangeError, /expected f32\[B,2\], got f32\[1,3\]/],
      [{ x: { dtype: "f32", shape: [9, 2], data: new Float32Array(3) } }, RangeError, /expected 18 elements, got 3/],
      [{ x: { dtype: "f32", shape: [1, 2], data: new Float64Array(2) } }, TypeError, /over a Float32Array/],
      [{ x: { dtype: "f32", shape: [1, 2], data: [1, 2] } }, TypeError, /over a Float32Array/],
      [{ x: { dtype: "f32", shape: [-1, 2], data: new Float32Array(2) } }, RangeError, /sizes >= 0/],
    ];
    for (const [feeds, kind, message] of cases) {
      await assert.rejects(session.run(feeds as never), (error: unknown) => {
        assert(error instanceof kind, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    assert.deepEqual((await session.run({ x: f32([1, 2], [1, 2]) })).y, f32([1, 2], [1, 4]));
  });

  it("computes denormals alike in whichever thread of the pool it runs", async () => {
    using session = await createSession(square);
    const x = tensor("f32", [2 ** 16, 2], new Float32Array(2 ** 17).fill(1e-21));
    const expected = Math.fround(Math.fround(1e-21) ** 2);
    for (let round = 0; round < 24; round += 1) {
      const others = Array.from({ length: round % 4 }, () => readFile(new URL(import.meta.url)));
      const y = (await session.run({ x })).y?.data as Float32Array;
      assert(y.every((value) => value === expected));
      await Promise.all(others);
    }
    assert.equal(Number.MIN_VALUE * Number("1"), 5e-324);
  });

  it("tells how often and how long it ran", async () => {
    using session = await createSession(square);
    assert.deepEqual(session.figures, { started: 0, runs: 0, lastRunMs: 0, totalRunMs: 0 });
    await session.run({ x: f32([1, 2], [1, 2]) });
    await session.run({ x: f32([1, 2], [1, 2]) });
    const { runs, lastRunMs, totalRunMs } = session.figures;
    assert.equal(runs, 2);
    assert(lastRunMs > 0 && totalRunMs > lastRunMs);
  });

  it("rejects after dispose(), which is safe to call twice", async () => {
    const session = await createSession(square);
    session.dispose();
    session.dispose();
    await assert.rejects(session.run({ x: f32([1, 2], [1, 2]) }), /Cannot use a session after it was disposed/);
  });
});
