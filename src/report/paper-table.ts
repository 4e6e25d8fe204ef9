/** The tables that the paper prints, read from datasets/paper; no number of them stands in the code. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { parseCsv } from "../base/csv.ts";
import { DataFormatError } from "../base/errors.ts";

/** One published row. `values` are fractions by column id ("ethics.acc"); a number that is not printed is absent. */
export interface PaperRow {
  readonly base: string;
  readonly variant: string;
  readonly values: Readonly<Record<string, number>>;
}

/** One published table. */
export interface PaperTable {
  /** "Paper, Table 1". */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly PaperRow[];
}

interface Manifest {
  readonly tables: Readonly<Record<string, TableEntry>>;
}

interface TableEntry {
  readonly file: string;
  readonly title: string;
  readonly rows: {
    readonly base: string;
    readonly variant: string | null;
    /** Who is meant by a name that stands for base and variant both ("MM-LLaMA2-ft"). */
    readonly names?: Readonly<Record<string, { readonly base: string; readonly variant: string }>>;
  };
  readonly columns: readonly { readonly column: string; readonly benchmark: string; readonly metric: string }[];
}

const paperFolder = fileURLToPath(new URL("../../datasets/paper/", import.meta.url));

/**
 * A table by its reference, "paper:table-1".
 *
 * @throws RangeError naming what there is, for an unknown reference; DataFormatError for a number that cannot be read.
 */
export function readPaperTable(reference: string): PaperTable {
  const manifest = JSON.parse(readFileSync(join(paperFolder, "manifest.json"), "utf8")) as Manifest;
  const entry = manifest.tables[reference.replace(/^paper:/, "")];
  if (!reference.startsWith("paper:") || entry === undefined) {
    const known = Object.keys(manifest.tables).map((name) => `paper:${name}`);
    throw new RangeError(`Cannot find the table "${reference}": expected one of ${known.join(", ")}`);
  }
  const [header, ...rows] = parseCsv(readFileSync(join(paperFolder, entry.file), "utf8"), entry.file);
  const names = header?.fields ?? [];
  return {
    title: entry.title,
    columns: entry.columns.map(columnId),
    rows: rows.map(({ fields, line }) =>
      paperRow(entry, (name) => fields[names.indexOf(name)], `${entry.file}:${line}`),
    ),
  };
}

/** The row of the same base and variant, whatever their spelling ("LLaMA-2 chat" is "LLaMA2-chat"). */
export function findPaperRow(
  table: PaperTable,
  model: { readonly base: string; readonly variant: string },
): PaperRow | undefined {
  return table.rows.find(
    (row) => spelling(row.base) === spelling(model.base) && spelling(row.variant) === spelling(model.variant),
  );
}

function paperRow(entry: TableEntry, field: (name: string) => string | undefined, where: string): PaperRow {
  const values: Record<string, number> = {};
  for (const column of entry.columns) {
    const printed = field(column.column) ?? "";
    if (printed === "") continue;
    if (!/^-?\d+(\.\d+)?$/.test(printed)) {
      throw new DataFormatError(
        `Cannot read field "${column.column}" at "${where}": expected percent, got "${printed}"`,
      );
    }
    values[columnId(column)] = Number(printed) / 100;
  }
  const { base, variant, names = {} } = entry.rows;
  const known = names[field(base) ?? ""];
  if (known !== undefined) return { ...known, values };
  return { base: field(base) ?? "", variant: variant === null ? "base" : (field(variant) ?? ""), values };
}

function columnId({ benchmark, metric }: { readonly benchmark: string; readonly metric: string }): string {
  return `${benchmark}.${metric}`;
}

function spelling(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}
