/** TextVQA (Singh et al. 2019): questions on text in pictures, ten answers each, `TextVQA_0.5.1_val.json`. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { arrayField, readJsonValue, stringField, stringsField, wholeField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";
import { fieldError } from "./records.ts";

/** One question with its ten answers. */
export interface TextvqaRow {
  readonly questionId: number;
  /** The picture is train_images/<imageId>.jpg. */
  readonly imageId: string;
  readonly question: string;
  readonly answers: readonly string[];
}

/** Reads TextVQA_0.5.1_val.json. @throws DataFormatError naming file, place and field. */
export async function readTextvqa(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly TextvqaRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "TextVQA_0.5.1_val.json");
  const rows = arrayField(await readJsonValue(file.path), "data").map((entry) => {
    const answers = stringsField(entry, "answers", 10);
    if (answers.length > 10) {
      throw fieldError({ field: "answers", where: entry.where, expected: "10 answers", found: `${answers.length}` });
    }
    return {
      questionId: wholeField(entry, "question_id"),
      imageId: pictureName(stringField(entry, "image_id"), entry.where),
      question: stringField(entry, "question"),
      answers,
    };
  });
  return { rows, file };
}
