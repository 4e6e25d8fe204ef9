/** Filters over images: Gaussian, a kernel of any form, a shift along a line. */

import { clampIndex, type FloatImage } from "./float-image.ts";

/** How an image goes on beyond its border, by SciPy's names: `aaa|abcd|ddd`, or `cba|abcd|dcb`. */
export type Border = "nearest" | "reflect";

/** Standard deviation in pixels along each axis, and how many of them the kernel reaches. */
export interface GaussianOptions {
  readonly sigma: { readonly y: number; readonly x: number };
  readonly truncate: number;
  readonly border: Border;
}

/** The image smoothed by a Gaussian. Source: scipy 1.17 ndimage.gaussian_filter, as skimage.filters.gaussian calls it. */
export function gaussianFilter(image: FloatImage, { sigma, truncate, border }: GaussianOptions): FloatImage {
  const { width, height } = image;
  const rows = along(image, {
    length: height,
    offset: (y, x) => y * width + x,
    lines: width,
    kernel: gaussianKernel(sigma.y, truncate),
    border,
  });
  return along(rows, {
    length: width,
    offset: (x, y) => y * width + x,
    lines: height,
    kernel: gaussianKernel(sigma.x, truncate),
    border,
  });
}

/** An odd square kernel, row by row. */
export interface SquareKernel {
  readonly size: number;
  readonly weights: Float64Array;
}

/** Each channel with the kernel laid over each pixel, the border reflected without its edge (`dcb|abcd|cba`). */
export function filter2D(image: FloatImage, { size, weights }: SquareKernel): FloatImage {
  const { width, height, channels } = image;
  const radius = (size - 1) / 2;
  const padded = pad(image, radius);
  const step = (width + 2 * radius) * channels;
  const length = width * channels;
  const out = new Float64Array(height * length);
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = weights[tap] ?? 0;
    if (weight === 0) continue;
    const shift = Math.floor(tap / size) * step + (tap % size) * channels;
    for (let y = 0; y < height; y++) {
      addRow(out, { at: y * length, length, from: padded, start: y * step + shift, weight });
    }
  }
  return { ...image, data: out };
}

/** The image with a margin on all sides. */
function pad({ width, height, channels, data }: FloatImage, margin: number): Float64Array {
  const columns = Int32Array.from({ length: width + 2 * margin }, (_, x) => reflect101(x - margin, width));
  const padded = new Float64Array(columns.length * (height + 2 * margin) * channels);
  let to = 0;
  for (let y = -margin; y < height + margin; y++) {
    const row = reflect101(y, height) * width;
    for (const column of columns) {
      for (let c = 0; c < channels; c++) padded[to++] = data[(row + column) * channels + c] ?? 0;
    }
  }
  return padded;
}

interface RowToAdd {
  readonly at: number;
  readonly length: number;
  readonly from: Float64Array;
  readonly start: number;
  readonly weight: number;
}

/** Adds a row of numbers times a weight. Most of the time of a filter is spent here. */
function addRow(out: Float64Array, { at, length, from, start, weight }: RowToAdd): void {
  for (let i = 0; i < length; i++) out[at + i] = (out[at + i] ?? 0) + weight * (from[start + i] ?? 0);
}

/**
 * The image moved along a line and summed with half a Gaussian's weights, its border going on as it is.
 *
 * Source: imagecorruptions 1.1.2 _motion_blur.
 */
export function motionFilter(
  image: FloatImage,
  { radius, sigma, degrees }: { readonly radius: number; readonly sigma: number; readonly degrees: number },
): FloatImage {
  const { width, height, channels, data } = image;
  const steps = 2 * radius + 1;
  const kernel = normalised(
    Float64Array.from(
      { length: steps },
      (_, i) => Math.exp(-(i ** 2) / (2 * sigma ** 2)) / (Math.sqrt(2 * Math.PI) * sigma),
    ),
  );
  const angle = degrees * (Math.PI / 180);
  const [down, right] = [steps * Math.sin(angle), steps * Math.cos(angle)];
  const hypot = Math.hypot(down, right);
  const out = new Float64Array(data.length);
  for (const [i, weight] of kernel.entries()) {
    const dy = -Math.ceil((i * down) / hypot - 0.5);
    const dx = -Math.ceil((i * right) / hypot - 0.5);
    if (Math.abs(dy) >= height || Math.abs(dx) >= width) break;
    for (let y = 0; y < height; y++) {
      const row = clampIndex(y - dy, height) * width;
      for (let x = 0; x < width; x++) {
        const from = (row + clampIndex(x - dx, width)) * channels;
        const to = (y * width + x) * channels;
        for (let c = 0; c < channels; c++) out[to + c] = (out[to + c] ?? 0) + weight * (data[from + c] ?? 0);
      }
    }
  }
  return { ...image, data: out };
}

/** Weights that sum to 1. */
export function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

interface Lines {
  readonly length: number;
  readonly lines: number;
  /** Pixel of a place on a line. */
  readonly offset: (place: number, line: number) => number;
  readonly kernel: Float64Array;
  readonly border: Border;
}

function along(image: FloatImage, { length, lines, offset, kernel, border }: Lines): FloatImage {
  const { channels, data } = image;
  const radius = (kernel.length - 1) / 2;
  const out = new Float64Array(data.length);
  for (let place = 0; place < length; place++) {
    for (const [k, weight] of kernel.entries()) {
      const source = place + k - radius;
      const from = border === "nearest" ? clampIndex(source, length) : reflect(source, length);
      for (let line = 0; line < lines; line++) {
        const [to, at] = [offset(place, line) * channels, offset(from, line) * channels];
        for (let c = 0; c < channels; c++) out[to + c] = (out[to + c] ?? 0) + weight * (data[at + c] ?? 0);
      }
    }
  }
  return { ...image, data: out };
}

function gaussianKernel(sigma: number, truncate: number): Float64Array {
  const radius = Math.floor(truncate * sigma + 0.5);
  return normalised(
    Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp((-0.5 / sigma ** 2) * (i - radius) ** 2)),
  );
}

/** Half-sample symmetric: -1 is 0. */
function reflect(index: number, size: number): number {
  const place = ((index % (2 * size)) + 2 * size) % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}

/** Whole-sample symmetric: -1 is 1. */
function reflect101(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const place = ((index % period) + period) % period;
  return place < size ? place : period - place;
}
