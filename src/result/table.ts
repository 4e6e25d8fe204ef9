/** A results table: every sample and every number of one run, in Arrow, with how it came about. */

import { type Table } from "apache-arrow";

import { type LanguageScore } from "./comparison.ts";
import { type RunProvenance, type SampleRow, type SummaryRow } from "./rows.ts";
import { rowsOf, sampleColumns, summaryColumns, tableOf } from "./schema.ts";

/** What a run measured. A number without its row in `summary` is not shown anywhere. */
export interface ResultTable {
  /** One row a (model, benchmark, sample): `SampleRow`. */
  readonly samples: Table;
  /** One row a (model or baseline, benchmark, metric): `SummaryRow`. */
  readonly summary: Table;
  readonly provenance: RunProvenance;
  /** How well models predict a fixed text, so that a gain can be told from forgetting; empty where that was not asked. */
  readonly language: readonly LanguageScore[];
}

/** Which number is meant; the version only where a table holds several. */
export interface ResultKey {
  readonly model: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly version?: string;
}

/** Builds a results table from rows. */
export function buildResults(rows: {
  readonly samples: readonly SampleRow[];
  readonly summary: readonly SummaryRow[];
  readonly provenance: RunProvenance;
  readonly language?: readonly LanguageScore[];
}): ResultTable {
  return {
    samples: tableOf(rows.samples, sampleColumns),
    summary: tableOf(rows.summary, summaryColumns),
    provenance: rows.provenance,
    language: rows.language ?? [],
  };
}

/** The numbers of a results table as records. */
export function summaryRows(results: ResultTable): readonly SummaryRow[] {
  return rowsOf(results.summary, summaryColumns);
}

/** The samples of a results table as records; with a filter, only those of a benchmark or a model. */
export function sampleRows(
  results: ResultTable,
  filter: { readonly benchmark?: string; readonly model?: string } = {},
): readonly SampleRow[] {
  const conditions = (["benchmark", "model"] as const).flatMap((column) => {
    const wanted = filter[column];
    return wanted === undefined ? [] : [{ values: results.samples.getChild(column), wanted }];
  });
  const numbers = Array.from({ length: results.samples.numRows }, (_, row) => row).filter((row) =>
    conditions.every(({ values, wanted }) => values?.get(row) === wanted),
  );
  return rowsOf(results.samples, sampleColumns, numbers);
}

/**
 * The row of one number.
 *
 * @throws RangeError where the table has no such number.
 */
export function resultRow(results: ResultTable, key: ResultKey): SummaryRow {
  const rows = summaryRows(results);
  const found = rows.find(
    (row) =>
      row.model === key.model &&
      row.benchmark === key.benchmark &&
      row.metric === key.metric &&
      (key.version === undefined || row.version === key.version),
  );
  if (found === undefined) {
    const there = [...new Set(rows.map((row) => `${row.model} / ${row.benchmark} / ${row.metric}`))].join("; ");
    throw new RangeError(
      `Cannot find ${key.model} / ${key.benchmark} / ${key.metric} in the results: expected one of ${there}`,
    );
  }
  return found;
}

/**
 * One number, a fraction; null where no sample could be scored.
 *
 * @throws RangeError where the table has no such number.
 */
export function resultValue(results: ResultTable, key: ResultKey): number | null {
  return resultRow(results, key).value;
}
