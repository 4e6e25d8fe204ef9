/** Numbers as tables print them. Only this room multiplies by 100. */

import { type MetricUnit } from "../result/rows.ts";

/** A number in its unit: fractions in percent and points with one decimal, nats with three. */
export function inUnit(value: number, unit: MetricUnit): string {
  return unit === "nats" ? value.toFixed(3).replace("-", "−") : percent(value);
}

/** A difference in its unit, with its sign. */
export function signedInUnit(value: number, unit: MetricUnit): string {
  if (unit !== "nats") return signedPercent(value);
  const digits = Math.abs(value).toFixed(3);
  if (digits === "0.000") return "±0.000";
  return value > 0 ? `+${digits}` : `−${digits}`;
}

/** A metric with its unit, where that is not percent: "vc, nats". */
export function metricWithUnit({ metric, unit }: { readonly metric: string; readonly unit: MetricUnit }): string {
  return unit === "fraction" ? metric : `${metric}, ${unit}`;
}

/** `0.4523` as "45.2"; a minus is the typographic one. */
export function percent(fraction: number): string {
  return (fraction * 100).toFixed(1).replace("-", "−");
}

/** A difference with its sign: "+2.1", "−0.4"; "±0.0" where it rounds to nothing. */
export function signedPercent(fraction: number): string {
  const digits = (Math.abs(fraction) * 100).toFixed(1);
  if (digits === "0.0") return "±0.0";
  return fraction > 0 ? `+${digits}` : `−${digits}`;
}
