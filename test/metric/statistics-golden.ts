/** The tests and intervals of statsmodels, scipy and evalstats on generated scores. */

import { readFileSync } from "node:fs";

type Interval = readonly [number, number];

interface PairedCase {
  readonly base: readonly number[];
  readonly tuned: readonly number[];
  readonly groups: readonly number[];
  readonly value: number;
  readonly standardError: number;
  readonly pValue: number;
  readonly interval: Interval;
  readonly interval99: Interval;
  readonly evalstats: { readonly value: number; readonly interval: Interval; readonly pValue: number };
  readonly clustered: { readonly standardError: number; readonly pValue: number; readonly interval: Interval };
}

interface BootstrapCase {
  readonly values: readonly number[];
  readonly seed: number;
  readonly resamples: number;
  readonly standardError: number;
  readonly percentile: Interval;
  readonly bca: Interval;
  readonly evalstatsPercentile: Interval;
  readonly evalstatsBca: Interval;
}

interface StatisticsGolden {
  readonly paired: readonly PairedCase[];
  /** gained, lost, exact p, chi-squared, its p, mid-p of evalstats. */
  readonly mcnemar: readonly (readonly [number, number, number, number, number, number])[];
  readonly holm: readonly (readonly [number[], number[]])[];
  /** n, alpha, power, effect in standard deviations. */
  readonly detectable: readonly (readonly [number, number, number, number])[];
  /** successes, n, level, statsmodels low and high, evalstats low and high. */
  readonly wilson: readonly (readonly [number, number, number, number, number, number, number])[];
  readonly bootstrap: readonly BootstrapCase[];
  readonly distributions: {
    readonly normal: readonly (readonly [number, number, number])[];
    readonly normalQuantile: readonly (readonly [number, number])[];
    readonly student: readonly (readonly [number, number, number])[];
    readonly studentQuantile: readonly (readonly [number, number, number])[];
    readonly fairBinomial: readonly (readonly [number, number, number, number])[];
  };
}

/** The golden file as it stands. */
export const statisticsGolden = JSON.parse(
  readFileSync(new URL("../golden/metric-statistics.json", import.meta.url), "utf8"),
) as StatisticsGolden;
