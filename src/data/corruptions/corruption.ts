/**
 * The corruptions of ImageNet-C, by their names there: 15, and 4 more for validation. The paper's MSCOCO-C takes four of
 * them: gaussian_noise, defocus_blur, contrast and brightness.
 *
 * Source: hendrycks/robustness ImageNet-C/imagenet_c/corruptions.py, as the PyPI package imagecorruptions 1.1.2 has it for
 * images of any size; random numbers are drawn as NumPy's old generator does.
 */

import { type NumpyRandom } from "../../base/numpy-random.ts";
import { type RgbImage } from "../image/pixels.ts";
import { defocusBlur, gaussianBlur, glassBlur, motionBlur, zoomBlur } from "./blur.ts";
import { brighten, lowerContrast, saturate } from "./colour.ts";
import { elasticTransform, jpegCompress, pixelate } from "./digital.ts";
import { type FloatImage, toFloat, toLevels } from "./float-image.ts";
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from "./noise.ts";
import { fog, snow } from "./weather.ts";

/** 1 is the weakest. */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** Names, in the order of the package. */
export const corruptionNames = [
  "gaussian_noise",
  "shot_noise",
  "impulse_noise",
  "defocus_blur",
  "glass_blur",
  "motion_blur",
  "zoom_blur",
  "snow",
  "frost",
  "fog",
  "brightness",
  "contrast",
  "elastic_transform",
  "pixelate",
  "jpeg_compression",
  "speckle_noise",
  "gaussian_blur",
  "spatter",
  "saturate",
] as const;

/** The name of a corruption. */
export type Corruption = (typeof corruptionNames)[number];

type Corrupt = (image: RgbImage, severity: Severity, random: NumpyRandom) => RgbImage | Promise<RgbImage>;

/** Null where it is not offered: frost lays photographs over the image that are not ours, spatter is OpenCV's edges. */
const corruptions: { readonly [K in Corruption]: Corrupt | null } = {
  gaussian_noise: floats([0.08, 0.12, 0.18, 0.26, 0.38], gaussianNoise),
  shot_noise: floats([60, 25, 12, 5, 3], shotNoise),
  impulse_noise: floats([0.03, 0.06, 0.09, 0.17, 0.27], impulseNoise),
  defocus_blur: floats(
    rows(
      ["radius", "rim"],
      [
        [3, 0.1],
        [4, 0.5],
        [6, 0.5],
        [8, 0.5],
        [10, 0.5],
      ],
    ),
    defocusBlur,
  ),
  glass_blur: floats(
    rows(
      ["sigma", "most", "times"],
      [
        [0.7, 1, 2],
        [0.9, 2, 1],
        [1, 2, 3],
        [1.1, 3, 2],
        [1.5, 4, 2],
      ],
    ),
    glassBlur,
  ),
  motion_blur: floats(
    rows(
      ["radius", "sigma"],
      [
        [10, 3],
        [15, 5],
        [15, 8],
        [15, 12],
        [20, 15],
      ],
    ),
    motionBlur,
  ),
  zoom_blur: floats(
    rows(
      ["end", "step"],
      [
        [1.11, 0.01],
        [1.16, 0.01],
        [1.21, 0.02],
        [1.26, 0.02],
        [1.31, 0.03],
      ],
    ),
    zoomBlur,
  ),
  snow: floats(
    rows(
      ["mean", "spread", "zoom", "threshold", "radius", "sigma", "keep"],
      [
        [0.1, 0.3, 3, 0.5, 10, 4, 0.8],
        [0.2, 0.3, 2, 0.5, 12, 4, 0.7],
        [0.55, 0.3, 4, 0.9, 12, 8, 0.7],
        [0.55, 0.3, 4.5, 0.85, 12, 8, 0.65],
        [0.55, 0.3, 2.5, 0.85, 12, 12, 0.55],
      ],
    ),
    snow,
  ),
  frost: null,
  fog: floats(
    rows(
      ["amount", "decay"],
      [
        [1.5, 2],
        [2, 2],
        [2.5, 1.7],
        [2.5, 1.5],
        [3, 1.4],
      ],
    ),
    fog,
  ),
  brightness: floats([0.1, 0.2, 0.3, 0.4, 0.5], brighten),
  contrast: floats([0.4, 0.3, 0.2, 0.1, 0.05], lowerContrast),
  elastic_transform: floats([12.5, 16.25, 21.25, 25, 30], elasticTransform),
  pixelate: (image, severity) => pixelate(image, [0.6, 0.5, 0.4, 0.3, 0.25][severity - 1] ?? 1),
  jpeg_compression: (image, severity) => jpegCompress(image, [25, 18, 15, 10, 7][severity - 1] ?? 100),
  speckle_noise: floats([0.15, 0.2, 0.35, 0.45, 0.6], speckleNoise),
  gaussian_blur: floats([1, 2, 3, 4, 6], gaussianBlur),
  spatter: null,
  saturate: floats(
    rows(
      ["times", "plus"],
      [
        [0.3, 0],
        [0.1, 0],
        [2, 0],
        [5, 0.1],
        [20, 0.2],
      ],
    ),
    saturate,
  ),
};

/** Least side of an image, in pixels. */
const leastSide = 32;

/**
 * The corrupted image.
 *
 * @throws RangeError where the corruption is not offered, the severity is none of 1 to 5, or a side is under 32 pixels.
 */
export async function corrupt(
  image: RgbImage,
  {
    corruption,
    severity,
    random,
  }: { readonly corruption: Corruption; readonly severity: Severity; readonly random: NumpyRandom },
): Promise<RgbImage> {
  const found = corruptions[corruption] as Corrupt | null | undefined; // a name may come from outside
  if (found === null || found === undefined) {
    const offered = corruptionNames.filter((name) => corruptions[name] !== null).join(", ");
    throw new RangeError(`Cannot corrupt an image by "${corruption}": expected one of ${offered}`);
  }
  if (![1, 2, 3, 4, 5].includes(severity)) {
    throw new RangeError(`Cannot corrupt an image: expected a severity of 1 to 5, got ${severity}`);
  }
  if (Math.min(image.width, image.height) < leastSide) {
    throw new RangeError(
      `Cannot corrupt an image: expected sides of at least ${leastSide} pixels, got ${image.width} x ${image.height}`,
    );
  }
  return found(image, severity, random);
}

/** A corruption that computes with numbers between 0 and 1, by its five settings. */
function floats<Setting>(
  settings: readonly Setting[],
  change: (image: FloatImage, setting: Setting, random: NumpyRandom) => FloatImage,
): Corrupt {
  return (image, severity, random) => {
    const setting = settings[severity - 1];
    return setting === undefined ? image : toLevels(change(toFloat(image), setting, random));
  };
}

/** Settings of several numbers each, by their names. */
function rows<Name extends string>(
  names: readonly Name[],
  numbers: readonly (readonly number[])[],
): readonly { readonly [K in Name]: number }[] {
  return numbers.map(
    (row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? NaN])) as { [K in Name]: number },
  );
}
