/** Brightness, contrast and saturation. Source: hendrycks/robustness imagenet_c; skimage 0.26 color.rgb2hsv, hsv2rgb. */

import { clip, type FloatImage } from "./float-image.ts";

/** The value of HSV raised. */
export function brighten(image: FloatImage, amount: number): FloatImage {
  return inHsv(image, ([hue, saturation, value]) => [hue, saturation, clip(value + amount)]);
}

/** Saturation stretched and moved. */
export function saturate(
  image: FloatImage,
  { times, plus }: { readonly times: number; readonly plus: number },
): FloatImage {
  return inHsv(image, ([hue, saturation, value]) => [hue, clip(saturation * times + plus), value]);
}

/** Every channel drawn towards its mean. */
export function lowerContrast(image: FloatImage, share: number): FloatImage {
  const { channels, data } = image;
  const sums = new Float64Array(channels);
  for (const [index, value] of data.entries()) sums[index % channels] = (sums[index % channels] ?? 0) + value;
  const means = sums.map((sum) => (sum * channels) / data.length);
  return {
    ...image,
    data: data.map((value, index) => {
      const mean = means[index % channels] ?? 0;
      return (value - mean) * share + mean;
    }),
  };
}

type Triple = readonly [number, number, number];

function inHsv(image: FloatImage, change: (hsv: Triple) => Triple): FloatImage {
  const data = new Float64Array(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [r = 0, g = 0, b = 0] = image.data.subarray(at, at + 3);
    data.set(toRgb(change(toHsv([r, g, b]))), at);
  }
  return { ...image, data };
}

function toHsv([r, g, b]: Triple): Triple {
  const value = Math.max(r, g, b);
  const delta = value - Math.min(r, g, b);
  if (delta === 0) return [0, 0, value];
  const sixth = b === value ? 4 + (r - g) / delta : g === value ? 2 + (b - r) / delta : (g - b) / delta;
  const hue = sixth / 6;
  return [hue - Math.floor(hue), delta / value, value];
}

function toRgb([hue, s, v]: Triple): Triple {
  const sector = Math.floor(hue * 6);
  const f = hue * 6 - sector;
  const [p, q, t] = [v * (1 - s), v * (1 - f * s), v * (1 - (1 - f) * s)];
  const sectors: readonly Triple[] = [
    [v, t, p],
    [q, v, p],
    [p, v, t],
    [p, q, v],
    [t, p, v],
    [v, p, q],
  ];
  return sectors[sector % 6] ?? [v, v, v];
}
