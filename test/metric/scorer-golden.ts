/** Reads the golden files of the official evaluation programs. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** The content of `test/golden/metric-<name>.json`; the caller says what it holds. */
export function scorerGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/metric-${name}.json`, import.meta.url), "utf8"));
}

/** Asserts that two numbers are equal up to rounding of the last digits. */
export function assertNear(actual: number | null | undefined, wanted: number, what: unknown): void {
  const found = actual ?? NaN;
  assert.ok(Math.abs(found - wanted) <= 1e-9, `${JSON.stringify(what)}: ${found}, wanted ${wanted}`);
}
