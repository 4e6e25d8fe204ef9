/** Fog and snow. Source: hendrycks/robustness imagenet_c; imagecorruptions 1.1.2. */

import { type NumpyRandom } from "../../base/numpy-random.ts";
import { motionFilter } from "./filters.ts";
import { clip, type FloatImage } from "./float-image.ts";
import { centreZoom } from "./zoom.ts";

/** A cloud of many sizes laid over the image. */
export function fog(
  image: FloatImage,
  { amount, decay }: { readonly amount: number; readonly decay: number },
  random: NumpyRandom,
): FloatImage {
  const { width, height, channels, data } = image;
  const size = 2 ** Math.ceil(Math.log2(Math.max(width, height)));
  const cloud = plasma(size, decay, random);
  const brightest = data.reduce((most, value) => Math.max(most, value), 0);
  return {
    ...image,
    data: data.map((value, index) => {
      const pixel = Math.floor(index / channels);
      const thick = cloud[Math.floor(pixel / width) * size + (pixel % width)] ?? 0;
      return ((value + amount * thick) * brightest) / (brightest + amount);
    }),
  };
}

/** What a snowfall is made of. */
export interface Snow {
  readonly mean: number;
  readonly spread: number;
  readonly zoom: number;
  /** What is below it is no flake. */
  readonly threshold: number;
  readonly radius: number;
  readonly sigma: number;
  /** How much of the image keeps its light. */
  readonly keep: number;
}

/** Flakes that fall, and the same upside down, over a paler image. */
export function snow(image: FloatImage, given: Snow, random: NumpyRandom): FloatImage {
  const { width, height, channels } = image;
  const noise = Float64Array.from({ length: width * height }, () => given.mean + given.spread * random.normal());
  const zoomed = centreZoom({ width, height, channels: 1, data: noise }, given.zoom);
  const flakes = { ...zoomed, data: zoomed.data.map((value) => (value < given.threshold ? 0 : clip(value))) };
  const degrees = -135 + 90 * random.uniform();
  const fallen = motionFilter(flakes, { radius: given.radius, sigma: given.sigma, degrees });
  const [rows, columns] = [Math.min(height, fallen.height), Math.min(width, fallen.width)];
  const flake = (y: number, x: number): number => Math.round((fallen.data[y * fallen.width + x] ?? 0) * 255) / 255;
  const data = paler(image, given.keep);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const light = flake(y, x) + flake(rows - 1 - y, columns - 1 - x);
      for (let c = 0; c < channels; c++) {
        const at = (y * width + x) * channels + c;
        data[at] = (data[at] ?? 0) + light;
      }
    }
  }
  return { ...image, data };
}

function paler({ data, channels }: FloatImage, keep: number): Float64Array {
  return data.map((value, index) => {
    const at = index - (index % channels);
    const grey = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
    return keep * value + (1 - keep) * Math.max(value, grey * 1.5 + 0.5);
  });
}

/** Heights of a square whose side is a power of two, in [0, 1]: diamond-square, with the original's ever weaker jitter. */
function plasma(size: number, decay: number, random: NumpyRandom): Float64Array {
  const map = new Float64Array(size * size);
  const at = (y: number, x: number): number => map[(y % size) * size + (x % size)] ?? 0;
  let jitter = 100;
  const middle = (sum: number): number => sum / 4 + jitter * (-jitter + 2 * jitter * random.uniform());
  const fill = (y0: number, x0: number, step: number, sum: (y: number, x: number) => number): void => {
    for (let y = y0; y < size; y += step) {
      for (let x = x0; x < size; x += step) map[y * size + x] = middle(sum(y, x));
    }
  };
  for (let step = size; step >= 2; step /= 2, jitter /= decay) {
    const half = step / 2;
    const back = size - half;
    fill(
      half,
      half,
      step,
      (y, x) => at(y + back, x + back) + at(y + half, x + back) + at(y + back, x + half) + at(y + half, x + half),
    );
    const diamond = (y: number, x: number): number =>
      at(y + half, x) + at(y + back, x) + at(y, x + back) + at(y, x + half);
    fill(0, half, step, diamond);
    fill(half, 0, step, diamond);
  }
  const lowest = map.reduce((least, height) => Math.min(least, height), Infinity);
  const highest = map.reduce((most, height) => Math.max(most, height), -Infinity);
  return map.map((height) => (height - lowest) / (highest - lowest));
}
