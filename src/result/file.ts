/**
 * A results table as one Arrow file, readable by anything that reads Arrow.
 *
 * The samples are its rows; the numbers, the provenance and the language check stand as JSON in the schema's metadata under
 * "sightlab.summary", "sightlab.provenance" and "sightlab.language", so that one file holds all and is replaced at once.
 */

import { readFile } from "node:fs/promises";

import { Schema, Table, tableFromIPC, tableToIPC } from "apache-arrow";

import { DataFormatError } from "../base/errors.ts";
import { replaceFile } from "../base/replace-file.ts";
import { type LanguageScore } from "./comparison.ts";
import { type RunProvenance, type SummaryRow } from "./rows.ts";
import { sampleColumns, summaryColumns, tableOf } from "./schema.ts";
import { type ResultTable, summaryRows } from "./table.ts";

const summaryKey = "sightlab.summary";
const provenanceKey = "sightlab.provenance";
const languageKey = "sightlab.language";

/** Writes the table to `path`, through a temporary file beside it: a reader sees the old file or the new one. */
export async function saveResults(results: ResultTable, path: string): Promise<void> {
  const metadata = new Map([
    [summaryKey, JSON.stringify(summaryRows(results))],
    [provenanceKey, JSON.stringify(results.provenance)],
    [languageKey, JSON.stringify(results.language)],
  ]);
  const { samples } = results;
  const schema = new Schema(samples.schema.fields, metadata);
  const bytes = tableToIPC(new Table(schema, samples.batches), "file");
  await replaceFile(path, [bytes]);
}

/**
 * Reads a table that `saveResults` wrote.
 *
 * @throws DataFormatError where the file is not Arrow or lacks a column or the summary.
 */
export async function loadResults(path: string): Promise<ResultTable> {
  const samples = parseArrow(await readFile(path), path);
  for (const column of Object.keys(sampleColumns)) {
    if (samples.getChild(column) === null) {
      throw new DataFormatError(`Cannot read results at "${path}": expected a column "${column}", got none`);
    }
  }
  const saved = parseMetadata(samples, summaryKey, path) as readonly SummaryRow[]; // written by saveResults
  const summary = saved.map((row) => ({ ...row, unit: (row as Partial<SummaryRow>).unit ?? "fraction" })); // older files lack it
  const provenance = parseMetadata(samples, provenanceKey, path) as RunProvenance; // written by saveResults
  const isKept = samples.schema.metadata.has(languageKey); // a file that was written before it was kept has none
  const language = isKept ? (parseMetadata(samples, languageKey, path) as readonly LanguageScore[]) : [];
  return { samples, summary: tableOf(summary, summaryColumns), provenance: { ...provenance, running: null }, language };
}

function parseArrow(bytes: Uint8Array, path: string): Table {
  const magic = new TextDecoder().decode(bytes.subarray(0, 6));
  if (magic !== "ARROW1") {
    throw new DataFormatError(
      `Cannot read results at "${path}": expected an Arrow file, got one that starts with ${JSON.stringify(magic)}`,
    );
  }
  try {
    return tableFromIPC(bytes);
  } catch (error) {
    throw new DataFormatError(`Cannot read results at "${path}": expected a whole Arrow file, got ${String(error)}`, {
      cause: error,
    });
  }
}

function parseMetadata(table: Table, key: string, path: string): unknown {
  const found = table.schema.metadata.get(key);
  if (found === undefined) {
    throw new DataFormatError(`Cannot read results at "${path}": expected schema metadata "${key}", got none`);
  }
  return JSON.parse(found);
}
