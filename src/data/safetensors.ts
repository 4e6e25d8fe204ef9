/**
 * Reads .safetensors files: where each tensor's bytes lie, checked before anything maps them, and the elements of one.
 *
 * Source: safetensors@0.8.0/README.md (format) and its Rust reader's checks; holes between tensors are an error there too.
 */

import { type FileHandle, open } from "node:fs/promises";

import { bf16ToF32, type Dtype, dtypeBytes, f16ToF32 } from "../base/dtype.ts";
import { ModelFormatError } from "../base/errors.ts";
import { elementCount, type StaticShape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { duplicateKey } from "./json-keys.ts";

/** Where one tensor's elements lie: little-endian, row-major, `length` bytes from `offset` of `file`. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: StaticShape;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

const dtypeNames: Readonly<Record<string, Dtype>> = {
  F64: "f64",
  F32: "f32",
  F16: "f16",
  BF16: "bf16",
  I64: "i64",
  I32: "i32",
  U8: "u8",
  BOOL: "bool",
};

/** Longest header that is read; as in the format's own reader. */
const longestHeader = 100_000_000;

/**
 * The tensors of a .safetensors file by name, in the order of their bytes. Only the header is read.
 *
 * @throws ModelFormatError naming the file, and the tensor where one is at fault: a file that is cut off, a header that
 * is not JSON, a dtype that is not offered, a place outside the file, two tensors over the same bytes.
 */
export async function readSafetensors(file: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const { text, dataStart, fileBytes } = await readHeader(file);
  const entries = Object.entries(parseHeader(text, file)).filter(([name]) => name !== "__metadata__");
  const tensors = entries.map(([name, entry]) => storedTensor(name, entry, { file, dataStart }));
  tensors.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = dataStart;
  for (const stored of tensors) {
    if (stored.offset + stored.length > fileBytes) {
      throw broken(stored, `bytes inside the file of ${fileBytes}`, `an end at ${stored.offset + stored.length}`);
    }
    if (stored.offset !== end) throw broken(stored, `an offset of ${end}`, `${stored.offset} (overlap or hole)`);
    end += stored.length;
  }
  if (end !== fileBytes) {
    throw new ModelFormatError(`Cannot read weights at "${file}": expected ${end} bytes, got ${fileBytes}`);
  }
  return new Map(tensors.map((stored) => [stored.name, stored]));
}

/**
 * The elements of a stored tensor as f32, converted from f16 and bf16.
 *
 * @throws TypeError naming the tensor where its elements are not f32, f16 or bf16.
 */
export async function readFloats(stored: StoredTensor): Promise<Tensor<"f32">> {
  const data = new Float32Array(elementCount(stored.shape));
  let done = 0;
  for await (const piece of floatPieces(stored)) {
    data.set(piece, done);
    done += piece.length;
  }
  return tensor("f32", stored.shape, data);
}

/** Elements that are read at a time. */
const pieceLength = 2 ** 20;

/**
 * The elements of a stored tensor as f32 in their order, a piece at a time; each piece is overwritten by the next.
 *
 * @throws TypeError as `readFloats`.
 */
export async function* floatPieces({ name, dtype, shape, file, offset }: StoredTensor): AsyncGenerator<Float32Array> {
  if (dtype !== "f32" && dtype !== "f16" && dtype !== "bf16") {
    throw new TypeError(`Cannot read tensor "${name}" at "${file}": expected f32, f16 or bf16, got ${dtype}`);
  }
  const count = elementCount(shape);
  const floats = new Float32Array(Math.min(count, pieceLength));
  const halves = new Uint16Array(dtype === "f32" ? 0 : floats.length);
  const bytes = new Uint8Array(dtype === "f32" ? floats.buffer : halves.buffer);
  const widen = dtype === "f16" ? f16ToF32 : bf16ToF32;
  const handle = await open(file, "r");
  try {
    for (let done = 0; done < count; done += floats.length) {
      const piece = floats.subarray(0, count - done);
      const wanted = bytes.subarray(0, piece.length * dtypeBytes[dtype]);
      await readWhole(handle, wanted, { name, file, offset: offset + done * dtypeBytes[dtype] });
      if (dtype !== "f32") for (let i = 0; i < piece.length; i++) piece[i] = widen(halves[i] ?? 0);
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/** A read may give less than was asked for. */
async function readWhole(
  handle: FileHandle,
  bytes: Uint8Array,
  { offset, ...stored }: Pick<StoredTensor, "name" | "file" | "offset">,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) throw broken(stored, `bytes up to ${offset + bytes.length}`, `an end at ${offset + done}`);
    done += bytesRead;
  }
}

async function readHeader(file: string): Promise<{ text: string; dataStart: number; fileBytes: number }> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const prefix = Buffer.alloc(8);
    if (size < 8) throw badHeader(file, "at least 8 bytes", `${size}`);
    await handle.read(prefix, 0, 8, 0);
    const length = prefix.readBigUInt64LE();
    if (length > BigInt(longestHeader)) {
      throw badHeader(file, `a header of at most ${longestHeader} bytes`, `${length}`);
    }
    if (8 + Number(length) > size) throw badHeader(file, `a header of ${length} bytes`, `a file of ${size} bytes`);
    const header = Buffer.alloc(Number(length));
    await handle.read(header, 0, header.length, 8);
    return { text: decodeUtf8(header, file), dataStart: 8 + header.length, fileBytes: size };
  } finally {
    await handle.close();
  }
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badHeader(file, "a header in UTF-8", "other bytes");
  }
}

function parseHeader(text: string, file: string): object {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw badHeader(file, "a header that is JSON", JSON.stringify(text.slice(0, 40)));
  }
  if (!isRecord(header)) throw badHeader(file, "a header that is an object", JSON.stringify(text.slice(0, 40)));
  const twice = duplicateKey(text);
  if (twice !== null) throw badHeader(file, "each tensor once", `"${twice}" twice`);
  return header;
}

function storedTensor(
  name: string,
  entry: unknown,
  { file, dataStart }: { readonly file: string; readonly dataStart: number },
): StoredTensor {
  const fail = (expected: string, found: unknown): ModelFormatError =>
    broken({ name, file }, expected, found === undefined ? "nothing" : JSON.stringify(found));
  if (!isRecord(entry)) throw fail("an object", entry);
  const dtype = typeof entry.dtype === "string" ? dtypeNames[entry.dtype] : undefined;
  if (dtype === undefined) throw fail(`dtype ${Object.keys(dtypeNames).join(", ")}`, entry.dtype);
  if (!isSizes(entry.shape)) throw fail("a shape of sizes >= 0", entry.shape);
  const offsets = entry.data_offsets;
  if (!isSizes(offsets) || offsets.length !== 2) throw fail("data_offsets [begin, end]", offsets);
  const [begin = 0, end = 0] = offsets;
  const wanted = entry.shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
  if (end - begin !== wanted) {
    throw fail(`${wanted} bytes for ${String(entry.dtype)}[${entry.shape.join(",")}]`, offsets);
  }
  return { name, dtype, shape: entry.shape, file, offset: dataStart + begin, length: wanted };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0);
}

function broken(stored: Pick<StoredTensor, "name" | "file">, expected: string, found: string): ModelFormatError {
  return new ModelFormatError(
    `Cannot read tensor "${stored.name}" at "${stored.file}": expected ${expected}, got ${found}`,
  );
}

function badHeader(file: string, expected: string, found: string): ModelFormatError {
  return new ModelFormatError(`Cannot read weights at "${file}": expected ${expected}, got ${found}`);
}
