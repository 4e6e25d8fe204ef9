/** TruthfulQA (Lin, Hilton, Evans 2022): mc_task.json with two sets of choices a question, and the CSV with references. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import {
  fieldError,
  type JsonRecord,
  kindOf,
  orderedEntries,
  readCsvRecords,
  readJsonRecords,
  textField,
} from "./records.ts";

/** One choice in file order; TruthfulQA writes 1 for a true answer, 0 for a false one. */
export interface TruthfulqaChoice {
  readonly text: string;
  readonly isTrue: boolean;
}

/** One question of mc_task.json. The true answer of mc1 stands first. */
export interface TruthfulqaMcRow {
  readonly question: string;
  readonly mc1: readonly TruthfulqaChoice[];
  readonly mc2: readonly TruthfulqaChoice[];
}

/** One question of TruthfulQA.csv, with its reference answers as the file lists them between semicolons. */
export interface TruthfulqaRow {
  readonly question: string;
  readonly correctAnswers: string;
  readonly incorrectAnswers: string;
}

/** Reads `<release>/mc_task.json`. @throws DataFormatError naming file, row and field. */
export async function readTruthfulqaMc(
  location: DatasetLocation,
  release: string,
): Promise<{ readonly rows: readonly TruthfulqaMcRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `${release}/mc_task.json`);
  const rows = (await readJsonRecords(file.path)).map((record) => ({
    question: textField(record, "question"),
    mc1: mc1Choices(record),
    mc2: choicesOf(record, "mc2_targets"),
  }));
  return { rows, file };
}

/** Reads `<release>/TruthfulQA.csv`. @throws DataFormatError naming file, row and field. */
export async function readTruthfulqa(
  location: DatasetLocation,
  release: string,
): Promise<{ readonly rows: readonly TruthfulqaRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `${release}/TruthfulQA.csv`);
  const columns = ["Question", "Correct Answers", "Incorrect Answers"];
  const rows = (await readCsvRecords(file.path, { columns, header: true })).map((record) => ({
    question: textField(record, "Question"),
    correctAnswers: textField(record, "Correct Answers"),
    incorrectAnswers: textField(record, "Incorrect Answers"),
  }));
  return { rows, file };
}

function mc1Choices(record: JsonRecord): readonly TruthfulqaChoice[] {
  const choices = choicesOf(record, "mc1_targets");
  if (choices[0]?.isTrue !== true || choices.slice(1).some((choice) => choice.isTrue)) {
    const found = choices.map((choice) => Number(choice.isTrue)).join(",");
    throw fieldError({ field: "mc1_targets", where: record.where, expected: "1 first and then only 0", found });
  }
  return choices;
}

function choicesOf(record: JsonRecord, field: string): readonly TruthfulqaChoice[] {
  const targets = record.value[field];
  if (typeof targets !== "object" || targets === null || Array.isArray(targets)) {
    const expected = "an object of choices";
    throw fieldError({ field, where: record.where, expected, found: kindOf(targets) });
  }
  const choices = orderedEntries(targets).map(([text, label]) => {
    if (label !== 0 && label !== 1) {
      throw fieldError({ field: `${field}: ${text}`, where: record.where, expected: "0 or 1", found: String(label) });
    }
    return { text, isTrue: label === 1 };
  });
  if (!choices.some((choice) => choice.isTrue) || choices.every((choice) => choice.isTrue)) {
    const expected = "at least one true and one false choice";
    throw fieldError({ field, where: record.where, expected, found: `${choices.length} of one kind` });
  }
  return choices;
}
