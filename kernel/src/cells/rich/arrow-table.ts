/** Apache Arrow tables, of whichever copy of the library: their first rows. */

import type { MimeBundle } from "../mime-bundle.ts";
import { htmlTable } from "./html.ts";
import { shortText } from "./short-text.ts";

/** More rows and columns than these are only counted. */
const shownRows = 20;
const shownColumns = 30;

/** The part of arrow's `Table` that is read: apache-arrow@21/src/table.ts. */
interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  readonly numRows: number;
  readonly numCols: number;
  readonly getChildAt: (column: number) => { readonly get: (row: number) => unknown } | null;
}

/** The bundle of an Arrow table; undefined for anything else. */
export function arrowTableBundle(value: object): MimeBundle | undefined {
  if (!isArrowTable(value)) return undefined;
  const { schema, numRows, numCols } = value;
  const columns = schema.fields.slice(0, shownColumns);
  const count = Math.min(numRows, shownRows);
  const rows = Array.from({ length: count }, (_, row) =>
    columns.map((_field, column) => shortText(value.getChildAt(column)?.get(row))),
  );
  const caption = `${String(numRows)} rows × ${String(numCols)} columns${numRows > count ? `, the first ${String(count)}` : ""}`;
  const heads = columns.map(({ name, type }) => `${name}: ${String(type)}`);
  return { "text/html": htmlTable({ heads, rows, caption }), "text/plain": textTable({ heads, rows, caption }) };
}

function isArrowTable(value: object): value is ArrowTable {
  return (
    "schema" in value &&
    typeof value.schema === "object" &&
    value.schema !== null &&
    "fields" in value.schema &&
    Array.isArray(value.schema.fields) &&
    "numRows" in value &&
    typeof value.numRows === "number" &&
    "numCols" in value &&
    typeof value.numCols === "number" &&
    "getChildAt" in value &&
    typeof value.getChildAt === "function"
  );
}

function textTable({ heads, rows, caption }: Parameters<typeof htmlTable>[0]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [caption, line(heads), ...rows.map(line)].join("\n");
}
