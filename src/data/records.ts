/** Data files as checked records: every row has every field, and an error names file, row and field. */

import { readFile } from "node:fs/promises";

import { parseCsv } from "../base/csv.ts";
import { DataFormatError } from "../base/errors.ts";

/** One row of a data file. `where` is "file:line", for errors. */
export interface CsvRecord {
  readonly where: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** One value of a JSON file. `where` is "file:line" (JSON lines) or "file[index]" (an array). */
export interface JsonRecord {
  readonly where: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * The rows of a CSV file. With `header: true` the first row names the fields and must have all of `columns`, in any
 * order; with `header: false` the fields are `columns`, in this order.
 *
 * @throws DataFormatError naming file, row and field.
 */
export async function readCsvRecords(
  file: string,
  { columns, header }: { readonly columns: readonly string[]; readonly header: boolean },
): Promise<readonly CsvRecord[]> {
  const rows = parseCsv(await readText(file), file);
  const names = header ? headerNames(rows[0]?.fields ?? [], { columns, file }) : columns;
  const body = header ? rows.slice(1) : rows;
  return body.map((row) => {
    const where = `${file}:${row.line}`;
    const fields: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      const value = row.fields[index];
      if (value === undefined) throw fieldError({ field: name, where, expected: "a value", found: "nothing" });
      fields[name] = value;
    }
    if (row.fields.length > names.length) {
      throw new DataFormatError(
        `Cannot read the row at "${where}": expected ${names.length} fields (${names.join(", ")}), got ${row.fields.length}`,
      );
    }
    return { where, fields };
  });
}

/**
 * The objects of a JSON file that holds an array. JavaScript moves keys such as "1945" to the front of an object; read
 * objects whose order matters with `orderedEntries`.
 *
 * @throws DataFormatError naming the file and what is not an object.
 */
export async function readJsonRecords(file: string): Promise<readonly JsonRecord[]> {
  const value = parseJson(markNumericKeys(await readText(file)), file);
  if (!Array.isArray(value)) {
    throw new DataFormatError(`Cannot read "${file}": expected an array of objects, got ${kindOf(value)}`);
  }
  return value.map((entry: unknown, index) => toJsonRecord(entry, `${file}[${index}]`));
}

/** The entries of an object of `readJsonRecords` in the order of the file. */
export function orderedEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).map(([key, entry]) => [key.replace(keyMark, ""), entry as unknown] as const);
}

/**
 * The objects of a file with one JSON object a line; empty lines are skipped.
 *
 * @throws DataFormatError naming file and line.
 */
export async function readJsonLines(file: string): Promise<readonly JsonRecord[]> {
  const lines = (await readText(file)).split("\n");
  return lines.flatMap((line, index) => {
    const where = `${file}:${index + 1}`;
    return line.trim() === "" ? [] : [toJsonRecord(parseJson(line, where), where)];
  });
}

/**
 * The field of a CSV row as one of a few words.
 *
 * @throws DataFormatError where it is none of them.
 */
export function oneOf<T extends string>(record: CsvRecord, field: string, words: readonly T[]): T {
  const found = textField(record, field);
  const word = words.find((candidate) => candidate === found);
  if (word === undefined) {
    throw fieldError({ field, where: record.where, expected: words.join(" or "), found: JSON.stringify(found) });
  }
  return word;
}

/**
 * The field of a row as text that is not empty.
 *
 * @throws DataFormatError where it is missing, empty or not text.
 */
export function textField(record: CsvRecord | JsonRecord, field: string): string {
  const found: unknown = "fields" in record ? record.fields[field] : record.value[field];
  if (typeof found !== "string" || found.trim() === "") {
    const shown = typeof found === "string" ? JSON.stringify(found) : kindOf(found);
    throw fieldError({ field, where: record.where, expected: "text", found: shown });
  }
  return found;
}

/** The error for one field of one row. */
export function fieldError(problem: {
  readonly field: string;
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}): DataFormatError {
  return new DataFormatError(
    `Cannot read field "${problem.field}" at "${problem.where}": expected ${problem.expected}, got ${problem.found}`,
  );
}

/** What kind of JSON value something is, for an error. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new DataFormatError(`Cannot read "${file}": expected UTF-8 text, got other bytes`);
  }
}

const keyMark = "\u0000";

/** An unescaped quote, digits, a quote and a colon can only be a key. */
function markNumericKeys(text: string): string {
  return text.replace(/(?<!\\)"(\d+)"(?=\s*:)/g, '"\\u0000$1"');
}

function headerNames(
  found: readonly string[],
  { columns, file }: { readonly columns: readonly string[]; readonly file: string },
): readonly string[] {
  for (const field of columns) {
    if (!found.includes(field)) {
      throw fieldError({ field, where: `${file}:1`, expected: "a column of this name", found: found.join(",") });
    }
  }
  return found;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataFormatError(`Cannot read "${where}": expected JSON, got ${String(error)}`, { cause: error });
  }
}

function toJsonRecord(value: unknown, where: string): JsonRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataFormatError(`Cannot read the row at "${where}": expected an object, got ${kindOf(value)}`);
  }
  return { where, value: value as Readonly<Record<string, unknown>> }; // checked: a plain JSON object
}
