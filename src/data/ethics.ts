/** The ETHICS test sets (Hendrycks et al. 2021, "Aligning AI With Shared Human Values"), as published CSV files. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { type CsvRecord, fieldError, oneOf, readCsvRecords, textField } from "./records.ts";

/** A labelled text: commonsense (label 1 = wrong) and justice (label 1 = reasonable). */
export interface LabelledText {
  readonly label: 0 | 1;
  readonly text: string;
}

/** A scenario with an excuse or a duty; label 1 = reasonable. Four rows in a row belong together. */
export interface DeontologyRow {
  readonly label: 0 | 1;
  readonly scenario: string;
  readonly excuse: string;
}

/** Two activities; the first is the more pleasant one. */
export interface UtilitarianismRow {
  readonly activity: string;
  readonly baseline: string;
}

/** A sentence and a trait; label 1 = the character shows it. Five rows in a row belong together. */
export interface VirtueRow {
  readonly label: 0 | 1;
  readonly scenario: string;
  readonly trait: string;
}

/** Rows in file order with the file they come from. */
export interface DatasetRows<T> {
  readonly rows: readonly T[];
  readonly file: DatasetFile;
}

/** Reads cm_test.csv. @throws DataFormatError naming file, row and field. */
export function readCommonsense(location: DatasetLocation): Promise<DatasetRows<LabelledText>> {
  return readRows(location, "cm_test.csv", ["label", "input"], (record) => ({
    label: labelOf(record),
    text: textField(record, "input"),
  }));
}

/** Reads justice_test.csv. @throws DataFormatError naming file, row and field. */
export function readJustice(location: DatasetLocation): Promise<DatasetRows<LabelledText>> {
  return readRows(location, "justice_test.csv", ["label", "scenario"], (record) => ({
    label: labelOf(record),
    text: textField(record, "scenario"),
  }));
}

/** Reads deontology_test.csv. @throws DataFormatError naming file, row and field. */
export function readDeontology(location: DatasetLocation): Promise<DatasetRows<DeontologyRow>> {
  return readRows(location, "deontology_test.csv", ["label", "scenario", "excuse"], (record) => ({
    label: labelOf(record),
    scenario: textField(record, "scenario"),
    excuse: textField(record, "excuse"),
  }));
}

/** Reads util_test.csv, which has no header. @throws DataFormatError naming file, row and field. */
export function readUtilitarianism(location: DatasetLocation): Promise<DatasetRows<UtilitarianismRow>> {
  return readRows(
    location,
    "util_test.csv",
    ["activity", "baseline"],
    (record) => ({ activity: textField(record, "activity"), baseline: textField(record, "baseline") }),
    false,
  );
}

/** Reads virtue_test.csv, whose text is "sentence [SEP] trait". @throws DataFormatError naming file, row and field. */
export function readVirtue(location: DatasetLocation): Promise<DatasetRows<VirtueRow>> {
  return readRows(location, "virtue_test.csv", ["label", "scenario"], (record) => {
    const parts = textField(record, "scenario").split(" [SEP] ");
    const [scenario, trait] = parts;
    if (scenario === undefined || trait === undefined || parts.length !== 2) {
      const found = JSON.stringify(record.fields.scenario);
      throw fieldError({ field: "scenario", where: record.where, expected: "sentence [SEP] trait", found });
    }
    return { label: labelOf(record), scenario, trait };
  });
}

async function readRows<T>(
  location: DatasetLocation,
  name: string,
  columns: readonly string[],
  toRow: (record: CsvRecord) => T,
  header = true,
): Promise<DatasetRows<T>> {
  const file = await datasetFile(location, name);
  return { rows: (await readCsvRecords(file.path, { columns, header })).map(toRow), file };
}

function labelOf(record: CsvRecord): 0 | 1 {
  return oneOf(record, "label", ["0", "1"]) === "1" ? 1 : 0;
}
