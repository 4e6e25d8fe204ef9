/**
 * JSON whose numbers keep the form they were written in: 1.0 stays 1.0, where JavaScript would write 1. transformers 5
 * refuses an integer where a field of config.json is a float.
 */

import { type Fields, parseFields } from "./config-fields.ts";

/** Before the text of a float that stands in a string; a private character, which no config has. */
const mark = "\uE000";

/** The value of a JSON object's text, in which floats are marked strings; `file` is named in errors. */
export function parseKeepingFloats(text: string, file: string): Fields {
  parseFields(text, file);
  const marked = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu, (found) =>
    found.startsWith('"') || /^-?\d+$/u.test(found) ? found : `"${mark}${found}"`,
  );
  return parseFields(marked, file);
}

/** The text of such a value. */
export function stringifyKeepingFloats(value: Fields): string {
  return JSON.stringify(value, null, 2).replaceAll(new RegExp(`"${mark}([^"]*)"`, "gu"), "$1");
}
