import assert from "node:assert/strict";

import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../src/base/dtype.ts";

describe("base/dtype", () => {
  it("f16ToF32() and f32ToF16() agree on every half that is a number", () => {
    for (let half = 0; half < 65536; half += 1) {
      const value = f16ToF32(half);
      if (!Number.isNaN(value)) assert.equal(f32ToF16(value), half, `half ${half} = ${value}`);
    }
  });

  it("f32ToF16() rounds ties to even and overflows to infinity", () => {
    assert.equal(f16ToF32(f32ToF16(1 + 2 ** -11)), 1);
    assert.equal(f16ToF32(f32ToF16(1 + 3 * 2 ** -11)), 1 + 2 ** -9);
    assert.equal(f16ToF32(f32ToF16(65519)), 65504);
    assert.equal(f16ToF32(f32ToF16(65520)), Infinity);
    assert.equal(Number.isNaN(f16ToF32(f32ToF16(NaN))), true);
  });

  it("f32ToBf16() is the inverse of bf16ToF32() and rounds ties to even", () => {
    for (let half = 0; half < 65536; half += 1) {
      const value = bf16ToF32(half);
      if (!Number.isNaN(value)) assert.equal(f32ToBf16(value), half);
    }
    assert.equal(bf16ToF32(f32ToBf16(1 + 2 ** -8)), 1);
    assert.equal(bf16ToF32(f32ToBf16(1 + 3 * 2 ** -8)), 1 + 2 ** -6);
  });
});
