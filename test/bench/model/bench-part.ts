/** What a part of the model bench is and what it finds. */

/** Settings of the command line. */
export interface BenchOptions {
  /** Names in `benchSizes`. */
  readonly sizes: readonly string[];
  /** Interleaved rounds; medians of them are compared. */
  readonly rounds: number;
  /** Shows a finding as soon as it is there. */
  readonly show: (finding: Finding) => void;
}

/** One measured comparison. */
export interface Finding {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The peer's figure; null where ours is held against `goal` alone. */
  readonly theirs: number | null;
  /** Above 1 we are ahead; for rates of plain Gemm, the fraction that is reached. */
  readonly ratio: number;
  /** The least `ratio` that is wanted; null where the figure is only shown. */
  readonly goal: number | null;
}

/** One part: shows findings as it goes, and returns all of them. */
export interface BenchPart {
  readonly title: string;
  readonly run: (options: BenchOptions) => Promise<readonly Finding[]>;
}

/** `full step at M: ours 1.5 s, theirs 1.7 s, ratio 1.13 (goal 1: met)`. */
export function formatFinding({ what, unit, ours, theirs, ratio, goal }: Finding): string {
  const figures = `ours ${ours.toPrecision(4)} ${unit}${theirs === null ? "" : `, theirs ${theirs.toPrecision(4)} ${unit}`}`;
  const verdict = goal === null ? "" : ` (goal ${goal}: ${ratio >= goal ? "met" : "missed"})`;
  return `${what}: ${figures}, ratio ${ratio.toFixed(3)}${verdict}`;
}

/** The middle of values; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? NaN)) / 2;
}
