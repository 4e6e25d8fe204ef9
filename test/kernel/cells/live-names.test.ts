import assert from "node:assert/strict";

import { LiveNames } from "../../../kernel/src/cells/live-names.ts";

describe("kernel/cells LiveNames", () => {
  it("keeps the values of a cell until the last of its names is declared anew", () => {
    const names = new LiveNames();
    names.keep(1, ["a", "b"], { a: 1, b: 2 });
    names.keep(2, ["a"], { a: 3 });
    assert.deepEqual(names.valuesOf(1), { a: 1, b: 2 });
    names.keep(3, ["b"], { b: 4 });
    assert.deepEqual(names.valuesOf(1), {});
    assert.deepEqual([names.valuesOf(2), names.valuesOf(3)], [{ a: 3 }, { b: 4 }]);
  });

  it("has nothing of a cell without names", () => {
    const names = new LiveNames();
    names.keep(1, [], { hidden: 1 });
    assert.deepEqual(names.valuesOf(1), {});
  });
});
