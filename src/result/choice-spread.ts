/** How far a model holds the choices of a question apart: a model that drifts towards chance holds them nearer together. */

import { type SampleRow } from "./rows.ts";
import { rowsOf, sampleColumns } from "./schema.ts";
import { type ResultTable } from "./table.ts";

/** What of a sample row says how likely its choices are. */
export type ScoredChoices = Pick<SampleRow, "choiceSets" | "isRight" | "loglikelihoods">;

/** One metric of a benchmark for two models. */
export interface SpreadKey {
  readonly base: string;
  readonly tuned: string;
  readonly benchmark: string;
  readonly version: string;
  readonly metric: string;
}

/** Means over samples, nats; null without choices. */
export interface SpreadChange {
  readonly base: number | null;
  readonly tuned: number | null;
}

/** Mean log-likelihood of the right choices less that of the wrong ones, nats; null where one kind is missing. */
export function choiceGap(row: ScoredChoices, metric: string): number | null {
  const { right, wrong } = choicesIn(row, metric);
  const [a, b] = [meanOfKnown(right), meanOfKnown(wrong)];
  return a === null || b === null ? null : a - b;
}

/** Standard deviation of the choices' log-likelihoods, nats; null with fewer than two. */
function choiceSpread(row: ScoredChoices, metric: string): number | null {
  const { right, wrong } = choicesIn(row, metric);
  const all = [...right, ...wrong];
  const middle = meanOfKnown(all);
  if (middle === null || all.length < 2) return null;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - middle) ** 2, 0) / all.length);
}

/** The spread of the choices of two models, over the samples where both have one. */
export function meanSpreads(
  pairs: readonly { readonly base: ScoredChoices; readonly tuned: ScoredChoices }[],
  metric: string,
): SpreadChange {
  const spreads = pairs.map(({ base, tuned }) => [choiceSpread(base, metric), choiceSpread(tuned, metric)] as const);
  const both = spreads.filter(([base, tuned]) => base !== null && tuned !== null);
  return { base: meanOfKnown(both.map(([base]) => base)), tuned: meanOfKnown(both.map(([, tuned]) => tuned)) };
}

/** Reads the spread of a table's choices for two models; what is read of a model and a benchmark is kept. */
export function spreadChanges({ samples }: ResultTable): (key: SpreadKey) => SpreadChange {
  const kept = new Map<string, ReadonlyMap<string, SpreadRow>>();
  const columns = spreadNames.map((name) => samples.getChild(name));
  const rowsOfModel = (wanted: readonly string[]): ReadonlyMap<string, SpreadRow> => {
    const key = JSON.stringify(wanted);
    const numbers = (): readonly number[] =>
      Array.from({ length: samples.numRows }, (_, row) => row).filter((row) =>
        wanted.every((value, column) => columns[column]?.get(row) === value),
      );
    const rows =
      kept.get(key) ?? new Map(rowsOf<SpreadRow>(samples, spreadColumns, numbers()).map((row) => [row.sample, row]));
    kept.set(key, rows);
    return rows;
  };
  return ({ base, tuned, benchmark, version, metric }) => {
    const others = rowsOfModel([tuned, benchmark, version]);
    const pairs = [...rowsOfModel([base, benchmark, version])].flatMap(([sample, row]) => {
      const other = others.get(sample);
      return other === undefined ? [] : [{ base: row, tuned: other }];
    });
    return meanSpreads(pairs, metric);
  };
}

/** Mean of the values that are known; null where none is. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

type SpreadRow = ScoredChoices & Pick<SampleRow, "sample">;

const spreadNames = ["model", "benchmark", "version"] as const;
const { sample, choiceSets, isRight, loglikelihoods } = sampleColumns;
const spreadColumns = { sample, choiceSets, isRight, loglikelihoods };

/** The finite log-likelihoods of one set (where the metric has the name of none: of the first), right and wrong apart. */
function choicesIn(
  row: ScoredChoices,
  metric: string,
): { readonly right: readonly number[]; readonly wrong: readonly number[] } {
  const set = row.choiceSets.includes(metric) ? metric : row.choiceSets[0];
  const of = (right: boolean): readonly number[] =>
    row.loglikelihoods.flatMap((value, index) => {
      const counts = row.choiceSets[index] === set && row.isRight[index] === right;
      return counts && value !== null && Number.isFinite(value) ? [value] : [];
    });
  return { right: of(true), wrong: of(false) };
}
