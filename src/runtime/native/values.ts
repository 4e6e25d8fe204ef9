/** Native values: tensors over JavaScript memory, or allocated by ONNX Runtime. */

import { type Dtype } from "../../base/dtype.ts";
import { elementCount, type StaticShape } from "../../base/shape.ts";
import { type Tensor, tensor } from "../../base/tensor.ts";
import { dataType } from "../../graph/onnx-schema.ts";
import { Handle } from "./handle.ts";
import { addressOf, checkMemory, copyIn, copyOut, dtypeOfElement, newSlot } from "./memory.ts";
import { runtime } from "./runtime.ts";
import { readSizes } from "./sessions.ts";
import { checkStatus } from "./status.ts";

/**
 * A value over a tensor's own memory, which the handle keeps alive; nothing is copied.
 *
 * @throws TypeError, RangeError where the memory is not what the tensor says; `where` names it.
 */
export function valueOver(of: Tensor, where: string): Handle<"value"> {
  return new Handle("value", addressOver(of, where), { release: runtime().api.ReleaseValue, keep: of.data });
}

/** Most axes a tensor may have. */
const mostAxes = 64;
const sizes = new BigInt64Array(mostAxes);
const sizesAddress = addressOf(sizes);
const slot = newSlot();

/** As `valueOver`, without a handle: the caller in this folder keeps the memory alive and releases the value. */
export function addressOver(of: Tensor, where: string): bigint {
  checkMemory(of, where);
  const { api, cpuMemory } = runtime();
  const { dtype, shape, data } = of;
  if (shape.length > mostAxes) throw new RangeError(`Cannot feed "${where}": expected at most ${mostAxes} axes`);
  for (let axis = 0; axis < shape.length; axis += 1) sizes[axis] = BigInt(shape[axis] ?? 0);
  const number = dataType[dtype];
  const status = api.CreateTensorWithDataAsOrtValue(
    cpuMemory,
    addressOf(data),
    data.byteLength,
    sizesAddress,
    shape.length,
    number,
    slot.address,
  );
  checkStatus(api, status);
  return slot.pointer();
}

/** A value that ONNX Runtime allocated during a run. */
export function adoptValue(address: bigint): Handle<"value"> {
  return new Handle("value", address, { release: runtime().api.ReleaseValue });
}

/**
 * The elements of a value in CPU memory, copied into JavaScript memory.
 *
 * @throws TypeError where the handle is disposed or no value, or its element type has no dtype.
 */
export function readValue(value: Handle<"value">): Tensor {
  const address = Handle.address(value, "value");
  const { dtype, shape } = readValueType(address);
  return tensor(dtype, shape, copyOut(dataAddress(address), dtype, elementCount(shape)));
}

/**
 * Overwrites the elements of a value in CPU memory. The caller sees to equal dtypes and shapes.
 *
 * @throws TypeError where the handle is disposed or no value.
 */
export function writeValue(value: Handle<"value">, from: Tensor, where: string): void {
  checkMemory(from, where);
  const address = Handle.address(value, "value");
  const { dtype, shape } = readValueType(address);
  if (dtype !== from.dtype || elementCount(shape) !== from.data.length) {
    throw new TypeError(`Cannot write "${where}": expected ${elementCount(shape)} elements of ${dtype}`);
  }
  copyIn(dataAddress(address), from.data);
}

function dataAddress(value: bigint): bigint {
  const { api } = runtime();
  const out = newSlot();
  checkStatus(api, api.GetTensorMutableData(value, out.address));
  return out.pointer();
}

function readValueType(value: bigint): { readonly dtype: Dtype; readonly shape: StaticShape } {
  const { api } = runtime();
  const out = newSlot();
  checkStatus(api, api.GetTensorTypeAndShape(value, out.address));
  const info = out.pointer();
  try {
    const shape = readSizes(api, info);
    checkStatus(api, api.GetTensorElementType(info, out.address));
    const dtype = dtypeOfElement(out.int());
    if (dtype === undefined) throw new TypeError(`Cannot read a value of ONNX element type ${out.int()}`);
    return { dtype, shape };
  } finally {
    api.ReleaseTensorTypeAndShapeInfo(info);
  }
}
