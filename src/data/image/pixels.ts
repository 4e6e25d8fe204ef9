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

/** Most pixels of an image: as many as Pillow takes before it calls a file a decompression bomb. */
const mostPixels = 178_956_970;

/**
 * Makes sure that an image of this size may be made; extreme proportions ask for more memory than a file of them takes.
 *
 * @throws RangeError where it has more than 178,956,970 pixels; `act` begins its message.
 */
export function checkArea(act: string, { width, height }: { readonly width: number; readonly height: number }): void {
  if (width * height <= mostPixels) return;
  throw new RangeError(`${act}: expected at most ${mostPixels} pixels, got ${width} x ${height}`);
}
