import assert from "node:assert/strict";

import {
  fairBinomialCdf,
  fairBinomialProbability,
  normalCdf,
  normalQuantile,
  normalTwoSided,
  studentQuantile,
  studentTwoSided,
} from "../../src/metric/distributions.ts";
import { statisticsGolden } from "./statistics-golden.ts";

const { distributions } = statisticsGolden;
const tolerance = 1e-10;

function assertRelative(actual: number, wanted: number, what: unknown): void {
  const error = Math.abs(actual - wanted) / Math.max(Math.abs(wanted), 1e-300);
  assert.ok(error <= tolerance || actual === wanted, `${JSON.stringify(what)}: ${actual}, wanted ${wanted}`);
}

describe("metric/distributions", () => {
  it("normalCdf(), normalTwoSided() and normalQuantile() equal scipy", () => {
    for (const [z, below, twoSided] of distributions.normal) {
      assertRelative(normalCdf(z), below, z);
      assertRelative(normalTwoSided(z), twoSided, z);
    }
    for (const [p, z] of distributions.normalQuantile) assertRelative(normalQuantile(p), z, p);
  });

  it("studentTwoSided() and studentQuantile() equal scipy", () => {
    for (const [t, degrees, twoSided] of distributions.student) {
      assertRelative(studentTwoSided(t, degrees), twoSided, [t, degrees]);
    }
    for (const [p, degrees, t] of distributions.studentQuantile) {
      assertRelative(studentQuantile(p, degrees), t, [p, degrees]);
    }
  });

  it("fairBinomialCdf() and fairBinomialProbability() equal scipy", () => {
    for (const [k, n, below, probability] of distributions.fairBinomial) {
      assertRelative(fairBinomialCdf(k, n), below, [k, n]);
      assertRelative(fairBinomialProbability(k, n), probability, [k, n]);
    }
  });

  it("normalQuantile() rejects a probability of 0 or 1", () => {
    for (const p of [0, 1, NaN]) {
      assert.throws(() => normalQuantile(p), { name: "RangeError", message: /expected p in \(0, 1\), got/ });
    }
  });
});
