/** POPE (Li et al. 2023): is an object in the picture? One JSON object a line, six questions a picture. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { wholeField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";
import { fieldError, type JsonRecord, readJsonLines, textField } from "./records.ts";

/** How the absent objects were chosen: at random, the most frequent ones, or those that go with the present ones. */
export type PopeSplit = "random" | "popular" | "adversarial";

/** One question. */
export interface PopeRow {
  readonly questionId: number;
  readonly image: string;
  readonly question: string;
  readonly label: "yes" | "no";
}

/** Reads coco_pope_<split>.json. @throws DataFormatError naming file, row and field. */
export async function readPope(
  location: DatasetLocation,
  split: PopeSplit,
): Promise<{ readonly rows: readonly PopeRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, `coco_pope_${split}.json`);
  return { rows: (await readJsonLines(file.path)).map(toRow), file };
}

function toRow(record: JsonRecord): PopeRow {
  const label = textField(record, "label");
  if (label !== "yes" && label !== "no") {
    throw fieldError({ field: "label", where: record.where, expected: "yes or no", found: JSON.stringify(label) });
  }
  return {
    questionId: wholeField(record, "question_id"),
    image: pictureName(textField(record, "image"), record.where),
    question: textField(record, "text"),
    label,
  };
}
