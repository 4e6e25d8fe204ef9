/** The protobuf wire format, written field by field: a message is the concatenation of its fields. */

/** Joins fields into a message. */
export function message(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** An integer field; negative numbers take ten bytes, as two's complement. */
export function integerField(number: number, value: number | bigint): Uint8Array {
  const head = varint(number * 8);
  const isSmall = typeof value === "number" && value >= 0 && value < 2 ** 31;
  return Uint8Array.from(head.concat(isSmall ? varint(value) : bigVarint(BigInt.asUintN(64, BigInt(value)))));
}

/** A field of bytes, text or a nested message. */
export function bytesField(number: number, value: Uint8Array | string): Uint8Array {
  if (typeof value === "string") return textField(number, value);
  return withHead(varint(number * 8 + 2).concat(varint(value.length)), value);
}

/** Names are short and plain: letter by letter is faster than any encoder. */
function textField(number: number, value: string): Uint8Array {
  const head = varint(number * 8 + 2).concat(varint(value.length));
  const field = Buffer.allocUnsafe(head.length + value.length);
  head.forEach((byte, i) => (field[i] = byte));
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 127) return bytesField(number, Buffer.from(value));
    field[head.length + i] = code;
  }
  return field;
}

/** A 32-bit float field. */
export function floatField(number: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return withHead(varint(number * 8 + 5), bytes);
}

function withHead(head: readonly number[], bytes: Uint8Array): Uint8Array {
  const field = Buffer.allocUnsafe(head.length + bytes.length);
  head.forEach((byte, i) => (field[i] = byte));
  field.set(bytes, head.length);
  return field;
}

/** Of an integer in [0, 2^31); numbers are ten times as fast as bigints, and a graph has ten thousands of these. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      bytes.push(rest);
      return bytes;
    }
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function bigVarint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
