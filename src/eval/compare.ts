/**
 * Is it better, or has it forgotten? A model that forgets its language drifts towards chance, and a score that began
 * below chance then rises. So a gain is shown with what a reader needs to doubt it.
 */

import { detectableDifference } from "../metric/detectable-difference.ts";
import { holmAdjusted } from "../metric/holm.ts";
import { mcnemar } from "../metric/mcnemar.ts";
import { pairedDifference } from "../metric/paired-difference.ts";
import { choiceGap, meanOfKnown, meanSpreads } from "../result/choice-spread.ts";
import { type Comparison, type ComparisonRow, type LanguageScore } from "../result/comparison.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import { type ResultTable, sampleRows, summaryRows } from "../result/table.ts";

/** Which two models of a results table, and their language check where one was made. */
export interface CompareOptions {
  readonly base: string;
  readonly tuned: string;
  /** What `languageCheck` gave for both models. Default: what the results carry, where they carry both. */
  readonly language?: readonly LanguageScore[];
}

/**
 * Compares a tuned model with its base on every benchmark and metric that both were asked: paired differences with
 * their test (Holm-corrected over the table), samples that changed in each direction, distance from chance, the gap
 * between right and wrong choices, and warnings where a gain comes with a loss of language or of spread.
 *
 * @throws RangeError where the results lack one of the models, or the language check does.
 */
export function compare(results: ResultTable, { base, tuned, language }: CompareOptions): Comparison {
  const summary = summaryRows(results);
  for (const model of [base, tuned]) checkModel(summary, model);
  const checked = checkOf(results, { base, tuned, ...(language === undefined ? {} : { language }) });
  const numbers = summary.filter((row) => row.model === base && !row.isMean && row.groupSize === null);
  const rows = numbers.flatMap((number) => {
    const pairs = pairsOf(results, { base, tuned, number });
    const isMeanOverSamples = pairs.some(({ base: row }) => row.scoreNames.includes(number.metric));
    return isMeanOverSamples ? [rowOf(number, { pairs, chance: chanceOf(summary, number) })] : [];
  });
  const corrected = holmAdjusted(rows.map((row) => row.pValue));
  const warned = rows.map((row, index) => {
    const withHolm = { ...row, pHolm: corrected[index] ?? null };
    return { ...withHolm, warnings: warningsOf(withHolm, checked) };
  });
  return { base, tuned, rows: warned, language: checked };
}

interface Pair {
  readonly base: SampleRow;
  readonly tuned: SampleRow;
}

function pairsOf(
  results: ResultTable,
  { base, tuned, number }: { readonly base: string; readonly tuned: string; readonly number: SummaryRow },
): readonly Pair[] {
  const { benchmark, version } = number;
  const rows = (model: string): readonly SampleRow[] =>
    sampleRows(results, { benchmark, model }).filter((row) => row.version === version);
  const others = new Map(rows(tuned).map((row) => [row.sample, row]));
  return rows(base).flatMap((row) => {
    const other = others.get(row.sample);
    return other === undefined ? [] : [{ base: row, tuned: other }];
  });
}

function rowOf(
  number: SummaryRow,
  { pairs, chance }: { readonly pairs: readonly Pair[]; readonly chance: number | null },
): ComparisonRow {
  const { benchmark, benchmarkLabel: label, metric, direction, unit } = number;
  const scored = pairs.map((pair) => ({
    base: scoreIn(pair.base, metric),
    tuned: scoreIn(pair.tuned, metric),
    ...(pair.base.group === null ? {} : { group: pair.base.group }),
  }));
  const both = scored.filter(({ base, tuned }) => base !== null && tuned !== null);
  const { value, standardError, n, unscored, pValue } = pairedDifference(scored);
  const changed = both.every(({ base, tuned }) => isRightOrWrong(base) && isRightOrWrong(tuned))
    ? mcnemar(both.map(({ base, tuned }) => ({ base: base === 1, tuned: tuned === 1 })))
    : null;
  const set = number.metric;
  const spread = meanSpreads(pairs, set);
  return {
    benchmark,
    label,
    metric,
    direction,
    unit,
    n,
    unscored,
    base: meanOfKnown(both.map((one) => one.base)),
    tuned: meanOfKnown(both.map((one) => one.tuned)),
    difference: value,
    standardError,
    pValue: changed === null ? pValue : changed.exactP,
    pHolm: null,
    gained: changed?.gained ?? null,
    lost: changed?.lost ?? null,
    detectable: standardError === null ? null : detectableDifference(standardError),
    chance,
    gapBase: meanOfKnown(pairs.map((pair) => choiceGap(pair.base, set))),
    gapTuned: meanOfKnown(pairs.map((pair) => choiceGap(pair.tuned, set))),
    spreadBase: spread.base,
    spreadTuned: spread.tuned,
    warnings: [],
  };
}

/** A gain that comes with a worse language check, with choices nearer together, or from below chance towards it. */
function warningsOf(row: ComparisonRow, language: Comparison["language"]): readonly string[] {
  const { base, tuned, difference, direction, chance, spreadBase, spreadTuned } = row;
  const gain = difference === null || direction === "none" ? 0 : direction === "higher" ? difference : -difference;
  if (gain <= 0 || base === null || tuned === null) return [];
  const warnings: string[] = [];
  if (language !== null && language.tuned.natsPerByte > language.base.natsPerByte) {
    warnings.push("predicts language worse than its base");
  }
  if (spreadBase !== null && spreadTuned !== null && spreadTuned < spreadBase) {
    warnings.push("its choices lie nearer together");
  }
  const below = chance !== null && (direction === "higher" ? base < chance : base > chance);
  if (below && Math.abs(tuned - chance) < Math.abs(base - chance)) {
    warnings.push("began worse than chance and moved towards it");
  }
  return warnings;
}

function scoreIn(row: SampleRow, metric: string): number | null {
  const index = row.scoreNames.indexOf(metric);
  return index === -1 ? null : (row.scoreValues[index] ?? null);
}

function isRightOrWrong(score: number | null): boolean {
  return score === 0 || score === 1;
}

function chanceOf(summary: readonly SummaryRow[], number: SummaryRow): number | null {
  const found = summary.find(
    (row) =>
      row.kind === "baseline" &&
      row.model.startsWith("Random guess") &&
      row.benchmark === number.benchmark &&
      row.version === number.version &&
      row.metric === number.metric,
  );
  return found?.value ?? null;
}

/** The language check of both models: the given one, or the results' own; null where they have none. */
function checkOf(results: ResultTable, { base, tuned, language }: CompareOptions): Comparison["language"] {
  if (language !== undefined) return { base: scoreOf(language, base), tuned: scoreOf(language, tuned) };
  const of = (model: string): LanguageScore | undefined => results.language.find((score) => score.model === model);
  const [one, other] = [of(base), of(tuned)];
  return one === undefined || other === undefined ? null : { base: one, tuned: other };
}

function scoreOf(language: readonly LanguageScore[], model: string): LanguageScore {
  const found = language.find((score) => score.model === model);
  if (found === undefined) {
    const there = language.map((score) => score.model).join(", ");
    throw new RangeError(`Cannot find "${model}" in the language check: expected one of ${there}`);
  }
  return found;
}

function checkModel(summary: readonly SummaryRow[], model: string): void {
  const there = new Set(summary.filter((row) => row.kind === "model").map((row) => row.model));
  if (!there.has(model)) {
    throw new RangeError(`Cannot find model "${model}" in the results: expected one of ${[...there].join(", ")}`);
  }
}
