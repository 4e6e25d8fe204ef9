import assert from "node:assert/strict";
import { percent, signedPercent, verdict } from "../../extension/src/percent.ts";

describe("percent()", () => {
  it("prints one decimal", () => {
    assert.deepEqual([0, 0.4523, 1, 0.0004].map(percent), ["0.0", "45.2", "100.0", "0.0"]);
  });

  it("prints a typographic minus, and none before zero", () => {
    assert.deepEqual([-0.062, -0.0001].map(percent), ["−6.2", "0.0"]);
  });
});

describe("signedPercent()", () => {
  it("always carries a sign", () => {
    assert.deepEqual([0.021, -0.062, 0.0004, -0.0004, 0].map(signedPercent), ["+2.1", "−6.2", "±0.0", "±0.0", "±0.0"]);
  });
});

describe("verdict()", () => {
  it("follows the direction of the metric", () => {
    assert.equal(verdict(0.02, "higher"), "better");
    assert.equal(verdict(0.02, "lower"), "worse");
    assert.equal(verdict(-0.02, "higher"), "worse");
    assert.equal(verdict(-0.02, "none"), "other");
    assert.equal(verdict(0, "none"), "same");
    assert.equal(verdict(-0.02, "lower"), "better");
  });

  it("says same where the printed difference is nothing", () => {
    assert.equal(verdict(-0.0004, "higher"), "same");
  });
});
