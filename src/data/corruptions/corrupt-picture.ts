/** Encoded pictures with a corruption, as a benchmark shows them to a model. */

import { createHash } from "node:crypto";

import { type EncodedImage } from "../../base/language-model.ts";
import { numpyRandom } from "../../base/numpy-random.ts";
import { decodeImage } from "../image/decode.ts";
import { corrupt, type Corruption, type Severity } from "./corruption.ts";

/** What is done to a picture. `name` and `seed` decide what is drawn: another picture has other noise. */
export interface CorruptPictureOptions {
  readonly name: string;
  readonly corruption: Corruption;
  readonly severity: Severity;
  readonly seed: number;
}

/**
 * The corrupted picture as PNG, which loses nothing more.
 *
 * @throws DataFormatError where the bytes are no picture; RangeError as `corrupt`.
 */
export async function corruptPicture(
  bytes: EncodedImage,
  { name, corruption, severity, seed }: CorruptPictureOptions,
): Promise<EncodedImage> {
  const file = name.split("/").at(-1) ?? name;
  const digest = createHash("sha256").update(`${seed}/${corruption}/${severity}/${file}`).digest();
  const random = numpyRandom(digest.readUInt32LE(0));
  const { width, height, data } = await corrupt(await decodeImage(bytes, { name }), { corruption, severity, random });
  const { default: sharp } = await import("sharp");
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
