/** How a text that has pictures becomes ids; a model without eyes has no such function. */

import type { EncodedImage } from "../base/language-model.ts";

/** The ids of a text in which each of the first `images.length` markers is the place of a picture, in order. */
export type EncodePrompt = (text: string, images: readonly EncodedImage[]) => readonly number[];

/** What scoring and generation may be told by a model that sees pictures. */
export interface Sighted {
  /** Encodes requests that have pictures. Default: none, and such a request is an error. */
  readonly encodePrompt?: EncodePrompt;
  /** What errors add to the number of a request, where requests come in several calls. Default 0. */
  readonly firstRequest?: number;
}
