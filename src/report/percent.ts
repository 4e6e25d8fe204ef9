/** Fractions as tables print them. Only this room multiplies by 100. */

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
