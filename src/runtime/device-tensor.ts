/**
 * Tensors that stay on the device: fed to runs and written by them without a copy, read when asked.
 *
 * On the CPU their memory is JavaScript's, so that the garbage collector sees it: tensors that were dropped without
 * `dispose` do not pile up.
 */

import { type Dtype } from "../base/dtype.ts";
import { formatShape, sameShape, type StaticShape } from "../base/shape.ts";
import { type Tensor } from "../base/tensor.ts";
import { type Handle } from "./native/handle.ts";
import { emptyTensor } from "./native/memory.ts";
import { readValue, valueOver, writeValue } from "./native/values.ts";

/** A tensor in the device's memory. Dispose it; a run that works with it ends first. */
export class DeviceTensor implements Disposable {
  readonly dtype: Dtype;
  readonly shape: StaticShape;
  /** Where it is: "cpu". */
  readonly device: string = "cpu";
  readonly #handle: Handle<"value">;

  private constructor(dtype: Dtype, shape: StaticShape, handle: Handle<"value">) {
    this.dtype = dtype;
    this.shape = shape;
    this.#handle = handle;
  }

  /** A tensor of zeros. */
  static allocate(dtype: Dtype, shape: StaticShape): DeviceTensor {
    const sizes = [...shape];
    return new DeviceTensor(dtype, sizes, valueOver(emptyTensor(dtype, sizes), "a device tensor"));
  }

  /** The native value, for this room. */
  static handle(of: DeviceTensor): Handle<"value"> {
    return of.#handle;
  }

  /** True for what this class made, however it is typed. */
  static is(value: unknown): value is DeviceTensor {
    return typeof value === "object" && value !== null && #handle in value;
  }

  /**
   * A copy of the elements in JavaScript memory. Elements that a run is writing are undefined.
   *
   * @throws TypeError where the tensor was disposed.
   */
  read(): Tensor {
    return readValue(this.#handle);
  }

  /**
   * Overwrites all elements.
   *
   * @throws TypeError where the tensor was disposed, or dtype or shape differ.
   */
  write(from: Tensor): void {
    if (from.dtype !== this.dtype || !sameShape(from.shape, this.shape)) {
      throw new TypeError(
        `Cannot write a device tensor: expected ${this.dtype}${formatShape(this.shape)}, got ${from.dtype}${formatShape(from.shape)}`,
      );
    }
    writeValue(this.#handle, from, "a device tensor");
  }

  /** Releases the memory, as soon as no run works with it. Safe to call twice. */
  dispose(): void {
    this.#handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A tensor on the device with the elements of a host tensor. */
export function toDevice(from: Tensor): DeviceTensor {
  const made = DeviceTensor.allocate(from.dtype, from.shape);
  try {
    made.write(from);
    return made;
  } catch (error) {
    made.dispose();
    throw error;
  }
}
