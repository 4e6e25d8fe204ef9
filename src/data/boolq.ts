/** BoolQ (Clark et al. 2019) as SuperGLUE gives it: yes-or-no questions on a passage, `val.jsonl`. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { fieldError, kindOf, readJsonLines, textField } from "./records.ts";

/** One question on its passage. The question has no question mark. */
export interface BoolqRow {
  readonly question: string;
  readonly passage: string;
  readonly isYes: boolean;
}

/** Reads val.jsonl. @throws DataFormatError naming file, row and field. */
export async function readBoolq(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly BoolqRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, "val.jsonl");
  const rows = (await readJsonLines(file.path)).map((record) => {
    const isYes: unknown = record.value.label;
    if (typeof isYes !== "boolean") {
      const found = kindOf(isYes);
      throw fieldError({ field: "label", where: record.where, expected: "true or false", found });
    }
    return { question: textField(record, "question"), passage: textField(record, "passage"), isYes };
  });
  return { rows, file };
}
