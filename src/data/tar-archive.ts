/** Reads tar archives, plain or gzipped, entry by entry. */

import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

import { DataFormatError } from "../base/errors.ts";

/** One file of an archive. Its bytes must be read before the next entry is asked for. */
export interface ArchiveFile {
  readonly name: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

const block = 512;

/**
 * The files of a tar archive; folders are left out.
 *
 * Source: POSIX.1-2001 ustar and pax (path, size), GNU tar's long names and sizes over 8 GiB.
 *
 * @throws DataFormatError naming `path` where it is cut off, has a wrong checksum, or holds a link.
 */
export async function* tarFiles(path: string, { isGzip }: { readonly isGzip: boolean }): AsyncGenerator<ArchiveFile> {
  const source = createReadStream(path);
  const stream: AsyncIterable<Buffer> = isGzip ? source.on("error", () => undefined).pipe(createGunzip()) : source;
  const reader = new ByteReader(stream, path);
  let next: { readonly path?: string; readonly size?: number } = {};
  for (;;) {
    const header = await reader.atMost(block);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    const entry = parseHeader(header, path);
    const size = next.size ?? entry.size;
    const padding = (block - (size % block)) % block;
    if (entry.type === "x" || entry.type === "L") {
      const text = (await reader.exactly(size)).toString("utf8");
      next = entry.type === "x" ? paxFields(text) : { path: text.replace(/\0+$/, "") };
      await reader.skip(padding);
      continue;
    }
    const name = next.path ?? entry.name;
    next = {};
    if (["0", "\0", "7"].includes(entry.type) && !name.endsWith("/")) {
      let left = size;
      const bytes = async function* (): AsyncGenerator<Uint8Array> {
        for (; left > 0;) {
          const part = await reader.some(left);
          left -= part.length;
          yield part;
        }
      };
      yield { name, bytes };
      await reader.skip(left + padding);
    } else if (["5", "g", "0", "\0"].includes(entry.type)) await reader.skip(size + padding);
    else throw broken(path, `files and folders, got "${name}" of type "${entry.type}"`);
  }
}

function parseHeader(header: Buffer, path: string): { name: string; size: number; type: string } {
  const text = (from: number, length: number): string =>
    header.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  if (header.length < block) throw broken(path, "a whole header");
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== parseInt(text(148, 8).trim(), 8)) throw broken(path, "a header with its checksum");
  const isLarge = ((header[124] ?? 0) & 0x80) !== 0;
  const size = isLarge ? Number(header.readBigUInt64BE(128)) : parseInt(text(124, 12).trim() || "0", 8);
  const prefix = text(257, 6).startsWith("ustar") && header[262] === 0 ? text(345, 155) : "";
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, size, type: header.toString("latin1", 156, 157) };
}

/** Lines of "<length> <key>=<value>\n"; lengths count bytes. */
function paxFields(text: string): { readonly path?: string; readonly size?: number } {
  const path = /(?:^|\n)\d+ path=([^\n]*)/.exec(text)?.[1];
  const size = /(?:^|\n)\d+ size=(\d+)/.exec(text)?.[1];
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

function broken(path: string, expected: string): DataFormatError {
  return new DataFormatError(`Cannot unpack "${path}": expected ${expected}`);
}

/** A stream in pieces of the sizes that are asked for. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #path: string;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>, path: string) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#path = path;
  }

  /** At least one byte and at most `most`. */
  async some(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const next = await this.#next();
      if (next === null) throw broken(this.#path, "more bytes, got the end");
      this.#rest = next;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** `count` bytes, or fewer at the end. */
  async atMost(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (next === null) break;
        this.#rest = next;
        continue;
      }
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async exactly(count: number): Promise<Buffer> {
    const found = await this.atMost(count);
    if (found.length < count) throw broken(this.#path, "more bytes, got the end");
    return found;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.some(left)).length;
  }

  async #next(): Promise<Buffer | null> {
    try {
      const next = await this.#chunks.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      throw new DataFormatError(`Cannot unpack "${this.#path}": expected a whole archive, got ${String(error)}`, {
        cause: error,
      });
    }
  }
}
