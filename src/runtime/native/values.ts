/** Native values: tensors over JavaScript memory, or allocated by ONNX Runtime. */

import { type Dtype } from "../../base/dtype.ts";
import { elementCount, type StaticShape } from "../../base/shape.ts";
import { type Tensor, tensor, tensorBytes } from "../../base/tensor.ts";
import { Handle } from "./handle.ts";
import { addressOf, checkMemory, copyIn, copyOut, dtypeOfElement, elementNumbers, newSlot } from "./memory.ts";
import { keepAlive, runtime } from "./runtime.ts";
import { readSizes } from "./sessions.ts";
import { checkStatus } from "./status.ts";

/**
 * A value over a tensor's own memory, which the handle keeps alive; nothing is copied.
 *
 * @throws TypeError, RangeError where the memory is not what the tensor says; `where` names it.
 */
export function valueOver(of: Tensor, where: string): Handle<"value"> {
  checkMemory(of, where);
  const { api, cpuMemory } = runtime();
  const sizes = BigInt64Array.from(of.shape, BigInt);
  const out = newSlot();
  const number = elementNumbers[of.dtype];
  const address = addressOf(of.data);
  checkStatus(
    api,
    api.CreateTensorWithDataAsOrtValue(
      cpuMemory,
      address,
      tensorBytes(of),
      addressOf(sizes),
      sizes.length,
      number,
      out.address,
    ),
  );
  keepAlive(sizes);
  return new Handle("value", out.pointer(), { release: api.ReleaseValue, keep: of.data });
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
