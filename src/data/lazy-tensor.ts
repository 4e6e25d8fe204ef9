/** Tensors that are in memory only while they are used: what a checkpoint is written from, one after another. */

import type { Dtype } from "../base/dtype.ts";
import type { StaticShape } from "../base/shape.ts";
import type { Tensor } from "../base/tensor.ts";
import { floatPieces, readFloats, type StoredTensor } from "./safetensors.ts";

/** A tensor that is read or computed when its turn comes. */
export interface LazyTensor {
  readonly dtype: Dtype;
  readonly shape: StaticShape;
  /** Its elements, of that dtype and shape. */
  readonly read: () => Promise<Tensor>;
  /** The same a piece at a time, where that takes less memory; each piece is overwritten by the next. */
  readonly pieces?: () => AsyncIterable<ArrayBufferView>;
}

/** A stored tensor as f32; `read` throws as `readFloats`. */
export function lazyFloats(stored: StoredTensor): LazyTensor {
  const read = (): Promise<Tensor> => readFloats(stored);
  return { dtype: "f32", shape: stored.shape, read, pieces: () => floatPieces(stored) };
}

/** The tensor itself. */
export function readTensor(one: Tensor | LazyTensor): Promise<Tensor> | Tensor {
  return "read" in one ? one.read() : one;
}
