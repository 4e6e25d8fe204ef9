/** Noise of four kinds. Source of the parameters: hendrycks/robustness imagenet_c; imagecorruptions 1.1.2. */

import { type NumpyRandom } from "../../base/numpy-random.ts";
import { type FloatImage, mapFloat } from "./float-image.ts";

/** Numbers of a normal distribution added. */
export function gaussianNoise(image: FloatImage, scale: number, random: NumpyRandom): FloatImage {
  return mapFloat(image, (value) => value + scale * random.normal());
}

/** Photons counted: `scale` of them make a white pixel. */
export function shotNoise(image: FloatImage, scale: number, random: NumpyRandom): FloatImage {
  return mapFloat(image, (value) => random.poisson(value * scale) / scale);
}

/** Numbers turned black or white, each with half of the probability. */
export function impulseNoise(image: FloatImage, amount: number, random: NumpyRandom): FloatImage {
  return mapFloat(image, (value) => {
    const isFlipped = random.uniform() <= amount;
    const isWhite = random.uniform() <= 0.5;
    return isFlipped ? Number(isWhite) : value;
  });
}

/** Numbers of a normal distribution added in proportion. */
export function speckleNoise(image: FloatImage, scale: number, random: NumpyRandom): FloatImage {
  return mapFloat(image, (value) => value + value * (scale * random.normal()));
}
