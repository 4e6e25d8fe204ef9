/** Numbers as the table prints them: fractions in percent and points with one decimal, nats with three. */

import type { BenchmarkColumn } from "./benchmark-table.ts";

type Unit = BenchmarkColumn["unit"];

/** A number in its unit. */
export function inUnit(value: number, unit: Unit): string {
  return unit === "nats" ? withMinus(value.toFixed(3)) : percent(value);
}

/** A difference in its unit, with its sign. */
export function signedInUnit(value: number, unit: Unit): string {
  if (unit !== "nats") return signedPercent(value);
  const digits = Math.abs(value).toFixed(3);
  if (digits === "0.000") return "±0.000";
  return value > 0 ? `+${digits}` : `−${digits}`;
}

/** `0.4523` as "45.2"; a minus is the typographic one. */
export function percent(fraction: number): string {
  return withMinus((fraction * 100).toFixed(1));
}

/** A difference with its sign: "+2.1", "−0.4"; "±0.0" where it rounds to nothing. */
export function signedPercent(fraction: number): string {
  const digits = (Math.abs(fraction) * 100).toFixed(1);
  if (digits === "0.0") return "±0.0";
  return fraction > 0 ? `+${digits}` : `−${digits}`;
}

/** What a difference means where `direction` is better; "same" where it rounds to nothing, "other" where neither is. */
export function verdict(
  difference: number,
  { direction, unit }: Pick<BenchmarkColumn, "direction" | "unit">,
): "better" | "worse" | "other" | "same" {
  if (signedInUnit(difference, unit).startsWith("±")) return "same";
  if (direction === "none") return "other";
  return difference > 0 === (direction === "higher") ? "better" : "worse";
}

function withMinus(digits: string): string {
  return /^-0\.0+$/.test(digits) ? digits.slice(1) : digits.replace("-", "−");
}
