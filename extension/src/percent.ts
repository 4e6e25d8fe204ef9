/** Fractions as the table prints them: percent with one decimal. */

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
  direction: "higher" | "lower" | "none",
): "better" | "worse" | "other" | "same" {
  if (signedPercent(difference) === "±0.0") return "same";
  if (direction === "none") return "other";
  return difference > 0 === (direction === "higher") ? "better" : "worse";
}

function withMinus(digits: string): string {
  return digits === "-0.0" ? "0.0" : digits.replace("-", "−");
}
