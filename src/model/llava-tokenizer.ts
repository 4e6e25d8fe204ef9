/** The tokenizer of a LLaVA of the original code, with the tokens that transformers needs written into it. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { imageMarker } from "../base/language-model.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { readTokenizerModel } from "../data/tokenizer.ts";
import { type Fields, parseFields } from "./config-fields.ts";
import type { LlavaConfig } from "./llava-config.ts";

/** Values of tokenizer.json and tokenizer_config.json. */
export interface TokenizerWithPictures {
  readonly model: Fields;
  readonly settings: Fields;
  readonly imageTokenId: number;
  /** Rows that the embedding needs. */
  readonly vocabularySize: number;
}

/** What the tokenizer is for. */
export interface TokenizerSource {
  readonly config: LlavaConfig;
  /** Ids that the tokenizer has. */
  readonly known: number;
}

/**
 * The tokenizer of a folder with `<image>`: as it is there, else in the place of `<im_patch>`, else of the first row that no token has, else
 * after all. `<im_start>` and `<im_end>` are added where they are missing, and take the white space beside them, as in the
 * slow tokenizer of the paper's time.
 */
export async function tokenizerWithPictures(folder: string, source: TokenizerSource): Promise<TokenizerWithPictures> {
  const { model, settings } = await readParts(folder);
  const added = Array.isArray(model.added_tokens) ? (model.added_tokens as readonly Fields[]) : [];
  const names = missingNames(added, source);
  const patch =
    added.find(({ content }) => content === imageMarker) ?? added.find(({ content }) => content === "<im_patch>");
  const imageTokenId = typeof patch?.id === "number" ? patch.id : firstFree(names, source);
  if (patch === undefined) names.set(imageTokenId, imageMarker);
  const kept = added.map((token) => (token === patch ? { ...token, content: imageMarker } : token));
  const last = Math.max(source.known - 1, ...names.keys());
  const more = Array.from({ length: last + 1 - source.known }, (_, i) => source.known + i);
  const tokens = [...kept, ...more.map((id) => addedToken(id, names.get(id) ?? `<unused_${id}>`))];
  return {
    model: { ...model, added_tokens: tokens.map(stripping) },
    settings,
    imageTokenId,
    vocabularySize: Math.max(source.config.language.vocabularySize, last + 1),
  };
}

/** `<im_start>` and `<im_end>` are the last rows, where the tokenizer does not have them. */
function missingNames(
  added: readonly Fields[],
  { config: { placeholder, language } }: TokenizerSource,
): Map<number, string> {
  const isThere = added.some(({ content }) => content === "<im_start>");
  if (isThere || placeholder.kind !== "gap" || !placeholder.usesStartEnd) return new Map();
  return new Map([
    [language.vocabularySize - 2, "<im_start>"],
    [language.vocabularySize - 1, "<im_end>"],
  ]);
}

function firstFree(names: ReadonlyMap<number, string>, { config, known }: TokenizerSource): number {
  const most = Math.max(known, config.language.vocabularySize);
  for (let id = known; id < most; id++) if (!names.has(id)) return id;
  return most;
}

async function readParts(folder: string): Promise<Pick<TokenizerWithPictures, "model" | "settings">> {
  const { model, isSentencePiece } = await readTokenizerModel(folder);
  if (isSentencePiece) return { model: { ...model, post_processor: beginWithBos }, settings: plainSettings };
  const file = join(folder, "tokenizer_config.json");
  const settings = await unlessMissing(readFile(file, "utf8"));
  return { model, settings: settings === null ? plainSettings : parseFields(settings, file) };
}

const plainSettings: Fields = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
};

/** What a tokenizer.model does not say: LLaMA's tokenizers put BOS before a text. */
const beginWithBos: Fields = {
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [
    { SpecialToken: { id: "<s>", type_id: 0 } },
    { Sequence: { id: "A", type_id: 0 } },
    { SpecialToken: { id: "<s>", type_id: 1 } },
    { Sequence: { id: "B", type_id: 1 } },
  ],
  special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
};

function addedToken(id: number, content: string): Fields {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function stripping(token: Fields): Fields {
  if (token.content === "<im_start>") return { ...token, lstrip: true };
  return token.content === "<im_end>" ? { ...token, rstrip: true } : token;
}
