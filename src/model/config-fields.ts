/** Reads fields of a config.json; every error names the file and the field. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";

/** Fields by name, as JSON gives them. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of one JSON object. A field that is null counts as left out. */
export interface ConfigFields {
  readonly file: string;
  readonly has: (name: string) => boolean;
  readonly isNumber: (name: string) => boolean;
  /** An integer of at least 1 and at most 2^24, or less. */
  readonly count: (name: string, fallback?: number, most?: number) => number;
  /** An integer, which may be negative. */
  readonly integer: (name: string, fallback?: number) => number;
  readonly positive: (name: string, fallback?: number) => number;
  readonly flag: (name: string, fallback: boolean) => boolean;
  readonly text: (name: string, fallback?: string) => string;
  readonly list: (name: string) => readonly unknown[];
  /** A token id, the first of a list of them, or null. */
  readonly tokenId: (name: string) => number | null;
  /** The fields of an object inside; null where it is left out. */
  readonly inner: (name: string) => ConfigFields | null;
  /** The same fields, with others where they are left out, or in their place. */
  readonly with: (other: { readonly defaults?: Fields; readonly changes?: Fields }) => ConfigFields;
  readonly error: (name: string, expected: string) => ModelFormatError;
}

/**
 * The fields of config.json in a folder.
 *
 * @throws ModelFormatError where the file is missing or is not a JSON object.
 */
export async function readConfig(folder: string): Promise<ConfigFields> {
  const file = join(folder, "config.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new ModelFormatError(`Cannot open checkpoint at "${folder}": expected a file config.json, got none`);
  }
  return configFields(parseFields(text, file), file);
}

/** The fields of a value that was parsed from `file`. */
export function configFields(value: Fields, file: string, path = ""): ConfigFields {
  const error = (name: string, expected: string): ModelFormatError => {
    const found = JSON.stringify(value[name]) as string | undefined;
    return new ModelFormatError(
      `Cannot read field "${path}${name}" at "${file}": expected ${expected}, got ${found ?? "nothing"}`,
    );
  };
  const has = (name: string): boolean => Object.hasOwn(value, name) && value[name] !== null;
  const read = <T>(name: string, kind: Kind<T>, fallback?: T): T => {
    if (!has(name) && fallback !== undefined) return fallback;
    const found = value[name];
    if (!kind.holds(found)) throw error(name, kind.words);
    return found;
  };
  return {
    file,
    has,
    error,
    isNumber: (name) => typeof value[name] === "number",
    count: (name, fallback, most = 2 ** 24) => {
      const found = read(name, kinds.count, fallback);
      if (found > most) throw error(name, `an integer of at most ${most}`);
      return found;
    },
    integer: (name, fallback) => read(name, kinds.integer, fallback),
    positive: (name, fallback) => read(name, kinds.positive, fallback),
    flag: (name, fallback) => read(name, kinds.flag, fallback),
    text: (name, fallback) => read(name, kinds.text, fallback),
    list: (name) => read(name, kinds.list),
    tokenId: (name) => {
      const found: unknown = value[name];
      const id: unknown = Array.isArray(found) ? found[0] : found;
      if (id === undefined || id === null) return null;
      if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) throw error(name, "a token id >= 0");
      return id;
    },
    inner: (name) => (has(name) ? configFields(read(name, kinds.object), file, `${path}${name}.`) : null),
    with: ({ defaults = {}, changes = {} }) => {
      const given = Object.entries(value).filter(([name]) => has(name));
      return configFields({ ...defaults, ...Object.fromEntries(given), ...changes }, file, path);
    },
  };
}

interface Kind<T> {
  readonly words: string;
  readonly holds: (value: unknown) => value is T;
}

const kinds = {
  count: {
    words: "an integer >= 1",
    holds: (value): value is number => Number.isSafeInteger(value) && Number(value) >= 1,
  } as Kind<number>,
  integer: { words: "an integer", holds: (value): value is number => Number.isSafeInteger(value) } as Kind<number>,
  positive: {
    words: "a number > 0",
    holds: (value): value is number => Number.isFinite(value) && Number(value) > 0,
  } as Kind<number>,
  flag: { words: "true or false", holds: (value): value is boolean => typeof value === "boolean" } as Kind<boolean>,
  text: { words: "text", holds: (value): value is string => typeof value === "string" } as Kind<string>,
  list: { words: "a list", holds: (value): value is readonly unknown[] => Array.isArray(value) } as Kind<
    readonly unknown[]
  >,
  object: { words: "an object", holds: isObject } as Kind<Fields>,
};

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields of a JSON object's text.
 *
 * @throws ModelFormatError naming the file, where it is not one.
 */
export function parseFields(text: string, file: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // told below, in words
  }
  throw new ModelFormatError(`Cannot read "${file}": expected a JSON object, got ${JSON.stringify(text.slice(0, 40))}`);
}
