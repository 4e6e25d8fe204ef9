/**
 * The benchmark table as data: what every rendering (HTML, Markdown, text, the JupyterLab extension) draws.
 * It is the payload of `application/vnd.sightlab.benchmark+json`. A renderer prints
 * values in the unit of their column, fractions and points times 100. All strings are plain text from data and models: a renderer escapes them.
 */

/** The MIME type of a `BenchmarkTable`. */
export const benchmarkMimeType = "application/vnd.sightlab.benchmark+json";

/** A whole table. Rows of measured models, baselines and the paper stand in separate sections and never mix. */
export interface BenchmarkTable {
  readonly formatVersion: 1;
  /** Heading; says which data and n: "Real benchmark files, first 100 samples of each task". */
  readonly title: string;
  readonly columns: readonly BenchmarkColumn[];
  readonly sections: readonly BenchmarkSection[];
  /** Sentences under the table: warnings, truncated or unscored samples, what the paper leaves open. */
  readonly notes: readonly string[];
}

/** One benchmark's metric. */
export interface BenchmarkColumn {
  /** Key into `BenchmarkRow.cells`, for example "ethics_cm.acc". */
  readonly id: string;
  /** Shown at the head, for example "ETHICS cm". */
  readonly label: string;
  /** Shown under the label: "acc", "mc1". */
  readonly metric: string;
  readonly direction: "higher" | "lower" | "none";
  /** How its numbers are printed: "fraction" in percent, "points" times 100, "nats" as they are. */
  readonly unit: "fraction" | "points" | "nats";
  /** Details for a tooltip: "ethics_cm version 0, 0-shot, test split, n = 100". */
  readonly detail: string;
}

/** A titled group of rows. */
export interface BenchmarkSection {
  readonly kind: "measured" | "baseline" | "paper";
  /** For example "Measured here", "Baselines on the same samples", "Paper, Table 1". */
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
  /** By column id; null where this row has no such number. Missing is not zero. */
  readonly cells: Readonly<Record<string, BenchmarkCell | null>>;
}

/** One number with what is needed to read it. */
export interface BenchmarkCell {
  /** In the column's unit, or null where no sample could be scored. */
  readonly value: number | null;
  /** Standard error of `value`; null where unknown (the paper prints none). */
  readonly standardError: number | null;
  /** Samples that were scored; null for the paper. */
  readonly n: number | null;
  /** Samples that could not be scored; shown, never counted as zero. */
  readonly unscored: number;
  /** `value` minus the base row's value; null for a base or where either is missing. */
  readonly differenceToBase: number | null;
  /** What speaks against the difference where it is a gain; empty where nothing does, and for what is no gain. */
  readonly doubts: readonly GainDoubt[];
  /** The paper's number for the same base, variant and metric; null where there is none or it was not asked for. */
  readonly paper: number | null;
}

/** A worse language check than the base's, or a smaller spread of choices: the gain may be forgetting. */
export type GainDoubt = "language" | "spread";
