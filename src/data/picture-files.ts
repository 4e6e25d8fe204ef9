/** Pictures of datasets as files: where they are, and that they are read when they are asked. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { DataFormatError } from "../base/errors.ts";
import { type EncodedImage } from "../base/language-model.ts";
import { type DatasetLocation, locateDataset, type LocateOptions, sampleLocation } from "./dataset.ts";

/** A picture file, read when it is asked for. */
export interface PictureFile {
  readonly path: string;
  /** The bytes of the file. Throws RangeError where it is not there. */
  readonly read: () => Promise<EncodedImage>;
}

/**
 * The folders of a dataset of questions and of the one that has their pictures. Where no folder is named and the pictures
 * are not there, both are our own samples: questions alone cannot be asked.
 */
export function locateWithPictures(
  names: { readonly questions: string; readonly pictures: string; readonly folder: string },
  options: LocateOptions = {},
): { readonly questions: DatasetLocation; readonly pictures: DatasetLocation } {
  const questions = locateDataset(names.questions, options);
  if (options.folder !== undefined) {
    const folder = join(options.folder, names.pictures); // missing pictures are told when one is read
    return { questions, pictures: { name: names.pictures, folder, isSample: false } };
  }
  const pictures = locateDataset(names.pictures, options);
  if (!questions.isSample && !pictures.isSample && existsSync(join(pictures.folder, names.folder))) {
    return { questions, pictures };
  }
  return { questions: sampleLocation(names.questions), pictures: sampleLocation(names.pictures) };
}

/** A picture below the folder of a dataset. */
export function pictureFile(location: DatasetLocation, file: string): PictureFile {
  const path = join(location.folder, file);
  return {
    path,
    read: async () => {
      if (existsSync(path)) return readFile(path);
      throw new RangeError(
        `Cannot read picture "${file}" of dataset "${location.name}" at "${path}": expected a file, got nothing`,
      );
    },
  };
}

/**
 * The name of a picture file as a data file gives it: it may not lead out of its folder.
 *
 * @throws DataFormatError where it does.
 */
export function pictureName(name: string, where: string): string {
  if (!name.startsWith("/") && !name.includes("\\") && !name.split("/").includes("..")) return name;
  throw new DataFormatError(
    `Cannot read a picture's name at "${where}": expected a path below the pictures' folder, got ${JSON.stringify(name)}`,
  );
}
