/** JavaScript memory as C sees it: addresses of typed arrays, tables of pointers and names, and copies out of C. */

import koffi from "koffi";

import { type Dtype, dtypeBytes, type HostArray } from "../../base/dtype.ts";
import { elementCount, formatShape, type StaticShape } from "../../base/shape.ts";
import { type Tensor, tensor } from "../../base/tensor.ts";
import { dataType } from "../../graph/onnx-schema.ts";

type View = ArrayBufferView;

const dtypes: ReadonlyMap<number, Dtype> = new Map(
  Object.entries(dataType).map(([dtype, number]) => [number, dtype as Dtype]),
);

/** The dtype of an ONNX element number; undefined where the library has none for it. */
export function dtypeOfElement(number: number): Dtype | undefined {
  return dtypes.get(number);
}

const arrays: { readonly [D in Dtype]: new (buffer: ArrayBufferLike | number) => HostArray[D] } = {
  f64: Float64Array,
  f32: Float32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  i32: Int32Array,
  u8: Uint8Array,
  bool: Uint8Array,
};

/** A tensor of zeros. */
export function emptyTensor(dtype: Dtype, shape: StaticShape): Tensor {
  return tensor(dtype, shape, new arrays[dtype](elementCount(shape)));
}

/** Address of the first byte; the view must be kept alive by the caller for as long as the address is used. */
export function addressOf(view: View): bigint {
  return view.byteLength === 0 ? placeholderAddress : koffi.address(view);
}

const placeholder = new Uint8Array(64);
const placeholderAddress = koffi.address(placeholder);

/** One word that C writes into; its address is valid for as long as the slot is. */
export interface Slot {
  readonly address: bigint;
  readonly pointer: () => bigint;
  /** The lower 32 bits, signed. */
  readonly int: () => number;
}

/** A new slot. */
export function newSlot(): Slot {
  const words = new BigUint64Array(1);
  const address = addressOf(words);
  return {
    address,
    pointer: () => words[0] ?? 0n,
    int: () => Number(BigInt.asIntN(32, words[0] ?? 0n)),
  };
}

/** An array of pointers, as C takes it; keep it alive while its address is used. */
export function pointerTable(addresses: readonly bigint[]): BigUint64Array {
  const table = new BigUint64Array(addresses.length);
  for (let index = 0; index < addresses.length; index += 1) table[index] = addresses[index] ?? 0n; // from() is 5 times slower
  return table;
}

/** NUL-terminated UTF-8 names in one block. */
export interface NameTable {
  readonly bytes: Uint8Array;
  readonly addresses: readonly bigint[];
}

/** Names as C strings; their addresses are valid for as long as the table is alive. */
export function nameTable(names: readonly string[]): NameTable {
  const encoded = names.map((name) => new TextEncoder().encode(`${name}\0`));
  const bytes = new Uint8Array(encoded.reduce((total, name) => total + name.length, 1));
  const start = addressOf(bytes);
  let offset = 0;
  const addresses = encoded.map((name) => {
    bytes.set(name, offset);
    const address = start + BigInt(offset);
    offset += name.length;
    return address;
  });
  return { bytes, addresses };
}

/** A C string. */
export function readText(address: bigint): string {
  return koffi.decode.string(address);
}

/** A copy of native memory in JavaScript memory. */
export function copyOut<D extends Dtype>(address: bigint, dtype: D, count: number): HostArray[D] {
  const bytes = count * dtypeBytes[dtype];
  if (bytes === 0) return new arrays[dtype](0);
  return new arrays[dtype](koffi.view(address, bytes).slice(0));
}

/** Copies elements into native memory of the same size. */
export function copyIn(address: bigint, data: View): void {
  if (data.byteLength === 0) return;
  const target = new Uint8Array(koffi.view(address, data.byteLength));
  target.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/**
 * Checks that a tensor's memory is what its dtype and shape say; C would read past its end otherwise.
 *
 * @throws TypeError where the array is of another kind, or its buffer was transferred or can shrink.
 * @throws RangeError where the number of elements is not that of the shape.
 */
export function checkMemory(value: Tensor, where: string): void {
  const { dtype, shape, data } = value;
  const kind = (arrays as Readonly<Record<string, (typeof arrays)[Dtype] | undefined>>)[dtype];
  if (kind === undefined || !(data instanceof kind)) {
    throw new TypeError(`Cannot feed "${where}": expected a ${dtype} tensor over a ${kind?.name ?? "typed array"}`);
  }
  if ((data.buffer as { resizable?: boolean }).resizable === true) {
    throw new TypeError(`Cannot feed "${where}": expected memory of fixed size, got a resizable buffer`);
  }
  const wanted = elementCount(shape);
  if (data.length !== wanted) {
    throw new RangeError(
      `Cannot feed "${where}" of shape ${formatShape(shape)}: expected ${wanted} elements, got ${data.length}${data.length === 0 ? " (was the buffer transferred?)" : ""}`,
    );
  }
}
