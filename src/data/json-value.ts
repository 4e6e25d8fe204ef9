/** Checked steps into a JSON value: each names the file and the path to what is not as it should be. */

import { readFile } from "node:fs/promises";

import { DataFormatError } from "../base/errors.ts";
import { fieldError, kindOf } from "./records.ts";

/** A JSON value with the path that leads to it: "file: data[0].title". */
export interface JsonValue {
  readonly where: string;
  readonly value: unknown;
}

/**
 * The value of a JSON file.
 *
 * @throws DataFormatError naming the file where it is no JSON.
 */
export async function readJsonValue(file: string): Promise<JsonValue> {
  try {
    return { where: file, value: JSON.parse(await readFile(file, "utf8")) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DataFormatError(`Cannot read "${file}": expected JSON, got ${error.message}`, { cause: error });
  }
}

/**
 * A field of an object.
 *
 * @throws DataFormatError where the value is no object.
 */
function fieldOf({ where, value }: JsonValue, field: string): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw fieldError({ field, where, expected: "an object that has it", found: kindOf(value) });
  }
  return { where: `${where}: ${field}`, value: (value as Readonly<Record<string, unknown>>)[field] }; // checked above
}

/**
 * The entries of an array field.
 *
 * @throws DataFormatError where it is no array.
 */
export function arrayField(parent: JsonValue, field: string): readonly JsonValue[] {
  const { where, value } = fieldOf(parent, field);
  if (!Array.isArray(value)) {
    throw fieldError({ field, where: parent.where, expected: "an array", found: kindOf(value) });
  }
  return value.map((entry: unknown, index) => ({ where: `${where}[${index}]`, value: entry }));
}

/**
 * A text field, which may not be empty unless asked.
 *
 * @throws DataFormatError where it is missing, empty or not text.
 */
export function stringField(
  parent: JsonValue,
  field: string,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): string {
  const { value } = fieldOf(parent, field);
  if (typeof value === "string" && (mayBeEmpty || value.trim() !== "")) return value;
  const found = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  throw fieldError({ field, where: parent.where, expected: "text", found });
}

/**
 * A field that is a whole number of at least 0.
 *
 * @throws DataFormatError where it is not.
 */
export function wholeField(parent: JsonValue, field: string): number {
  const { value } = fieldOf(parent, field);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  const found = typeof value === "number" ? `${value}` : kindOf(value);
  throw fieldError({ field, where: parent.where, expected: "a whole number", found });
}

/**
 * A field that is an array of texts, at least `least` of them.
 *
 * @throws DataFormatError naming the entry that is no text.
 */
export function stringsField(parent: JsonValue, field: string, least = 1): readonly string[] {
  const texts = arrayField(parent, field).map(({ value, where }) => {
    if (typeof value === "string") return value;
    throw fieldError({ field, where, expected: "text", found: kindOf(value) });
  });
  if (texts.length >= least) return texts;
  throw fieldError({ field, where: parent.where, expected: `at least ${least} texts`, found: `${texts.length}` });
}
