import assert from "node:assert/strict";

import { CancelledError } from "../../src/base/errors.ts";
import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { createStatefulSession, type StatefulOptions } from "../../src/runtime/state.ts";
import { longChain } from "./long-model.ts";
import { modelBytes, node, port } from "./onnx-model.ts";

function f32(shape: readonly number[], values: readonly number[]): Tensor<"f32"> {
  return tensor("f32", shape, Float32Array.from(values));
}

/** next.x = x + d; y = next.x * d: x is read only by the node that replaces it. */
const accumulator = modelBytes({
  inputs: [port("x", "f32", [2]), port("d", "f32", [2])],
  outputs: [port("next.x", "f32", [2]), port("y", "f32", [2])],
  nodes: [node("Add", ["x", "d"], "next.x"), node("Mul", ["next.x", "d"], "y")],
});

/** a and b change places: wrong when written in place, right when alternating. */
const swap = modelBytes({
  inputs: [port("a", "f32", [2]), port("b", "f32", [2])],
  outputs: [port("next.a", "f32", [2]), port("next.b", "f32", [2])],
  nodes: [node("Neg", ["b"], "next.a"), node("Neg", ["a"], "next.b")],
});

for (const update of ["in-place", "alternate"] as const) {
  describe(`createStatefulSession() with ${update} state`, () => {
    it("keeps next.x as x from step to step", async () => {
      using session = await createStatefulSession(accumulator, { initial: { x: f32([2], [10, 20]) }, update });
      assert.deepEqual(await session.step({ d: f32([2], [1, 2]) }), { y: f32([2], [11, 44]) });
      assert.deepEqual(await session.step({ d: f32([2], [1, 2]) }), { y: f32([2], [12, 48]) });
      assert.deepEqual(session.read("x"), f32([2], [12, 24]));
      assert.deepEqual(await session.step({ d: f32([2], [1, 2]) }, { outputs: [] }), {});
      assert.deepEqual(session.snapshot(), { x: f32([2], [13, 26]) });
    });

    it("tells state apart from inputs and outputs, and its bytes", async () => {
      using session = await createStatefulSession(accumulator, { update });
      assert.deepEqual(
        session.inputs.map(({ name }) => name),
        ["d"],
      );
      assert.deepEqual(
        session.outputs.map(({ name }) => name),
        ["y"],
      );
      assert.deepEqual(session.states, [{ name: "x", dtype: "f32", shape: [2] }]);
      assert.equal(session.stateBytes, update === "in-place" ? 8 : 16);
      assert.deepEqual(session.read("x"), f32([2], [0, 0]));
    });

    it("copies what is written and read", async () => {
      const first = f32([2], [1, 1]);
      using session = await createStatefulSession(accumulator, { initial: { x: first }, update });
      const before = session.snapshot();
      first.data[0] = 99;
      await session.step({ d: f32([2], [1, 1]) });
      assert.deepEqual(before, { x: f32([2], [1, 1]) });
      session.write("x", f32([2], [5, 6]));
      assert.deepEqual(session.read("x"), f32([2], [5, 6]));
      session.restore(before);
      assert.deepEqual(session.read("x"), f32([2], [1, 1]));
    });

    it("rejects wrong names, dtypes and shapes", async () => {
      using session = await createStatefulSession(accumulator, { update });
      assert.throws(() => session.read("w"), /Cannot use the state "w": expected one of "x"/);
      assert.throws(() => {
        session.write("x", f32([3], [1, 2, 3]));
      }, RangeError);
      assert.throws(() => {
        session.write("x", tensor("f64", [2], new Float64Array(2)));
      }, TypeError);
      assert.throws(() => {
        session.restore({});
      }, /Cannot restore the state: expected a value for "x"/);
      await assert.rejects(session.step({}), /Cannot run without "d"/);
      await session.step({ d: f32([2], [1, 1]) });
    });

    it("rejects a second step, a read and a write while a step is under way", async () => {
      using session = await createStatefulSession(accumulator, { update });
      const step = session.step({ d: f32([2], [1, 1]) });
      await assert.rejects(session.step({ d: f32([2], [1, 1]) }), /Cannot step: expected the step under way/);
      assert.throws(() => session.read("x"), /expected the step under way to be awaited first/);
      assert.throws(() => {
        session.write("x", f32([2], [1, 1]));
      }, /expected the step under way/);
      assert.throws(() => {
        session.restore({ x: f32([2], [1, 1]) });
      }, /expected the step under way/);
      await step;
      assert.deepEqual(session.read("x"), f32([2], [1, 1]));
    });

    it("carries on after a step that was stopped", async () => {
      const { bytes, state } = longChain({ nodes: 400, size: 256, stateful: true });
      using session = await createStatefulSession(bytes, { initial: { x: state }, update });
      const before = session.snapshot();
      const controller = new AbortController();
      const step = session.step({}, { signal: controller.signal });
      setTimeout(() => {
        controller.abort();
      }, 20);
      await assert.rejects(step, CancelledError);
      if (update === "in-place") assert.throws(() => session.read("x"), /restore a snapshot first/);
      else assert.deepEqual(session.snapshot(), before);
      session.restore(before);
      await session.step({});
      assert.notDeepEqual(session.read("x"), before.x);
    });
  });
}

