/**
 * Images as a vision tower wants them: resized, cropped or padded, and normalised; equal to the Pillow pipelines.
 *
 * Source: transformers@4.57.3 CLIPImageProcessor and SiglipImageProcessor (the slow, Pillow-based ones; the paper ran
 * those of 4.31) and LLaVA@v1.2/llava/mm_utils.py (expand2square).
 */

import { tensor, type Tensor } from "../../base/tensor.ts";
import { checkArea, type RgbImage, rgbImage } from "./pixels.ts";
import { resize, type Resizing } from "./resize.ts";

/** How an image becomes square. */
export type SquareRule =
  /** The shorter edge becomes `size`, the middle of the longer one is kept (CLIP; LLaVA of the paper). */
  | "crop"
  /** Padded to a square with the processor's mean colour first (LLaVA-1.5). */
  | "pad"
  /** Both edges become `size`, whatever the shape (SigLIP). */
  | "stretch";

/** What a tower's preprocessor_config.json says. */
export interface ImageProcessor {
  readonly square: SquareRule;
  /** Edge of the result in pixels. */
  readonly size: number;
  /** Mean of each channel, of values in [0, 1]. */
  readonly mean: readonly [number, number, number];
  /** Standard deviation of each channel, of values in [0, 1]. */
  readonly std: readonly [number, number, number];
  /** Whose resizing is followed. Default "pillow-12", that of the paper's time. */
  readonly resizing?: Resizing;
}

/** CLIP's processor at an edge of 224 (the paper) or 336 pixels (LLaVA-1.5, with `square: "pad"`). */
export const clipProcessor: ImageProcessor = {
  square: "crop",
  size: 224,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** SigLIP's processor as TinyLLaVA uses it. */
export const siglipProcessor: ImageProcessor = {
  square: "stretch",
  size: 384,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/**
 * Pixel values of one image: f32 [3, size, size].
 *
 * @throws RangeError where its proportions ask for more than 178,956,970 pixels on the way.
 */
export function preprocess(image: RgbImage, processor: ImageProcessor): Tensor<"f32"> {
  const { size } = processor;
  const square = toSquare(image, processor);
  const table = levels(processor);
  const data = new Float32Array(3 * size * size); // [3, size, size]
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const level = square.data[pixel * 3 + channel] ?? 0;
      data[channel * size * size + pixel] = table[channel * 256 + level] ?? 0;
    }
  }
  return tensor("f32", [3, size, size], data);
}

function toSquare(image: RgbImage, { square, size, mean, resizing = "pillow-12" }: ImageProcessor): RgbImage {
  switch (square) {
    case "stretch":
      return resize(image, { width: size, height: size, resizing });
    case "pad":
      return resize(padToSquare(image, mean), { width: size, height: size, resizing });
    case "crop":
      return cropCenter(resize(image, { ...shorterEdgeTo(size, image), resizing }), size);
  }
}

function shorterEdgeTo(size: number, { width, height }: RgbImage): { readonly width: number; readonly height: number } {
  const longer = (long: number, short: number): number => Math.trunc((size * long) / short);
  return width <= height
    ? { width: size, height: longer(height, width) }
    : { width: longer(width, height), height: size };
}

function cropCenter(image: RgbImage, size: number): RgbImage {
  const top = Math.floor((image.height - size) / 2);
  const left = Math.floor((image.width - size) / 2);
  const out = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y += 1) {
    const start = ((top + y) * image.width + left) * 3;
    out.set(image.data.subarray(start, start + size * 3), y * size * 3);
  }
  return rgbImage(size, size, out);
}

function padToSquare(image: RgbImage, mean: ImageProcessor["mean"]): RgbImage {
  const { width, height } = image;
  const size = Math.max(width, height);
  checkArea("Cannot pad an image to a square", { width: size, height: size });
  const colour = mean.map((value) => Math.trunc(value * 255));
  const out = Uint8Array.from({ length: size * size * 3 }, (_, index) => colour[index % 3] ?? 0);
  const top = Math.floor((size - height) / 2);
  const left = Math.floor((size - width) / 2);
  for (let y = 0; y < height; y += 1) {
    out.set(image.data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * size + left) * 3);
  }
  return rgbImage(size, size, out);
}

/** The value of each level of each channel; numpy rescales in float64 and normalises in float32. */
function levels({ mean, std }: ImageProcessor): Float32Array {
  const rescale = 0.00392156862745098;
  return Float32Array.from({ length: 3 * 256 }, (_, index) => {
    const channel = Math.floor(index / 256);
    const value = Math.fround((index % 256) * rescale);
    return Math.fround(value - Math.fround(mean[channel] ?? 0)) / Math.fround(std[channel] ?? 1);
  });
}
