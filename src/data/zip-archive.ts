/** Where the entries of a zip archive lie in its file: enough to map what is stored, and to inflate what is deflated. */

import type { FileHandle } from "node:fs/promises";

import { ModelFormatError } from "../base/errors.ts";

/** One entry: `length` bytes of the archive from `offset` on, which are its bytes or, deflated, stand for them. */
export interface ZipEntry {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly isDeflated: boolean;
}

const endMark = 0x06054b50;
const end64LocatorMark = 0x07064b50;
const end64Mark = 0x06064b50;
const centralMark = 0x02014b50;
const localMark = 0x04034b50;
const unknown32 = 0xffffffff;
const maxCommentLength = 0xffff;

/**
 * The entries of an archive, by name; deflated ones only where the caller can inflate them.
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16 (zip64 included).
 *
 * @throws ModelFormatError naming `file` where it is no zip archive, is cut off, or compresses an entry.
 */
export async function zipEntries(
  handle: FileHandle,
  file: string,
  { deflated = "refuse" }: { readonly deflated?: "refuse" | "tell" } = {},
): Promise<ReadonlyMap<string, ZipEntry>> {
  const read = reader(handle, file);
  const { size } = await handle.stat();
  const directory = await readDirectory(read, size, file);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at + 46 <= directory.length) {
    if (directory.readUInt32LE(at) !== centralMark) throw broken(file, "a central directory entry");
    const { next, ...entry } = centralEntry(directory, at, file);
    if (entry.isDeflated && deflated === "refuse") {
      throw broken(file, `entry "${entry.name}" stored without compression`);
    }
    if (entries.has(entry.name)) throw broken(file, `entry "${entry.name}" once`);
    const offset = await dataOffset(read, entry.offset, file);
    if (offset + entry.length > size) throw broken(file, `entry "${entry.name}" inside the file`);
    entries.set(entry.name, { ...entry, offset });
    at = next;
  }
  return entries;
}

type Read = (offset: number, length: number) => Promise<Buffer>;

function reader(handle: FileHandle, file: string): Read {
  return async (offset, length) => {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, offset);
    if (bytesRead < length) throw broken(file, `${length} bytes at ${offset}`);
    return bytes;
  };
}

async function readDirectory(read: Read, size: number, file: string): Promise<Buffer> {
  const tailLength = Math.min(size, 22 + maxCommentLength);
  const tail = await read(size - tailLength, tailLength);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endMark) end -= 1;
  if (end < 0) throw broken(file, "the end record of a zip archive");
  const place = { length: tail.readUInt32LE(end + 12), offset: tail.readUInt32LE(end + 16) };
  const isZip64 = end >= 20 && tail.readUInt32LE(end - 20) === end64LocatorMark;
  const found = isZip64 ? await zip64Place(read, Number(tail.readBigUInt64LE(end - 12)), file) : place;
  if (found.offset + found.length > size) throw broken(file, "a directory inside the file");
  return read(found.offset, found.length);
}

async function zip64Place(read: Read, offset: number, file: string): Promise<{ length: number; offset: number }> {
  const record = await read(offset, 56);
  if (record.readUInt32LE(0) !== end64Mark) throw broken(file, "a zip64 end record");
  return { length: Number(record.readBigUInt64LE(40)), offset: Number(record.readBigUInt64LE(48)) };
}

function centralEntry(directory: Buffer, at: number, file: string): ZipEntry & { readonly next: number } {
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const next = at + 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw broken(file, "a whole directory entry");
  const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
  const method = directory.readUInt16LE(at + 10);
  if (method !== 0 && method !== 8) throw broken(file, `entry "${name}" stored or deflated`);
  if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw broken(file, `entry "${name}" without a password`);
  const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  const sizes = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
  const [, length = 0, offset = 0] = widen(sizes, extra);
  return { name, offset, length, isDeflated: method === 8, next };
}

/** Replaces 32-bit sizes that say "see the zip64 field" by the field's values, in its order. */
function widen(sizes: readonly number[], extra: Buffer): readonly number[] {
  let values: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) values = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let used = 0;
  return sizes.map((size) => {
    if (size !== unknown32 || used + 8 > values.length) return size;
    used += 8;
    return Number(values.readBigUInt64LE(used - 8));
  });
}

async function dataOffset(read: Read, offset: number, file: string): Promise<number> {
  const header = await read(offset, 30);
  if (header.readUInt32LE(0) !== localMark) throw broken(file, `a local header at ${offset}`);
  return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function broken(file: string, expected: string): ModelFormatError {
  return new ModelFormatError(`Cannot read archive "${file}": expected ${expected}`);
}
