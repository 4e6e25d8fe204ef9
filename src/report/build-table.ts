/** From results to the benchmark table: what is measured, what rules score that read nothing, what the paper prints. */

import { type SummaryRow } from "../result/rows.ts";
import { type ResultTable, summaryRows } from "../result/table.ts";
import {
  type BenchmarkCell,
  type BenchmarkColumn,
  type BenchmarkGroup,
  type BenchmarkRow,
  type BenchmarkSection,
  type BenchmarkTable,
} from "./benchmark-table.ts";
import { readDoubts } from "./doubts.ts";
import { findPaperRow, type PaperTable } from "./paper-table.ts";
import { notesOf, titleOf } from "./table-words.ts";

/** Builds the table; `paper` adds a section and, where base and variant agree, the paper's value beside ours. */
export function buildTable(results: ResultTable, paper: PaperTable | null): BenchmarkTable {
  const rows = summaryRows(results);
  const measured = rows.filter((row) => row.kind === "model");
  const columns = columnsOf(measured);
  const doubts = readDoubts(results, measured);
  const sections: BenchmarkSection[] = [
    { kind: "measured", title: "Measured here", groups: measuredGroups(measured, columns, { paper, doubts }) },
    { kind: "baseline", title: "Baselines on the same samples", groups: baselineGroups(rows, columns) },
  ];
  if (paper !== null) sections.push({ kind: "paper", title: paper.title, groups: paperGroups(paper, columns) });
  return {
    formatVersion: 1,
    title: titleOf(measured),
    columns,
    sections: sections.filter((section) => section.groups.length > 0),
    notes: notesOf(results, { measured, columns, sections, paper }),
  };
}

/** The key of a number in a row's cells. A version stands in it only where the table holds several. */
export function columnIdOf(row: SummaryRow, rows: readonly SummaryRow[]): string {
  const several = rows.some((other) => other.benchmark === row.benchmark && other.version !== row.version);
  return `${row.benchmark}${several ? `@${row.version}` : ""}.${row.metric}`;
}

/** One column a benchmark and metric, in the order of the results; none where n is 0 for all. */
function columnsOf(measured: readonly SummaryRow[]): readonly BenchmarkColumn[] {
  const columns = groupBy(measured, (row) => columnIdOf(row, measured));
  return columns.flatMap(([id, same]) => {
    const [first] = same;
    const isEmpty = same.every((row) => row.n === 0 && row.unscored === 0);
    return first === undefined || isEmpty ? [] : [columnOf(first, { id, same })];
  });
}

function columnOf(
  row: SummaryRow,
  { id, same }: { readonly id: string; readonly same: readonly SummaryRow[] },
): BenchmarkColumn {
  const counts = [...new Set(same.map((one) => one.n))].sort((a, b) => a - b);
  const n = counts.length === 1 ? String(counts[0]) : `${String(counts[0])} to ${String(counts.at(-1))}`;
  const detail = `${row.benchmark} version ${row.version}, ${row.shots}-shot, ${row.split} split, n = ${n}, ${row.direction === "none" ? "neither more nor less" : row.direction} is better; as ${row.source}`;
  return { id, label: row.benchmarkLabel, metric: row.metric, direction: row.direction, unit: row.unit, detail };
}

function measuredGroups(
  measured: readonly SummaryRow[],
  columns: readonly BenchmarkColumn[],
  { paper, doubts }: { readonly paper: PaperTable | null; readonly doubts: ReturnType<typeof readDoubts> },
): readonly BenchmarkGroup[] {
  return groupBy(measured, (row) => row.base).map(([label, rows]) => {
    const models = groupBy(rows, (row) => row.model).sort(([, a], [, b]) => Number(isBase(b)) - Number(isBase(a)));
    const base = models.find(([, own]) => isBase(own))?.[1] ?? [];
    return {
      label,
      rows: models.map(([name, own]) => ({
        label: name,
        isBase: isBase(own),
        cells: cellsOf(columns, (id) => {
          const row = own.find((one) => columnIdOf(one, measured) === id);
          const reference = isBase(own) ? undefined : base.find((one) => columnIdOf(one, measured) === id);
          if (row === undefined) return null;
          const cell = measuredCell(row, { reference, paper, id });
          return reference === undefined ? cell : { ...cell, doubts: doubts(row, reference) };
        }),
      })),
    };
  });
}

function baselineGroups(rows: readonly SummaryRow[], columns: readonly BenchmarkColumn[]): readonly BenchmarkGroup[] {
  const measured = rows.filter((row) => row.kind === "model");
  const baselines = groupBy(
    rows.filter((row) => row.kind === "baseline"),
    (row) => row.model,
  );
  const toRow = ([label, own]: readonly [string, readonly SummaryRow[]]): BenchmarkRow => ({
    label,
    isBase: false,
    cells: cellsOf(columns, (id) => {
      const row = own.find((one) => columnIdOf(one, measured) === id);
      return row === undefined ? null : measuredCell(row, { reference: undefined, paper: null, id });
    }),
  });
  return baselines.length === 0 ? [] : [{ label: "Rules that never read the question", rows: baselines.map(toRow) }];
}

function paperGroups(paper: PaperTable, columns: readonly BenchmarkColumn[]): readonly BenchmarkGroup[] {
  return groupBy(paper.rows, (row) => row.base).map(([label, rows]) => {
    const base = rows.find((row) => row.variant === "base");
    return {
      label,
      rows: rows.map((row) => ({
        label: row === base ? row.base : `${row.base} ${row.variant}`,
        isBase: row === base,
        cells: cellsOf(columns, (id) => {
          const value = row.values[id];
          const reference = row === base ? undefined : base?.values[id];
          return value === undefined ? null : paperCell(value, reference);
        }),
      })),
    };
  });
}

function measuredCell(
  row: SummaryRow,
  { reference, paper, id }: { reference: SummaryRow | undefined; paper: PaperTable | null; id: string },
): BenchmarkCell {
  const { value, standardError, n, unscored } = row;
  const from = reference?.value ?? null;
  return {
    value,
    standardError,
    n,
    unscored,
    differenceToBase: value === null || from === null ? null : value - from,
    doubts: [],
    paper: paper === null ? null : (findPaperRow(paper, row)?.values[id] ?? null),
  };
}

function paperCell(value: number, reference: number | undefined): BenchmarkCell {
  const differenceToBase = reference === undefined ? null : value - reference;
  return { value, standardError: null, n: null, unscored: 0, differenceToBase, doubts: [], paper: null };
}

function cellsOf(
  columns: readonly BenchmarkColumn[],
  cell: (id: string) => BenchmarkCell | null,
): Record<string, BenchmarkCell | null> {
  return Object.fromEntries(columns.map(({ id }) => [id, cell(id)]));
}

function isBase(rows: readonly SummaryRow[]): boolean {
  return rows[0]?.variant === "base";
}

/** Entries by key, in the order in which keys first appear. */
function groupBy<T>(values: readonly T[], key: (value: T) => string): (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return [...groups];
}
