/** Writes .safetensors files, one tensor after another. Source: safetensors@0.8.0/README.md (format). */

import { type Dtype, dtypeBytes } from "../base/dtype.ts";
import { type Tensor, tensorBytes } from "../base/tensor.ts";
import { formatShape, sameShape } from "../base/shape.ts";
import { replaceFile } from "../base/replace-file.ts";
import { type LazyTensor, readTensor } from "./lazy-tensor.ts";

const dtypeNames: { readonly [D in Dtype]: string } = {
  f64: "F64",
  f32: "F32",
  f16: "F16",
  bf16: "BF16",
  i64: "I64",
  i32: "I32",
  u8: "U8",
  bool: "BOOL",
};

/**
 * Writes tensors in the order of the map, wider element types first, so that every tensor is aligned to its element; a lazy
 * one is read when its turn comes. The file appears whole or not at all; equal tensors give equal bytes.
 *
 * @throws TypeError where a lazy tensor turns out to be of another dtype or shape; whatever its reading throws.
 */
export async function writeSafetensors(file: string, tensors: ReadonlyMap<string, Tensor | LazyTensor>): Promise<void> {
  const sorted = [...tensors].sort(([, a], [, b]) => dtypeBytes[b.dtype] - dtypeBytes[a.dtype]);
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let offset = 0;
  for (const [name, value] of sorted) {
    const end = offset + tensorBytes(value);
    header[name] = { dtype: dtypeNames[value.dtype], shape: value.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  await replaceFile(file, withElements([length, padded], sorted));
}

async function* withElements(
  head: readonly Uint8Array[],
  tensors: readonly (readonly [string, Tensor | LazyTensor])[],
): AsyncGenerator<Uint8Array> {
  yield* head;
  for (const [name, promised] of tensors) {
    if ("pieces" in promised) {
      for await (const piece of promised.pieces()) yield bytesOf(piece);
      continue;
    }
    const { dtype, shape, data } = await readTensor(promised);
    if (dtype !== promised.dtype || !sameShape(shape, promised.shape)) {
      const wanted = `${promised.dtype}${formatShape(promised.shape)}`;
      throw new TypeError(`Cannot write tensor "${name}": expected ${wanted}, got ${dtype}${formatShape(shape)}`);
    }
    yield bytesOf(data);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
