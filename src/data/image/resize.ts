/**
 * Resizing, equal to Pillow's to the last bit.
 *
 * CLIP's and SigLIP's processors resize with Pillow; another resampler moves pixels by up to 11 levels, and features
 * with them. Source of the algorithm: Pillow@10.4/src/libImaging/Resample.c: separable filters, 8 bits between the passes,
 * coefficients rounded to 22 fractional bits. Up to Pillow 12, that of the paper's time among them, the horizontal pass comes
 * first. Pillow 13 runs the vertical pass first where the height shrinks by more than twice what the width does (found by
 * comparing 2,958 random sizes, all of which agree), and gives other pixels there.
 */

import { checkArea, type RgbImage, rgbImage } from "./pixels.ts";

/** Filters by their Pillow names. */
export type ResizeFilter = "box" | "bilinear" | "bicubic";

/** Whose order of the passes is followed. */
export type Resizing = "pillow-12" | "pillow-13";

/** A filter's weight at a distance, zero from `support` on. */
interface Kernel {
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: cubic },
};

/** For each output place: the first input place it reads, and its weights in units of 2^-22. */
interface Weights {
  readonly first: Int32Array;
  readonly weights: readonly Int32Array[];
}

const precisionBits = 22;

/**
 * The image at a new size.
 *
 * @throws RangeError where a side is not a positive integer, or there would be more than 178,956,970 pixels.
 */
export function resize(
  image: RgbImage,
  size: {
    readonly width: number;
    readonly height: number;
    readonly filter?: ResizeFilter;
    /** Default "pillow-12". */
    readonly resizing?: Resizing;
  },
): RgbImage {
  const { width, height, filter = "bicubic", resizing = "pillow-12" } = size;
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new RangeError(`Cannot resize an image: expected positive whole sides, got ${width} x ${height}`);
  }
  checkArea("Cannot resize an image", { width, height });
  checkArea("Cannot resize an image", { width, height: image.height }); // between the passes
  const kernel = kernels[filter];
  return resizing === "pillow-13" && isHeightFirst(image, { width, height })
    ? resizeWidth(resizeHeight(image, height, kernel), width, kernel)
    : resizeHeight(resizeWidth(image, width, kernel), height, kernel);
}

function isHeightFirst(
  image: RgbImage,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  return height < image.height && image.height - height > 2 * (image.width - width);
}

function resizeWidth(image: RgbImage, width: number, kernel: Kernel): RgbImage {
  if (width === image.width) return image;
  const { first, weights } = weightsFor(image.width, width, kernel);
  const out = new Uint8Array(width * image.height * 3);
  for (let y = 0; y < image.height; y += 1) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x += 1) {
      sumInto(out, (y * width + x) * 3, {
        from: image.data,
        start: row + (first[x] ?? 0) * 3,
        step: 3,
        weights: weights[x],
      });
    }
  }
  return rgbImage(width, image.height, out);
}

function resizeHeight(image: RgbImage, height: number, kernel: Kernel): RgbImage {
  if (height === image.height) return image;
  const { first, weights } = weightsFor(image.height, height, kernel);
  const out = new Uint8Array(image.width * height * 3);
  const step = image.width * 3;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      sumInto(out, y * step + x * 3, {
        from: image.data,
        start: (first[y] ?? 0) * step + x * 3,
        step,
        weights: weights[y],
      });
    }
  }
  return rgbImage(image.width, height, out);
}

function sumInto(
  out: Uint8Array,
  at: number,
  taps: { from: Uint8Array; start: number; step: number; weights: Int32Array | undefined },
): void {
  const { from, start, step, weights = new Int32Array() } = taps;
  let [r, g, b] = [half, half, half];
  for (let tap = 0, place = start; tap < weights.length; tap += 1, place += step) {
    const weight = weights[tap] ?? 0;
    r += (from[place] ?? 0) * weight;
    g += (from[place + 1] ?? 0) * weight;
    b += (from[place + 2] ?? 0) * weight;
  }
  out[at] = toByte(r);
  out[at + 1] = toByte(g);
  out[at + 2] = toByte(b);
}

const half = 1 << (precisionBits - 1);

/** Sums stay below 2^31 for these filters, so the shift sees what Pillow's 32-bit arithmetic sees. */
function toByte(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function weightsFor(inSize: number, outSize: number, kernel: Kernel): Weights {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const inverse = 1 / filterScale; // Pillow multiplies; dividing moves a few pixels by a level
  const support = kernel.support * filterScale;
  const first = new Int32Array(outSize);
  const weights = Array.from({ length: outSize }, (_, place) => {
    const center = (place + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - support + 0.5));
    const to = Math.min(inSize, Math.trunc(center + support + 0.5));
    first[place] = from;
    const raw = Array.from({ length: to - from }, (_, tap) => kernel.weight((tap + from - center + 0.5) * inverse));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return Int32Array.from(raw, (weight) => toFixedPoint(sum === 0 ? weight : weight / sum));
  });
  return { first, weights };
}

function toFixedPoint(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << precisionBits));
}

/** Keys' cubic with a = -0.5, as Pillow writes it. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}
