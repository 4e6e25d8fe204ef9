/** Pictures in a batch: placeholders become rows of features, files become pixels. */

import { decodeImage } from "../data/image/decode.ts";
import { type ImageProcessor, preprocess } from "../data/image/preprocess.ts";
import { imageRowIds, imageTokenIndex } from "../model/image-embedding.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { type Example, ignoredLabel } from "./examples.ts";

/** What pictures become. */
export interface PictureForm {
  /** Rows that a picture takes. */
  readonly rowCount: number;
  readonly imageSize: number;
  readonly processor: ImageProcessor;
}

/**
 * Examples with each placeholder, -200, exchanged for the rows of its picture, whose labels do not count. Rows are numbered
 * through the batch.
 *
 * @throws RangeError where an example has as many pictures as placeholders not.
 */
export function withPictureRows(examples: readonly Example[], { rowCount }: PictureForm): readonly Example[] {
  let first = 0;
  return examples.map(({ ids, labels, images = [] }, index) => {
    const places = ids.filter((id) => id === imageTokenIndex).length;
    if (places !== images.length) {
      throw new RangeError(
        `Cannot train on example ${index}: expected as many pictures as placeholders, got ${images.length} and ${places}`,
      );
    }
    const expand = <T>(values: readonly T[], rowsOf: (value: T) => readonly T[]): T[] =>
      values.flatMap((value, place) => (ids[place] === imageTokenIndex ? rowsOf(value) : [value]));
    const rows = (): readonly number[] => imageRowIds((first += rowCount) - rowCount, rowCount);
    return {
      ids: expand(ids, rows),
      labels: expand(labels, () => Array.from({ length: rowCount }, () => ignoredLabel)),
      images,
    };
  });
}

/**
 * The input `pixel_values` f32[I,3,size,size]; one black picture where there is none, as LLaVA's trainer adds it.
 *
 * @throws DataFormatError naming the example whose picture is none.
 */
export async function pixelInputs(
  examples: readonly Example[],
  { imageSize, processor }: PictureForm,
): Promise<Readonly<Record<string, Tensor>>> {
  const each = 3 * imageSize * imageSize;
  const pixels: Float32Array[] = [];
  for (const [index, { images = [] }] of examples.entries()) {
    for (const image of images) {
      pixels.push(preprocess(await decodeImage(image, { name: `example ${index}` }), processor).data);
    }
  }
  const count = Math.max(1, pixels.length);
  const data = new Float32Array(count * each);
  pixels.forEach((one, i) => data.set(one, i * each));
  return { pixel_values: tensor("f32", [count, 3, imageSize, imageSize], data) };
}
