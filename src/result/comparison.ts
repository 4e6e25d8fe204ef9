/** A tuned model beside its base: what changed, whether it can be chance, and whether the language went with it. */

import { type MetricUnit } from "./rows.ts";

/** How well a model predicts a fixed text: lower is better. */
export interface LanguageScore {
  readonly model: string;
  /** Name of the text. */
  readonly text: string;
  readonly natsPerToken: number;
  /** Comparable between tokenizers. */
  readonly natsPerByte: number;
  readonly tokens: number;
  readonly bytes: number;
}

/** One number of the base beside the same number of the tuned model, on the samples that both could be scored on. */
export interface ComparisonRow {
  readonly benchmark: string;
  readonly label: string;
  readonly metric: string;
  readonly direction: "higher" | "lower" | "none";
  readonly unit: MetricUnit;
  readonly n: number;
  readonly unscored: number;
  /** In `unit`; null where no sample has both scores. */
  readonly base: number | null;
  readonly tuned: number | null;
  /** Tuned less base, with the paired standard error. */
  readonly difference: number | null;
  readonly standardError: number | null;
  /** McNemar's exact test for right and wrong, Student's t on paired differences otherwise; null without a spread. */
  readonly pValue: number | null;
  /** Corrected for all comparisons of this table (Holm). */
  readonly pHolm: number | null;
  /** Samples that changed from wrong to right and back; null where scores are not right or wrong. */
  readonly gained: number | null;
  readonly lost: number | null;
  /** The smallest difference that this n would show with 80 % power; null without a standard error. */
  readonly detectable: number | null;
  /** What a random guess scores; null where there is no such number. */
  readonly chance: number | null;
  /** Mean over samples of the mean log-likelihood of right choices less that of wrong ones, nats; null without choices. */
  readonly gapBase: number | null;
  readonly gapTuned: number | null;
  /** Mean over samples of the standard deviation of the choices' log-likelihoods, nats; null without choices. */
  readonly spreadBase: number | null;
  readonly spreadTuned: number | null;
  /** Why a gain may be none: sentences. */
  readonly warnings: readonly string[];
}

/** The comparison of two models. */
export interface Comparison {
  readonly base: string;
  readonly tuned: string;
  readonly rows: readonly ComparisonRow[];
  /** Null where no language check was made. */
  readonly language: { readonly base: LanguageScore; readonly tuned: LanguageScore } | null;
}
