/**
 * A prompt with pictures as ids, as LLaVA's code makes it: each piece of text between markers is encoded on its own.
 *
 * Source: LLaVA@v1.0.1/llava/mm_utils.py (`tokenizer_image_token`), which Sight-Beyond-Text@47f96a3 uses.
 */

import { imageMarker } from "../../base/language-model.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** How pictures stand in the ids. */
export interface ImagePromptOptions {
  readonly tokenizer: Tokenizer;
  /** The ids before everything: BOS. */
  readonly startIds: readonly number[];
  /** What takes each picture's place; further markers are ordinary text. */
  readonly pictures: readonly (readonly number[])[];
  /**
   * Tokens that the model was given besides the tokenizer's, with their ids: `<im_start>` and `<im_end>`. White space beside
   * them gives no ids: so did the slow tokenizer of the paper's time (transformers 4.28; from 4.34 on it is understood to
   * be kept).
   */
  readonly added: ReadonlyMap<string, number>;
}

/** Ids that no text has. */
interface Marked {
  readonly ids: readonly number[];
  readonly isAdded: boolean;
}

/** The ids of a prompt. */
export function encodeImagePrompt(prompt: string, options: ImagePromptOptions): readonly number[] {
  const parts = partsOf(prompt, options);
  const isAdded = (part: string | Marked | undefined): boolean => typeof part === "object" && part.isAdded;
  const ids = parts.flatMap((part, index) => {
    if (typeof part !== "string") return part.ids;
    const text = strip(part, { left: isAdded(parts[index - 1]), right: isAdded(parts[index + 1]) });
    return text === "" ? [] : options.tokenizer.encode(text);
  });
  return [...options.startIds, ...ids];
}

/** Puts every marker that does not stand there yet between `<im_start>` and `<im_end>`. */
export function withStartAndEnd(prompt: string): string {
  return prompt.replaceAll(/(?:<im_start>)?<image>(?:<im_end>)?/gu, `<im_start>${imageMarker}<im_end>`);
}

function partsOf(prompt: string, { pictures, added }: ImagePromptOptions): readonly (string | Marked)[] {
  const words = [imageMarker, ...added.keys()].map((word) => word.replaceAll(/[[\]]/gu, "\\$&"));
  const pieces = prompt.split(new RegExp(`(${words.join("|")})`, "u"));
  const left = [...pictures];
  const parts: (string | Marked)[] = [];
  for (const piece of pieces) {
    const id = added.get(piece);
    const picture = piece === imageMarker ? left.shift() : undefined;
    const before = parts.at(-1);
    if (id !== undefined) parts.push({ ids: [id], isAdded: true });
    else if (picture !== undefined) parts.push({ ids: picture, isAdded: false });
    else if (typeof before === "string") parts.splice(-1, 1, before + piece);
    else parts.push(piece);
  }
  return parts;
}

/** Python's white space: U+0085 and U+001C to U+001F are in it, U+FEFF is not. */
const pythonSpace = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const leading = new RegExp(`^${pythonSpace}`, "u");
const trailing = new RegExp(`${pythonSpace}$`, "u");

function strip(text: string, sides: { readonly left: boolean; readonly right: boolean }): string {
  const left = sides.left ? text.replace(leading, "") : text;
  return sides.right ? left.replace(trailing, "") : left;
}
