/** The two kinds of rows of a results table: one for each (model, benchmark, sample), one for each number. */

/** One sample as one model scored it. List columns of choices have the same length and order. */
export interface SampleRow {
  readonly model: string;
  readonly benchmark: string;
  readonly version: string;
  /** Row of the data file, from 0. */
  readonly sample: string;
  /** Samples with the same group belong together; null where there are no groups. */
  readonly group: string | null;
  readonly question: string;
  /** All the text before the choices. */
  readonly prompt: string;
  /** SHA-256, hexadecimal, of the prompt; where there are pictures, of its text and their SHA-256 in lines. */
  readonly promptHash: string;
  /** Where the pictures of the prompt stand, in its order, and the SHA-256 of each. */
  readonly images: readonly string[];
  readonly imageHashes: readonly string[];
  /** The set that each choice belongs to: "mc1", "mc2", "answer". */
  readonly choiceSets: readonly string[];
  readonly choices: readonly string[];
  /** Whether the data calls the choice right. */
  readonly isRight: readonly boolean[];
  /** Natural logarithm of the probability of each choice, summed over its tokens; null where it could not be scored. */
  readonly loglikelihoods: readonly (number | null)[];
  readonly tokenCounts: readonly number[];
  /** The model's own words; null where it chose among choices. */
  readonly response: string | null;
  /** Index of the choice that the model prefers; null where it answered in words or could not be scored. */
  readonly prediction: number | null;
  /** Metrics of this sample, by name; empty where it could not be scored. */
  readonly scoreNames: readonly string[];
  readonly scoreValues: readonly number[];
  /** True where the context was cut to fit the model's window. */
  readonly truncated: boolean;
  /** Why there is no score, where something is known of it. */
  readonly problem: string | null;
}

/**
 * How a number is printed: a fraction in percent, points as a hundredth of what is printed (MME's sums, CIDEr), nats as they
 * are.
 */
export type MetricUnit = "fraction" | "points" | "nats";

/** One number with its provenance. */
export interface SummaryRow {
  /** A measured model, or a rule that answers without reading the question. */
  readonly kind: "model" | "baseline";
  /** True for the plain mean over a group of tasks; its n is the sum of theirs. */
  readonly isMean: boolean;
  readonly model: string;
  readonly base: string;
  readonly variant: string;
  readonly benchmark: string;
  /** For a person: "ETHICS cm". */
  readonly benchmarkLabel: string;
  readonly version: string;
  readonly metric: string;
  /** Samples that must all be right together; null where the metric is a mean over samples. */
  readonly groupSize: number | null;
  /** In `unit`, fractions in [0, 1]; null where no sample could be scored. */
  readonly value: number | null;
  /** Null where unknown: for one sample, and for a baseline that is an expectation. */
  readonly standardError: number | null;
  /** Samples (or complete groups) that were scored. */
  readonly n: number;
  readonly unscored: number;
  /** Samples whose context was cut. */
  readonly truncated: number;
  /** Which is better; "none" for a number that describes. */
  readonly direction: "higher" | "lower" | "none";
  readonly unit: MetricUnit;
  readonly shots: number;
  readonly split: string;
  /** What the data is: the published file, one from its address that nobody has verified, our own sample, another file. */
  readonly provenance: "real" | "unverified" | "sample" | "other";
  readonly dataSha256: string;
  /** Only the first so many samples were asked; null for all. */
  readonly limit: number | null;
  /** Seed of the order of the samples. */
  readonly seed: number;
  readonly device: string;
  /** Time the model took for this benchmark; 0 for a baseline. */
  readonly seconds: number;
  /** The implementation that the benchmark equals. */
  readonly source: string;
}

/** How a table came about. */
export interface RunProvenance {
  /** What the user ran, where it is known. */
  readonly command: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Versions by name: sightlab, node. */
  readonly versions: Readonly<Record<string, string>>;
  /** Git commit of this package, where it runs from a clone. */
  readonly commit: string | null;
  readonly platform: string;
  /** How far a run has come whose table is shown while it runs; null for a whole one. */
  readonly running: { readonly answered: number; readonly asked: number } | null;
}
