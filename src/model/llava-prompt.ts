/** How the prompts of a LLaVA with pictures become ids, by its placeholder. */

import { ModelFormatError } from "../base/errors.ts";
import { imageMarker } from "../base/language-model.ts";
import { encodeImagePrompt, withStartAndEnd } from "../data/conversation/image-prompt.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { Placeholder } from "./llava-config.ts";
import type { PictureEncoder } from "./sighted.ts";

/** What a prompt is encoded with. */
export interface PromptParts {
  readonly tokenizer: Tokenizer;
  readonly placeholder: Placeholder;
  /** Rows of the embedding. */
  readonly vocabularySize: number;
  /** Named in errors. */
  readonly folder: string;
}

/**
 * The encoder of a LLaVA's prompts; unlike texts without pictures, they begin with BOS where the tokenizer has one.
 *
 * @throws ModelFormatError where the tokenizer has not the placeholder's token, or the embedding not its row.
 */
export function pictureEncoder(parts: PromptParts): PictureEncoder {
  return parts.placeholder.kind === "token" ? encodeToken(parts, parts.placeholder.id) : encodeGap(parts);
}

/** transformers: the marker is a token, which is repeated for each row. */
function encodeToken({ tokenizer, folder }: PromptParts, id: number): PictureEncoder {
  const found = tokenizer.idOf(imageMarker);
  if (found !== id) {
    throw new ModelFormatError(
      `Cannot open tokenizer at "${folder}": expected "${imageMarker}" with the id ${id} as config.json says, got ${found ?? "none"}`,
    );
  }
  return (text, pictures) => {
    const left = [...pictures];
    const ids = tokenizer.encode(text).flatMap((one) => (one === id ? (left.shift() ?? [one]) : [one]));
    return [...(tokenizer.startIds ?? []), ...ids];
  };
}

/** LLaVA's own code: text is cut at the marker, and each piece encoded on its own. */
function encodeGap(parts: PromptParts): PictureEncoder {
  const { tokenizer, placeholder } = parts;
  const usesStartEnd = placeholder.kind === "gap" && placeholder.usesStartEnd;
  const added = usesStartEnd ? startAndEnd(parts) : new Map<string, number>();
  return (text, pictures) =>
    encodeImagePrompt(usesStartEnd ? withStartAndEnd(text) : text, {
      tokenizer,
      startIds: tokenizer.startIds ?? [],
      pictures,
      added,
    });
}

/** Where the tokenizer does not have them, they are the last rows of the embedding: training adds them last. */
function startAndEnd({ tokenizer, vocabularySize, folder }: PromptParts): ReadonlyMap<string, number> {
  const added = new Map([
    ["<im_start>", tokenizer.idOf("<im_start>") ?? vocabularySize - 2],
    ["<im_end>", tokenizer.idOf("<im_end>") ?? vocabularySize - 1],
  ]);
  for (const [token, id] of added) {
    if (id < vocabularySize) continue;
    throw new ModelFormatError(
      `Cannot open tokenizer at "${folder}": expected "${token}" below the vocabulary of ${vocabularySize}, got the id ${id}`,
    );
  }
  return added;
}
