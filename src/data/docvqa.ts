/** DocVQA (Mathew et al. 2021): questions on scanned documents, `val_v1.0_withQT.json`. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { arrayField, readJsonValue, stringField, stringsField, wholeField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";

/** One question with the answers that are right. */
export interface DocvqaRow {
  readonly questionId: number;
  /** The picture below the dataset's folder: "documents/xnbl0037_1.png". */
  readonly image: string;
  readonly question: string;
  readonly answers: readonly string[];
}

/** Reads val_v1.0_withQT.json. @throws DataFormatError naming file, place and field. */
export async function readDocvqa(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly DocvqaRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "val_v1.0_withQT.json");
  const rows = arrayField(await readJsonValue(file.path), "data").map((entry) => ({
    questionId: wholeField(entry, "questionId"),
    image: pictureName(stringField(entry, "image"), entry.where),
    question: stringField(entry, "question"),
    answers: stringsField(entry, "answers"),
  }));
  return { rows, file };
}