describe("createStatefulSession()", () => {
  it("alternates where a write would come before a read", async () => {
    using session = await createStatefulSession(swap, {
      initial: { a: f32([2], [1, 2]), b: f32([2], [3, 4]) },
      update: "alternate",
    });
    await session.step({});
    assert.deepEqual(session.snapshot(), { a: f32([2], [-3, -4]), b: f32([2], [-1, -2]) });
    await session.step({});
    assert.deepEqual(session.snapshot(), { a: f32([2], [1, 2]), b: f32([2], [3, 4]) });
  });

  it("leaves state that no step has touched usable after a stop", async () => {
    using session = await createStatefulSession(accumulator);
    await assert.rejects(session.step({ d: f32([2], [1, 1]) }, { signal: AbortSignal.abort() }), CancelledError);
    assert.deepEqual(session.read("x"), f32([2], [0, 0]));
  });

  it("rejects graphs and first values that do not pair", async () => {
    const lone = modelBytes({
      inputs: [port("w", "f32", [2])],
      outputs: [port("next.x", "f32", [2])],
      nodes: [node("Neg", ["w"], "next.x")],
    });
    const grows = modelBytes({
      inputs: [port("x", "f32", [2])],
      outputs: [port("next.x", "f32", [4])],
      nodes: [node("Concat", ["x", "x"], "next.x", { axis: 0 })],
    });
    const open = modelBytes({
      inputs: [port("x", "f32", ["N"])],
      outputs: [port("next.x", "f32", ["N"])],
      nodes: [node("Neg", ["x"], "next.x")],
    });
    const cases: readonly [Uint8Array, StatefulOptions, RegExp][] = [
      [lone, {}, /Cannot keep the output "next.x" as state: expected an input "x"/],
      [grows, {}, /Cannot keep the output "next.x" as the state "x": expected f32\[2\], got f32\[4\]/],
      [open, {}, /Cannot start the state "x" of shape \[N\]: expected a first value/],
      [accumulator, { initial: { d: f32([2], [1, 1]) } }, /Cannot start the state "d": expected an output "next.d"/],
      [accumulator, { initial: { x: f32([3], [1, 1, 1]) } }, /expected f32\[2\], got f32\[3\]/],
    ];
    for (const [bytes, options, message] of cases) await assert.rejects(createStatefulSession(bytes, options), message);
    using session = await createStatefulSession(open, { initial: { x: f32([3], [1, 2, 3]) } });
    await session.step({});
    assert.deepEqual(session.read("x"), f32([3], [-1, -2, -3]));
  });
});
