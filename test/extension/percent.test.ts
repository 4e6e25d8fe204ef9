import assert from "node:assert/strict";
import { inUnit, percent, signedInUnit, signedPercent, verdict } from "../../extension/src/percent.ts";

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

describe("inUnit()", () => {
  it("prints fractions and points times 100, nats as they are", () => {
    assert.deepEqual([inUnit(0.4523, "fraction"), inUnit(14.104, "points")], ["45.2", "1410.4"]);
    assert.deepEqual(
      [inUnit(2.4321, "nats"), inUnit(-0.0124, "nats"), inUnit(-0.0001, "nats")],
      ["2.432", "−0.012", "0.000"],
    );
    assert.deepEqual([signedInUnit(0.021, "fraction"), signedInUnit(-0.096, "points")], ["+2.1", "−9.6"]);
    assert.deepEqual(
      [0.0621, -0.0621, -0.0004].map((value) => signedInUnit(value, "nats")),
      ["+0.062", "−0.062", "±0.000"],
    );
  });
});

describe("verdict()", () => {
  it("follows the direction of the metric", () => {
    assert.equal(verdict(0.02, { direction: "higher", unit: "fraction" }), "better");
    assert.equal(verdict(0.02, { direction: "lower", unit: "fraction" }), "worse");
    assert.equal(verdict(-0.02, { direction: "higher", unit: "fraction" }), "worse");
    assert.equal(verdict(-0.02, { direction: "none", unit: "fraction" }), "other");
    assert.equal(verdict(0, { direction: "none", unit: "fraction" }), "same");
    assert.equal(verdict(-0.02, { direction: "lower", unit: "fraction" }), "better");
  });

  it("says same where the printed difference is nothing", () => {
    assert.equal(verdict(-0.0004, { direction: "higher", unit: "fraction" }), "same");
    assert.equal(verdict(-0.0006, { direction: "higher", unit: "nats" }), "worse");
  });
});
