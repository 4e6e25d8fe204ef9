/** Unicorn's questions on unusual pictures (Tu et al. 2023): OODCV-VQA and Sketchy-VQA, one JSON array each. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { stringField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";
import { fieldError, type JsonRecord, readJsonRecords } from "./records.ts";

/** One question of OODCV-VQA, answered by Yes, No or a number; its options are not shown to the model. */
export interface OodcvRow {
  readonly image: string;
  readonly question: string;
  readonly answer: string;
  /** What is unusual about the picture: "weather", "pose" and so on. */
  readonly situation: string;
}

/** One question of Sketchy-VQA. */
export interface SketchyRow {
  readonly image: string;
  readonly question: string;
  readonly label: "yes" | "no";
}

/** Reads oodcv-vqa.json. @throws DataFormatError naming file, row and field. */
export async function readOodcvVqa(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly OodcvRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "oodcv-vqa.json");
  const rows = (await readJsonRecords(file.path)).map((record) => {
    const answer = stringField(record, "text_answer");
    if (!/^(Yes|No|\d|10)$/.test(answer)) throw wrongAnswer(record, "text_answer", "Yes, No or 0 to 10", answer);
    return { ...questionOf(record), answer, situation: stringField(record, "situation") };
  });
  return { rows, file };
}

/** Reads sketchy-vqa.json. @throws DataFormatError naming file, row and field. */
export async function readSketchyVqa(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly SketchyRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "sketchy-vqa.json");
  const rows = (await readJsonRecords(file.path)).map((record): SketchyRow => {
    const answer = stringField(record, "answer");
    const label = answer.toLowerCase();
    if (label !== "yes" && label !== "no") throw wrongAnswer(record, "answer", "Yes or No", answer);
    return { ...questionOf(record), label };
  });
  return { rows, file };
}

function questionOf(record: JsonRecord): { readonly image: string; readonly question: string } {
  return {
    image: pictureName(stringField(record, "image"), record.where),
    question: stringField(record, "question"),
  };
}

function wrongAnswer(record: JsonRecord, field: string, expected: string, found: string): Error {
  return fieldError({ field, where: record.where, expected, found: JSON.stringify(found) });
}
