/** Rows as Arrow tables and back. The columns are exactly the fields of the rows. */

import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";

import { type SampleRow, type SummaryRow } from "./rows.ts";

type Columns<Row> = { readonly [Name in keyof Row]: DataType };

const text = new Utf8();
const number = new Float64();
const whole = new Int32();
const listOf = (type: DataType): DataType => new List(new Field("item", type, true));

/** Arrow type of each column of the samples. */
export const sampleColumns: Columns<SampleRow> = {
  model: text,
  benchmark: text,
  version: text,
  sample: text,
  group: text,
  question: text,
  prompt: text,
  promptHash: text,
  images: listOf(text),
  imageHashes: listOf(text),
  choiceSets: listOf(text),
  choices: listOf(text),
  isRight: listOf(new Bool()),
  loglikelihoods: listOf(number),
  tokenCounts: listOf(whole),
  response: text,
  prediction: whole,
  scoreNames: listOf(text),
  scoreValues: listOf(number),
  truncated: new Bool(),
  problem: text,
};

/** Arrow type of each column of the summary. */
export const summaryColumns: Columns<SummaryRow> = {
  kind: text,
  isMean: new Bool(),
  model: text,
  base: text,
  variant: text,
  benchmark: text,
  benchmarkLabel: text,
  version: text,
  metric: text,
  groupSize: whole,
  value: number,
  standardError: number,
  n: whole,
  unscored: whole,
  truncated: whole,
  direction: text,
  unit: text,
  shots: whole,
  split: text,
  provenance: text,
  dataSha256: text,
  limit: whole,
  seed: whole,
  device: text,
  seconds: number,
  source: text,
};

/** Rows as a table with the given columns, in their order. */
export function tableOf<Row extends object>(rows: readonly Row[], columns: Columns<Row>): Table {
  const names = Object.keys(columns) as (keyof Row & string)[]; // the keys of a Columns<Row> are those of Row
  return new Table(
    Object.fromEntries(
      names.map((name) => [
        name,
        vectorFromArray(
          rows.map((row) => row[name]),
          columns[name],
        ),
      ]),
    ),
  );
}

/** The rows of a table that `tableOf` made, or those whose numbers are given; lists come back as arrays. */
export function rowsOf<Row extends object>(
  table: Table,
  columns: Columns<Row>,
  numbers: readonly number[] = Array.from({ length: table.numRows }, (_, row) => row),
): readonly Row[] {
  const names = Object.keys(columns);
  const vectors = names.map((name) => table.getChild(name));
  return numbers.map((row) => {
    const entries = names.map((name, column) => [name, plain(vectors[column]?.get(row))] as const);
    return Object.fromEntries(entries) as unknown as Row; // the columns are those that Row names
  });
}

function plain(value: unknown): unknown {
  const isVector = typeof value === "object" && value !== null && "toArray" in value;
  return isVector ? Array.from(value as Vector) : value;
}
