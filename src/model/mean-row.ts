/** What a row of an embedding starts as where the vocabulary grows. */

import type { Tensor } from "../base/tensor.ts";

/**
 * The mean of the rows of a matrix [N,D], added up in float64.
 *
 * Source: LLaVA@v1.0.1/llava/model/llava_arch.py (`initialize_vision_tokenizer`).
 */
export function meanRow({ shape, data }: Tensor<"f32">): Float64Array {
  const [count = 0, width = 0] = shape;
  const mean = new Float64Array(width);
  data.forEach((value, i) => (mean[i % width] = (mean[i % width] ?? 0) + value / count));
  return mean;
}
