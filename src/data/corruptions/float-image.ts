/** Images of numbers between 0 and 1, which corruptions compute with. */

import { type RgbImage, rgbImage } from "../image/pixels.ts";

/** `data[(y * width + x) * channels + channel]`. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/** Pixels divided by 255. */
export function toFloat({ width, height, data }: RgbImage): FloatImage {
  return { width, height, channels: 3, data: Float64Array.from(data, (level) => level / 255) };
}

/** Clipped to [0, 1], times 255, and cut to whole levels, as NumPy's uint8 does. */
export function toLevels({ width, height, data }: FloatImage): RgbImage {
  return rgbImage(
    width,
    height,
    Uint8Array.from(data, (value) => clip(value) * 255),
  );
}

/** The image with every number replaced. */
export function mapFloat(image: FloatImage, change: (value: number, index: number) => number): FloatImage {
  return { ...image, data: image.data.map(change) };
}

/** A number within [0, 1]. */
export function clip(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** An index within [0, size). */
export function clampIndex(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}
