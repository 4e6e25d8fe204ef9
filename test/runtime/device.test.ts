import assert from "node:assert/strict";

import { candidates } from "../../src/runtime/device.ts";

describe("runtime/device", () => {
  it("candidates() tries CUDA first where its provider is given, and the CPU alone where it is not", () => {
    assert.deepEqual(
      candidates("auto", true).map(({ kind }) => kind),
      ["cuda", "cpu"],
    );
    assert.deepEqual(candidates("auto", false), [
      { kind: "cpu", why: "the CPU, because no provider of another device was given" },
    ]);
    assert.deepEqual(candidates("cpu", true), [{ kind: "cpu", why: "the CPU, as asked" }]);
  });

  it("candidates() says how to get the provider of CUDA where it is asked for", () => {
    assert.deepEqual(candidates("cuda", true), [{ kind: "cuda", why: "CUDA, as asked" }]);
    assert.throws(() => candidates("cuda", false), {
      name: "DeviceError",
      message:
        'Cannot use the device "cuda": expected ONNX Runtime\'s provider of CUDA, which `npm run cuda` fetches, or its folder as `cuda: { folder }`',
    });
  });
});
