/**
 * What `datasets/<name>/manifest.json` says: where the files of a dataset come from, their licence and their SHA-256.
 *
 * | field      | meaning                                                                                    |
 * | ---------- | ------------------------------------------------------------------------------------------ |
 * | `name`     | the folder's name, which commands use                                                      |
 * | `title`    | for a person                                                                               |
 * | `licence`  | of the data, as its authors state it                                                       |
 * | `homepage` | where the data is described                                                                |
 * | `paper`    | who made it, or null                                                                       |
 * | `byHand`   | what a person has to do before pulling (accept a licence, log in), or null                 |
 * | `files`    | one entry a file: `path`, `address`, `sha256`, `rows`, and where needed `bytes`, `unpack`, `note` |
 */

import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { DataFormatError } from "../base/errors.ts";
import { packageFolder } from "../base/package-folder.ts";

/** The manifest of one dataset. */
export interface Manifest {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly homepage: string;
  readonly paper: string | null;
  readonly byHand: string | null;
  readonly files: readonly ManifestFile[];
}

/** One file of a dataset. */
export interface ManifestFile {
  /** Where it stands below the folder of the dataset, with "/". */
  readonly path: string;
  /** One GET gives exactly its bytes; null where it can only be had by hand. */
  readonly address: string | null;
  /** Hexadecimal; null where nobody here ever held the bytes: the file is then "unverified", and the first pull records it. */
  readonly sha256: string | null;
  /** Null where unknown, and for archives. */
  readonly rows: number | null;
  /** Size, where it is known. */
  readonly bytes: number | null;
  /** The file is an archive (zip, tar, tar.gz) that is unpacked and not kept; null otherwise. */
  readonly unpack: Unpack | null;
  /** For a person: what is not certain. */
  readonly note: string | null;
}

/** Where the entries of an archive go. */
export interface Unpack {
  /** A folder below that of the dataset; "" for that itself. */
  readonly into: string;
  /** So many leading folders of the entries' names are dropped. */
  readonly strip: number;
}

/** The folder `datasets/` of this package: cards, manifests, samples, the paper's tables. */
export const datasetsFolder: string = join(packageFolder, "datasets");

/** The datasets that have a manifest, by name. `paper`, the published tables, is none. */
export function datasetNames(folder: string = datasetsFolder): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name !== "paper" && existsSync(join(folder, name, "manifest.json")))
    .sort();
}

/**
 * The manifest of a dataset.
 *
 * @throws RangeError naming the datasets there are, where there is none of this name; DataFormatError naming the field
 * that is not as it should be.
 */
export async function readManifest(name: string, folder: string = datasetsFolder): Promise<Manifest> {
  const names = datasetNames(folder);
  if (!names.includes(name)) {
    throw new RangeError(`Cannot find dataset "${name}": expected one of ${names.join(", ")}, got none of them`);
  }
  const path = join(folder, name, "manifest.json");
  const read = fieldsOf(parseJson(await readFile(path, "utf8"), path), path);
  const files: unknown = read.value.files;
  if (!Array.isArray(files)) throw wrong(path, "files", "an array", files);
  return {
    name: read.text("name"),
    title: read.text("title"),
    licence: read.text("licence"),
    homepage: read.text("homepage"),
    paper: read.textOrNull("paper"),
    byHand: read.textOrNull("byHand"),
    files: files.map((entry: unknown, index) => fileOf(fieldsOf(entry, `${path}: files[${index}]`))),
  };
}

function fileOf(read: Fields): ManifestFile {
  const sha256 = read.textOrNull("sha256");
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw wrong(read.where, "sha256", "64 hexadecimal digits or null", sha256);
  }
  const address = read.textOrNull("address");
  if (address !== null && !/^https?:\/\/\S+$/.test(address)) throw wrong(read.where, "address", "a URL", address);
  return {
    path: safePath(read, "path"),
    address,
    sha256,
    rows: read.numberOrNull("rows"),
    bytes: read.numberOrNull("bytes"),
    unpack: read.value.unpack === undefined ? null : unpackOf(fieldsOf(read.value.unpack, `${read.where}.unpack`)),
    note: read.textOrNull("note"),
  };
}

function unpackOf(read: Fields): Unpack {
  const into = read.value.into === "" ? "" : safePath(read, "into");
  return { into, strip: read.numberOrNull("strip") ?? 0 };
}

/** A relative path that stays below its folder. */
function safePath(read: Fields, field: string): string {
  const path = read.text(field);
  if (
    path.startsWith("/") ||
    path.includes("\\") ||
    path.split("/").some((part) => part === "" || /^\.\.?$/.test(part))
  ) {
    throw wrong(read.where, field, "a path below the dataset's folder", path);
  }
  return path;
}

interface Fields {
  readonly where: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly text: (field: string) => string;
  readonly textOrNull: (field: string) => string | null;
  readonly numberOrNull: (field: string) => number | null;
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataFormatError(
      `Cannot read the manifest at "${where}": expected an object, got ${JSON.stringify(value)}`,
    );
  }
  const fields = value as Readonly<Record<string, unknown>>; // checked: a plain JSON object
  const textOrNull = (field: string): string | null => {
    const found = fields[field] ?? null;
    if (found !== null && (typeof found !== "string" || found === "")) throw wrong(where, field, "text", found);
    return found;
  };
  return {
    where,
    value: fields,
    textOrNull,
    text: (field) => {
      const found = textOrNull(field);
      if (found === null) throw wrong(where, field, "text", found);
      return found;
    },
    numberOrNull: (field) => {
      const found = fields[field] ?? null;
      if (found !== null && (typeof found !== "number" || !Number.isInteger(found) || found < 0)) {
        throw wrong(where, field, "a whole number", found);
      }
      return found;
    },
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataFormatError(`Cannot read the manifest at "${path}": expected JSON, got ${String(error)}`, {
      cause: error,
    });
  }
}

function wrong(where: string, field: string, expected: string, found: unknown): DataFormatError {
  return new DataFormatError(
    `Cannot read field "${field}" at "${where}": expected ${expected}, got ${found === undefined ? "nothing" : JSON.stringify(found)}`,
  );
}
