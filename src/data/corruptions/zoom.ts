/** The middle of an image enlarged by lines between its pixels. */

import { type FloatImage } from "./float-image.ts";

/**
 * The middle 1 / factor of each side, at about the size of the whole: a side may come out a pixel shorter or longer.
 *
 * Source: imagecorruptions 1.1.2 clipped_zoom; scipy 1.17 ndimage.zoom of order 1, which gives 0 where rounding puts the
 * last pixel beyond the border.
 */
export function centreZoom(image: FloatImage, factor: number): FloatImage {
  const { width, height, channels, data } = image;
  const rows = axis(height, factor);
  const columns = axis(width, factor);
  const out = new Float64Array(rows.places.length * columns.places.length * channels);
  let to = 0;
  for (const y of rows.places) {
    const top = ((y?.low ?? 0) + rows.start) * width + columns.start;
    const bottom = ((y?.high ?? 0) + rows.start) * width + columns.start;
    for (const x of columns.places) {
      if (y === null || x === null) {
        to += channels;
        continue;
      }
      for (let c = 0; c < channels; c++, to++) {
        const above = lines(data[(top + x.low) * channels + c] ?? 0, data[(top + x.high) * channels + c] ?? 0, x.share);
        const below = lines(
          data[(bottom + x.low) * channels + c] ?? 0,
          data[(bottom + x.high) * channels + c] ?? 0,
          x.share,
        );
        out[to] = lines(above, below, y.share);
      }
    }
  }
  return { width: columns.places.length, height: rows.places.length, channels, data: out };
}

/** The number at a share of the way from one to the other. */
function lines(from: number, to: number, share: number): number {
  return (1 - share) * from + share * to;
}

/** Between which pixels a place lies, and how near the second it is. */
interface Place {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

function axis(size: number, factor: number): { readonly start: number; readonly places: readonly (Place | null)[] } {
  const part = Math.ceil(size / factor);
  const length = roundHalfEven(part * factor);
  const step = length > 1 ? (part - 1) / (length - 1) : 1;
  const places = Array.from({ length }, (_, index): Place | null => {
    const at = index * step;
    if (at > part - 1) return null;
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, part - 1), share: at - low };
  });
  return { start: Math.floor((size - part) / 2), places };
}

/** Python's round. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
