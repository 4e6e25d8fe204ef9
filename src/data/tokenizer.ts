/** Text to token ids and back, as a Hugging Face tokenizer.json or a SentencePiece tokenizer.model says. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as huggingFace from "@huggingface/tokenizers";

import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { readSentencePiece, sentencePieceToTokenizerJson } from "./sentencepiece.ts";

/** Turns text into ids and ids into text; the same both ways on every machine. */
export interface Tokenizer {
  /** Ids of a text. Special tokens written out in the text are recognised; none is added (no BOS). */
  readonly encode: (text: string) => readonly number[];
  /** The text of ids, exactly as the decoder gives it: no clean-up of spaces. Special tokens are left out if asked. */
  readonly decode: (ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }) => string;
  /** The id of a token as the vocabulary writes it; null where there is none. */
  readonly idOf: (token: string) => number | null;
  /** Ids that exist, added tokens included; one more than the highest. */
  readonly vocabularySize: number;
  /** Ids that a model which was trained with them is to find before a text: BOS, or none. Default: none. */
  readonly startIds?: readonly number[];
}

/** What is used of the package. Its own declarations import without extensions, which nodenext does not resolve. */
interface HuggingFaceTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: readonly number[] };
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
  get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
}

const { Tokenizer: HuggingFaceTokenizer } = huggingFace as unknown as {
  readonly Tokenizer: new (model: object, config: object) => HuggingFaceTokenizer;
};

/** Algorithms that the package has; it takes an unknown name for one of them by the look of the vocabulary. */
const algorithms = ["BPE", "Unigram", "WordPiece"];

/**
 * Reads tokenizer.json from a folder, or tokenizer.model (SentencePiece) with added_tokens.json where there is none.
 *
 * @throws ModelFormatError naming the file that is missing or cannot be read.
 */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
  const { model, file, isSentencePiece } = await readTokenizerModel(folder);
  const tokenizer = createTokenizer(model, file);
  if (!isSentencePiece) return tokenizer;
  const bos = tokenizer.idOf("<s>"); // a tokenizer.model does not say so, but LLaMA's tokenizers put it before a text
  return { ...tokenizer, startIds: bos === null ? [] : [bos] };
}

/** The value of a tokenizer.json, and the file that it was read or made from. */
export interface TokenizerModel {
  readonly model: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly isSentencePiece: boolean;
}

/**
 * Reads what `readTokenizer` makes a tokenizer of.
 *
 * @throws ModelFormatError naming the file that is missing or cannot be read.
 */
export async function readTokenizerModel(folder: string): Promise<TokenizerModel> {
  const file = join(folder, "tokenizer.json");
  const model = await readJsonObject(file);
  if (model !== null) return { model, file, isSentencePiece: false };
  const pieces = join(folder, "tokenizer.model");
  const bytes = await unlessMissing(readFile(pieces));
  if (bytes === null) {
    throw new ModelFormatError(
      `Cannot open tokenizer at "${folder}": expected a file tokenizer.json or tokenizer.model, got neither`,
    );
  }
  const added = join(folder, "added_tokens.json");
  const plain = sentencePieceToTokenizerJson(readSentencePiece(bytes, pieces));
  const whole = withAddedTokens(plain, (await readJsonObject(added)) ?? {}, added);
  return { model: whole, file: pieces, isSentencePiece: true };
}

/** Tokens that were added to a SentencePiece model; they take the white space beside them, as in slow tokenizers. */
function withAddedTokens(
  model: Readonly<Record<string, unknown>>,
  added: Readonly<Record<string, unknown>>,
  file: string,
): Readonly<Record<string, unknown>> {
  const own = Array.isArray(model.added_tokens) ? (model.added_tokens as readonly unknown[]) : [];
  const more = Object.entries(added).map(([content, id]) => {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) {
      throw new ModelFormatError(
        `Cannot read field "${content}" at "${file}": expected a token id >= 0, got ${JSON.stringify(id)}`,
      );
    }
    return { id, content, single_word: false, lstrip: true, rstrip: true, normalized: false, special: true };
  });
  return { ...model, added_tokens: [...own, ...more.sort((a, b) => a.id - b.id)] };
}

/**
 * A tokenizer from the value of a tokenizer.json; `file` is named in errors.
 *
 * @throws ModelFormatError where it is not such a value, or uses a part that is not offered.
 */
export function createTokenizer(model: Readonly<Record<string, unknown>>, file: string): Tokenizer {
  const inner = build(model, file);
  let highest = -1;
  for (const id of inner.get_vocab(true).values()) highest = Math.max(highest, id);
  return {
    encode: (text) => inner.encode(text, { add_special_tokens: false }).ids,
    decode: (ids, { skipSpecialTokens = false } = {}) =>
      ids.length === 0
        ? ""
        : inner.decode([...ids], { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false }),
    idOf: (token) => inner.token_to_id(token) ?? null,
    vocabularySize: highest + 1,
    startIds: inner.encode("", { add_special_tokens: true }).ids,
  };
}

function build(model: Readonly<Record<string, unknown>>, file: string): HuggingFaceTokenizer {
  const { model: algorithm } = model;
  if (typeof algorithm !== "object" || algorithm === null || !("vocab" in algorithm)) {
    throw new ModelFormatError(`Cannot read field "model" at "${file}": expected an object with a vocab, got neither`);
  }
  if (!("type" in algorithm) || !algorithms.includes(String(algorithm.type))) {
    const found = "type" in algorithm ? JSON.stringify(algorithm.type) : "nothing";
    throw new ModelFormatError(
      `Cannot read field "model.type" at "${file}": expected ${algorithms.join(", ")}, got ${found}`,
    );
  }
  try {
    return new HuggingFaceTokenizer(model, { clean_up_tokenization_spaces: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFormatError(`Cannot read tokenizer at "${file}": expected parts that are offered, got "${reason}"`, {
      cause: error,
    });
  }
}

async function readJsonObject(file: string): Promise<Readonly<Record<string, unknown>> | null> {
  const text = (await unlessMissing(readFile(file)))?.toString("utf8");
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>; // the check above
    }
  } catch {
    // told below, in words
  }
  throw new ModelFormatError(
    `Cannot read tokenizer at "${file}": expected a JSON object, got ${JSON.stringify(text.slice(0, 40))}`,
  );
}
