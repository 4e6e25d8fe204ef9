/** Comma-separated text (RFC 4180) as rows of fields. */

import { DataFormatError } from "./errors.ts";

/** One row with the line it starts on, counted from 1 as an editor counts. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The rows of a CSV text: quoted fields may hold commas, doubled quotes and line breaks, which are kept as they are;
 * rows end with LF, CRLF or CR; empty lines and a byte order mark are skipped. `file` is named in errors.
 *
 * @throws DataFormatError naming file and line, for a quote that is not closed or text beside a quoted field.
 */
export function parseCsv(text: string, file: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at, `${file}:${line}`) : plainField(text, at);
    fields.push(field.value);
    line += countLines(text, at, field.end);
    at = field.end;
    if (text[at] === ",") {
      at += 1;
      if (at === text.length) fields.push("");
      else continue;
    }
    if (fields.length > 1 || fields[0] !== "" || field.quoted) rows.push({ line: rowLine, fields });
    fields = [];
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    rowLine = line;
  }
  return rows;
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly quoted: boolean;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length && !isFieldEnd(text[end])) end += 1;
  return { value: text.slice(start, end), end, quoted: false };
}

function quotedField(text: string, start: number, where: string): Field {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end === -1) {
    throw new DataFormatError(`Cannot read the row at "${where}": expected a closing quote, got the end of the file`);
  }
  const next = text[end + 1];
  if (next !== undefined && !isFieldEnd(next)) {
    throw new DataFormatError(
      `Cannot read the row at "${where}": expected a comma or a line break after a quoted field, got ${JSON.stringify(next)}`,
    );
  }
  return { value: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1, quoted: true };
}

function isFieldEnd(character: string | undefined): boolean {
  return character === "," || character === "\n" || character === "\r";
}

/** Line breaks inside `text[start, end)`; CRLF is one. */
function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let i = start; i < end; i++) {
    if (text[i] === "\n" || (text[i] === "\r" && text[i + 1] !== "\n")) lines += 1;
  }
  return lines;
}
