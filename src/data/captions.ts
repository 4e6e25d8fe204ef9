/** Pictures with the captions that people gave them: one JSON array of `{ image_name, captions }`, as the paper's files. */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { stringField, stringsField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";
import { readJsonRecords } from "./records.ts";

/** One picture with its captions. */
export interface CaptionRow {
  /** The file's name below the folder of the pictures. */
  readonly image: string;
  readonly captions: readonly string[];
}

/** Reads a file of captions. @throws DataFormatError naming file, row and field. */
export async function readCaptions(
  location: DatasetLocation,
  name: string,
): Promise<{ readonly rows: readonly CaptionRow[]; readonly file: DatasetFile }> {
  const file = await datasetFile(location, name);
  const rows = (await readJsonRecords(file.path)).map((record) => ({
    image: pictureName(stringField(record, "image_name"), record.where),
    captions: stringsField(record, "captions"),
  }));
  return { rows, file };
}
