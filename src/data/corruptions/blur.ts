/** Blur of five kinds. Source of operations and parameters: hendrycks/robustness imagenet_c; imagecorruptions 1.1.2. */

import { type NumpyRandom } from "../../base/numpy-random.ts";
import { clip, type FloatImage, mapFloat } from "./float-image.ts";
import { filter2D, gaussianFilter, motionFilter, normalised, type SquareKernel } from "./filters.ts";
import { centreZoom } from "./zoom.ts";

/** A lens out of focus: a disk, smoothed a little at its rim. */
export function defocusBlur(
  image: FloatImage,
  { radius, rim }: { readonly radius: number; readonly rim: number },
): FloatImage {
  return filter2D(image, disk(radius, rim));
}

/** A Gaussian of so many pixels. */
export function gaussianBlur(image: FloatImage, sigma: number): FloatImage {
  return gaussianFilter(image, { sigma: { y: sigma, x: sigma }, truncate: 4, border: "nearest" });
}

/** Frosted glass: smoothed, near pixels swapped, smoothed again. */
export function glassBlur(
  image: FloatImage,
  { sigma, most, times }: { readonly sigma: number; readonly most: number; readonly times: number },
  random: NumpyRandom,
): FloatImage {
  const { width, height, channels } = image;
  const shuffled = mapFloat(gaussianBlur(image, sigma), (value) => Math.floor(clip(value) * 255) / 255);
  const { data } = shuffled;
  for (let time = 0; time < times; time++) {
    for (let y = height - most; y > most; y--) {
      for (let x = width - most; x > most; x--) {
        const dx = random.integer(2 * most) - most;
        const dy = random.integer(2 * most) - most;
        const [a, b] = [(y * width + x) * channels, ((y + dy) * width + x + dx) * channels];
        // The original swaps views of one array, so that the second pixel takes back what it gave: both become it.
        for (let c = 0; c < channels; c++) data[a + c] = data[b + c] ?? 0;
      }
    }
  }
  return gaussianBlur(shuffled, sigma);
}

/** A camera that moves, in a random direction within 45 degrees of level. */
export function motionBlur(
  image: FloatImage,
  { radius, sigma }: { readonly radius: number; readonly sigma: number },
  random: NumpyRandom,
): FloatImage {
  return motionFilter(image, { radius, sigma, degrees: -45 + 90 * random.uniform() });
}

/** A camera that moves towards its subject: the mean of the image and of itself enlarged, in steps. */
export function zoomBlur(
  image: FloatImage,
  { end, step }: { readonly end: number; readonly step: number },
): FloatImage {
  const { width, height, channels, data } = image;
  // numpy.arange(1, end, step)
  const count = Math.ceil((end - 1) / step);
  const delta = 1 + step - 1;
  const sum = data.slice();
  for (let i = 0; i < count; i++) {
    const layer = centreZoom(image, 1 + i * delta);
    for (let y = 0; y < Math.min(height, layer.height); y++) {
      for (let x = 0; x < Math.min(width, layer.width) * channels; x++) {
        const at = y * width * channels + x;
        sum[at] = (sum[at] ?? 0) + (layer.data[y * layer.width * channels + x] ?? 0);
      }
    }
  }
  return { ...image, data: sum.map((value) => value / (count + 1)) };
}

/** Source: imagecorruptions 1.1.2 disk, with OpenCV's GaussianBlur. */
function disk(radius: number, rim: number): SquareKernel {
  const reach = radius <= 8 ? 8 : radius;
  const size = 2 * reach + 1;
  const inside = Float64Array.from({ length: size * size }, (_, i) =>
    Number((Math.floor(i / size) - reach) ** 2 + ((i % size) - reach) ** 2 <= radius ** 2),
  );
  const half = radius <= 8 ? 1 : 2;
  const weights = normalised(
    Float64Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * rim ** 2))),
  );
  const square = Float64Array.from({ length: weights.length ** 2 }, (_, i) => {
    const [y, x] = [Math.floor(i / weights.length), i % weights.length];
    return (weights[y] ?? 0) * (weights[x] ?? 0);
  });
  const flat = { width: size, height: size, channels: 1, data: normalised(inside) };
  return { size, weights: filter2D(flat, { size: weights.length, weights: square }).data };
}
