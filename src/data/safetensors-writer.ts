/** Writes .safetensors files. Source: safetensors@0.8.0/README.md (format). */

import { type Dtype, dtypeBytes } from "../base/dtype.ts";
import { type Tensor, tensorBytes } from "../base/tensor.ts";
import { replaceFile } from "../base/replace-file.ts";

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
 * Writes tensors in the order of the map, wider element types first, so that every tensor is aligned to its element.
 * The file appears whole or not at all; equal tensors give equal bytes.
 */
export async function writeSafetensors(file: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
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
  const data = sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await replaceFile(file, [length, padded, ...data]);
}
