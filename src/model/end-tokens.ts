/** Which tokens end a text. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";

/**
 * The end tokens of a folder: of generation_config.json where it names some, else of config.json; one or several, as chat
 * models have. Undefined where neither file names one.
 *
 * Source: transformers@5.23.0 generation/configuration_utils.py (GenerationConfig.from_pretrained, from_model_config).
 *
 * @throws ModelFormatError naming the file whose `eos_token_id` is no token id and no list of them.
 */
export async function readEndTokens(folder: string): Promise<readonly number[] | undefined> {
  for (const name of ["generation_config.json", "config.json"]) {
    const file = join(folder, name);
    const text = await unlessMissing(readFile(file, "utf8"));
    const found = text === null ? undefined : endTokensOf(text, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

function endTokensOf(text: string, file: string): readonly number[] | undefined {
  const fail = (expected: string, found: unknown): ModelFormatError =>
    new ModelFormatError(`Cannot read field "eos_token_id" at "${file}": expected ${expected}, got ${String(found)}`);
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw fail("a JSON object", JSON.stringify(text.slice(0, 40)));
  }
  const field: unknown =
    typeof fields === "object" && fields !== null && "eos_token_id" in fields && fields.eos_token_id;
  if (field === false || field === null) return undefined;
  const ids: readonly unknown[] = Array.isArray(field) ? field : [field];
  const wrong = ids.find((id) => !Number.isSafeInteger(id) || Number(id) < 0);
  if (wrong !== undefined) throw fail("token ids >= 0", JSON.stringify(wrong));
  return ids.map(Number);
}
