/** What computers do to images: large pixels, JPEG, and elastic distortion. Source: imagecorruptions 1.1.2. */

import { type NumpyRandom } from "../../base/numpy-random.ts";
import { decodeImage } from "../image/decode.ts";
import { type RgbImage, rgbImage } from "../image/pixels.ts";
import { resize } from "../image/resize.ts";
import { clampIndex, type FloatImage } from "./float-image.ts";
import { gaussianFilter } from "./filters.ts";

/** Made smaller by means of boxes, and large again by repetition, as Pillow does both. */
export function pixelate(image: RgbImage, share: number): RgbImage {
  const { width, height } = image;
  const small = resize(image, { width: Math.trunc(width * share), height: Math.trunc(height * share), filter: "box" });
  const columns = nearest(small.width, width);
  const data = new Uint8Array(width * height * 3);
  for (const [y, row] of nearest(small.height, height).entries()) {
    for (const [x, column] of columns.entries()) {
      const from = (row * small.width + column) * 3;
      data.set(small.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return rgbImage(width, height, data);
}

/** The old place of each new one. Pillow adds the step up, which decides where a place falls between two. */
function nearest(from: number, to: number): readonly number[] {
  const step = from / to;
  let at = step / 2;
  return Array.from({ length: to }, () => {
    const place = Math.floor(at);
    at += step;
    return Math.min(place, from - 1);
  });
}

/** Written as JPEG of low quality, with colours at half the size, and read again. */
export async function jpegCompress({ width, height, data }: RgbImage, quality: number): Promise<RgbImage> {
  const { default: sharp } = await import("sharp");
  const written = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: "4:2:0", optimiseCoding: false })
    .toBuffer();
  return decodeImage(written, { name: "a JPEG that was just written" });
}

/** Every pixel moved a little, as far as its neighbours. */
export function elasticTransform(image: FloatImage, strength: number, random: NumpyRandom): FloatImage {
  const { width, height, channels, data } = image;
  const most = height * 0.005;
  const moves = (): Float64Array => {
    const drawn = Float64Array.from({ length: width * height }, () => -most + 2 * most * random.uniform());
    const sigma = { y: height * 0.01, x: width * 0.01 };
    const smooth = gaussianFilter(
      { width, height, channels: 1, data: drawn },
      { sigma, truncate: 3, border: "reflect" },
    );
    return smooth.data.map((value) => Math.fround(value * strength));
  };
  const dx = moves();
  const dy = moves();
  const out = new Float64Array(data.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const y = between(Math.floor(pixel / width) + (dy[pixel] ?? 0), height);
    const x = between((pixel % width) + (dx[pixel] ?? 0), width);
    for (let c = 0; c < channels; c++) {
      const at = (row: number, column: number): number => data[(row * width + column) * channels + c] ?? 0;
      const top = (1 - x.share) * at(y.low, x.low) + x.share * at(y.low, x.high);
      const bottom = (1 - x.share) * at(y.high, x.low) + x.share * at(y.high, x.high);
      out[pixel * channels + c] = (1 - y.share) * top + y.share * bottom;
    }
  }
  return { ...image, data: out };
}

/** The two places that a place lies between, beyond the border mirrored with its edge. */
function between(place: number, size: number): { readonly low: number; readonly high: number; readonly share: number } {
  const mirrored = place < -1 ? -1 - place : place >= size ? 2 * size - 1 - place : place;
  const low = Math.floor(mirrored);
  return { low: clampIndex(low, size), high: clampIndex(low + 1, size), share: mirrored - low };
}
