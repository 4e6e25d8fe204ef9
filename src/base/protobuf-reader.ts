/** The protobuf wire format, read field by field: enough for small schemas that are known by number. */

import { ModelFormatError } from "./errors.ts";

/** One field as it stands in the bytes; views, nothing is copied. */
export type ProtobufField = { readonly number: number } & (
  | { readonly kind: "varint"; readonly value: bigint }
  | { readonly kind: "fixed32" | "fixed64"; readonly value: DataView }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
);

/**
 * The fields of one message, in their order.
 *
 * Source: protobuf.dev/programming-guides/encoding.
 *
 * @throws ModelFormatError naming `file` and the byte where a field is cut off or of an unknown wire type.
 */
export function* readProtobuf(bytes: Uint8Array, file: string): Generator<ProtobufField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw cutOff(file, at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ModelFormatError(`Cannot read "${file}" at byte ${at}: expected a varint of at most 10 bytes`);
  };
  const take = (length: number): number => {
    const start = at;
    if (length > bytes.length - at) throw cutOff(file, at);
    at += length;
    return start;
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, kind: "varint", value: varint() };
        break;
      case 1:
        yield { number, kind: "fixed64", value: new DataView(view.buffer, view.byteOffset + take(8), 8) };
        break;
      case 2: {
        const length = Number(varint());
        const start = take(length);
        yield { number, kind: "bytes", value: bytes.subarray(start, start + length) };
        break;
      }
      case 5:
        yield { number, kind: "fixed32", value: new DataView(view.buffer, view.byteOffset + take(4), 4) };
        break;
      default:
        throw new ModelFormatError(
          `Cannot read "${file}" at byte ${at}: expected wire type 0, 1, 2 or 5, got ${tag % 8}`,
        );
    }
  }
}

function cutOff(file: string, at: number): ModelFormatError {
  return new ModelFormatError(`Cannot read "${file}" at byte ${at}: expected more bytes, got the end of the data`);
}
