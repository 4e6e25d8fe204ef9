/** Images that test/golden/make/resize.py makes too: the same bytes from the same size. */

import { type RgbImage, rgbImage } from "../../../src/data/image/pixels.ts";

/** An image of xorshift32 bytes, an eighth of them black or white. */
export function seededImage(width: number, height: number): RgbImage {
  let state = (width * 1009 + height) >>> 0;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    if ((state >>> 20) & 7) return state & 0xff;
    return state & 1 ? 255 : 0;
  });
  return rgbImage(width, height, data);
}
