/**
 * What is in MSCOCO pictures: the categories of the segmented objects and people's captions, from the official files
 * `instances_val2014.json` and `captions_val2014.json`.
 */

import { datasetFile, type DatasetFile, type DatasetLocation } from "./dataset.ts";
import { arrayField, type JsonValue, readJsonValue, stringField, wholeField } from "./json-value.ts";
import { pictureName } from "./picture-files.ts";
import { fieldError } from "./records.ts";

/** One picture. */
export interface CocoPicture {
  readonly imageId: number;
  readonly image: string;
  /** Names of the categories with a segmentation, in no order. */
  readonly categories: ReadonlySet<string>;
  readonly captions: readonly string[];
}

/** Reads both files; pictures by their id. @throws DataFormatError naming file, place and field. */
export async function readCocoPictures(
  location: DatasetLocation,
): Promise<{ readonly rows: readonly CocoPicture[]; readonly files: readonly DatasetFile[] }> {
  const instanceFile = await datasetFile(location, "annotations/instances_val2014.json");
  const captionFile = await datasetFile(location, "annotations/captions_val2014.json");
  const instances = await readJsonValue(instanceFile.path);
  const captions = await readJsonValue(captionFile.path);
  const names = new Map(
    arrayField(instances, "categories").map((category) => [wholeField(category, "id"), stringField(category, "name")]),
  );
  const categories = byImage(arrayField(instances, "annotations"), (annotation) => {
    const id = wholeField(annotation, "category_id");
    const name = names.get(id);
    if (name !== undefined) return name;
    throw fieldError({ field: "category_id", where: annotation.where, expected: "a category", found: `${id}` });
  });
  const said = byImage(arrayField(captions, "annotations"), (annotation) => stringField(annotation, "caption"));
  const rows = arrayField(instances, "images").map((entry): CocoPicture => {
    const imageId = wholeField(entry, "id");
    return {
      imageId,
      image: pictureName(stringField(entry, "file_name"), entry.where),
      categories: new Set(categories.get(imageId)),
      captions: said.get(imageId) ?? [],
    };
  });
  return { rows: rows.sort((a, b) => a.imageId - b.imageId), files: [instanceFile, captionFile] };
}

function byImage(annotations: readonly JsonValue[], read: (annotation: JsonValue) => string): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const annotation of annotations) {
    const imageId = wholeField(annotation, "image_id");
    const own = found.get(imageId) ?? [];
    own.push(read(annotation));
    found.set(imageId, own);
  }
  return found;
}
