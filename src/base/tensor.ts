/** Host tensors: a typed array with a shape. Nothing here knows a device. */

import { type Dtype, dtypeBytes, type HostArray } from "./dtype.ts";
import { elementCount, formatShape, type StaticShape } from "./shape.ts";

/** A dense, row-major tensor in host memory. */
export interface Tensor<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: StaticShape;
  readonly data: HostArray[D];
}

/**
 * A tensor over existing elements; nothing is copied.
 *
 * @throws RangeError where the number of elements is not that of the shape.
 */
export function tensor<D extends Dtype>(dtype: D, shape: StaticShape, data: HostArray[D]): Tensor<D> {
  const wanted = elementCount(shape);
  if (data.length !== wanted) {
    throw new RangeError(
      `Cannot make a ${dtype} tensor of shape ${formatShape(shape)}: expected ${String(wanted)} elements, got ${String(data.length)}`,
    );
  }
  return { dtype, shape, data };
}

/** Bytes that the elements of a tensor take. */
export function tensorBytes(value: Pick<Tensor, "dtype" | "shape">): number {
  return elementCount(value.shape) * dtypeBytes[value.dtype];
}
