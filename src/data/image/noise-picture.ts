/** A picture of nothing: what a model sees where its answer is asked without the picture. */

import { type EncodedImage } from "../../base/language-model.ts";
import { seededRandom } from "../../base/random.ts";

/** Uniform noise in each channel, as PNG; the same for the same seed. */
export async function noisePicture({
  width,
  height,
  seed,
}: {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
}): Promise<EncodedImage> {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const { default: sharp } = await import("sharp");
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}
