/** Typed arrays of numbers: how many, between which bounds, and the first of them. */

import { inspect } from "node:util";

import type { MimeBundle } from "../mime-bundle.ts";
import { htmlTable } from "./html.ts";

/** Values that are shown one by one. */
const shownValues = 12;

type NumberArray = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

/** The bundle of a typed array of numbers; undefined for anything else. */
export function typedArrayBundle(value: object): MimeBundle | undefined {
  if (!isNumberArray(value)) return undefined;
  const name = value.constructor.name;
  const first = Array.from(value.subarray(0, shownValues), number);
  const more = value.length > shownValues ? ["…"] : [];
  const { minimum, mean, maximum } = summary(value);
  const html = htmlTable({
    caption: `${name}(${String(value.length)}), ${String(value.byteLength)} bytes`,
    heads: ["minimum", "mean", "maximum", "values"],
    rows: [[minimum, mean, maximum, [...first, ...more].join(" ")]],
  });
  return { "text/html": html, "text/plain": inspect(value) };
}

function isNumberArray(value: object): value is NumberArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

function summary(values: NumberArray): { readonly minimum: string; readonly mean: string; readonly maximum: string } {
  let [minimum, maximum, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  if (values.length === 0) return { minimum: "–", mean: "–", maximum: "–" };
  return { minimum: number(minimum), mean: number(sum / values.length), maximum: number(maximum) };
}

/** Seven digits: what a float32 holds. */
function number(value: number): string {
  return String(Number(value.toPrecision(7)));
}
