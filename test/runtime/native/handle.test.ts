import assert from "node:assert/strict";

import { Handle, type HandleKind } from "../../../src/runtime/native/handle.ts";

function handle<K extends HandleKind>(kind: K, log: string[]): Handle<K> {
  return new Handle(kind, 1n, { release: () => log.push(`release ${kind}`) });
}

describe("Handle", () => {
  it("releases once, however often it is disposed", () => {
    const log: string[] = [];
    const value = handle("value", log);
    assert.equal(value.disposed, false);
    value.dispose();
    value.dispose();
    value[Symbol.dispose]();
    assert.equal(value.disposed, true);
    assert.deepEqual(log, ["release value"]);
  });

  it("releases after the last pin is gone", () => {
    const log: string[] = [];
    const value = handle("value", log);
    const pins = [Handle.pin(value, "value"), Handle.pin(value, "value")];
    value.dispose();
    assert.throws(() => Handle.pin(value, "value"), /Cannot use a value after it was disposed/);
    pins[0]?.unpin();
    assert.deepEqual(log, []);
    pins[1]?.unpin();
    assert.deepEqual(log, ["release value"]);
  });

  it("refuses other kinds, disposed handles and what is no handle", () => {
    const value = handle("value", []);
    assert.equal(Handle.address(value, "value"), 1n);
    assert.throws(() => Handle.address(value, "session"), /Cannot use a value here: expected a session/);
    for (const wrong of [undefined, null, 1, "x", {}, Object.create(value)] as unknown[]) {
      assert.throws(() => Handle.address(wrong as typeof value, "value"), /as a native object: expected a value/);
    }
    value.dispose();
    assert.throws(() => Handle.address(value, "value"), TypeError);
  });

  it("does not show its address", () => {
    const value = handle("value", []);
    assert.deepEqual(Object.keys(value), []);
    assert.equal(JSON.stringify(value), "{}");
  });
});
