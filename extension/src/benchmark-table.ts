/**
 * The benchmark table as the renderer receives it: the payload of `application/vnd.sightlab.benchmark+json`.
 * The library's `report` room writes it; a test holds both declarations equal. Values are fractions in [0, 1].
 */

/** The MIME type of a `BenchmarkTable`. */
export const benchmarkMimeType = "application/vnd.sightlab.benchmark+json";

/** A whole table. Rows of measured models, baselines and the paper stand in separate sections and never mix. */
export interface BenchmarkTable {
  readonly formatVersion: 1;
  readonly title: string;
  readonly columns: readonly BenchmarkColumn[];
  readonly sections: readonly BenchmarkSection[];
  readonly notes: readonly string[];
}

/** One benchmark's metric. */
export interface BenchmarkColumn {
  /** Key into `BenchmarkRow.cells`. */
  readonly id: string;
  readonly label: string;
  readonly metric: string;
  readonly direction: "higher" | "lower" | "none";
  /** How its numbers are printed: "fraction" in percent, "points" times 100, "nats" as they are. */
  readonly unit: "fraction" | "points" | "nats";
  readonly detail: string;
}

/** A titled group of rows. */
export interface BenchmarkSection {
  readonly kind: "measured" | "baseline" | "paper";
  readonly title: string;
  readonly groups: readonly BenchmarkGroup[];
}

/** A base model and its variants; the base comes first. */
export interface BenchmarkGroup {
  readonly label: string;
  readonly rows: readonly BenchmarkRow[];
}

/** One model, baseline or published model. */
export interface BenchmarkRow {
  readonly label: string;
  readonly isBase: boolean;
  /** By column id; null where this row has no such number. */
  readonly cells: Readonly<Record<string, BenchmarkCell | null>>;
}

/** One number with what is needed to read it. */
export interface BenchmarkCell {
  /** Fraction, or null where no sample could be scored. */
  readonly value: number | null;
  /** Standard error of `value`, a fraction; null where unknown. */
  readonly standardError: number | null;
  /** Samples that were scored; null for the paper. */
  readonly n: number | null;
  readonly unscored: number;
  /** `value` minus the base row's value, a fraction. */
  readonly differenceToBase: number | null;
  /** What speaks against the difference where it is a gain. */
  readonly doubts: readonly GainDoubt[];
  /** The paper's number for the same base, variant and metric, a fraction. */
  readonly paper: number | null;
}

/** A worse language check than the base's, or a smaller spread of choices. */
export type GainDoubt = "language" | "spread";
