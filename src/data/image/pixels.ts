/** Images as plain pixels. */

/** An RGB image, 8 bits a channel, row by row: `data[(y * width + x) * 3 + channel]`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * An RGB image over existing bytes; nothing is copied.
 *
 * @throws RangeError where a side is not a positive integer or the number of bytes is not width x height x 3.
 */
export function rgbImage(width: number, height: number, data: Uint8Array): RgbImage {
  if (!isSide(width) || !isSide(height) || data.length !== width * height * 3) {
    throw new RangeError(
      `Cannot make an image: expected ${width} x ${height} x 3 bytes with positive sides, got ${data.length} bytes`,
    );
  }
  return { width, height, data };
}

function isSide(size: number): boolean {
  return Number.isInteger(size) && size > 0;
}
