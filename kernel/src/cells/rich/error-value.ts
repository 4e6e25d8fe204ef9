/** Errors that are values, not thrown: their message, the line they come from, their stack. */

import { stripVTControlCharacters } from "node:util";

import type { MimeBundle } from "../mime-bundle.ts";
import { errorContent } from "../errors.ts";
import { escapeHtml } from "./html.ts";

/** The bundle of an error; undefined for anything else. */
export function errorBundle(value: object): MimeBundle | undefined {
  if (!(value instanceof Error)) return undefined;
  const text = stripVTControlCharacters(errorContent(value).traceback.join("\n"));
  return { "text/html": `<pre>${escapeHtml(text)}</pre>`, "text/plain": text };
}
