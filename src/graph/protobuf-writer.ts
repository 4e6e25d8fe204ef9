/** The protobuf wire format, written field by field: a message is the concatenation of its fields. */

const encoder = new TextEncoder();

/** Joins fields into a message. */
export function message(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** An integer field; negative numbers take ten bytes, as two's complement. */
export function integerField(number: number, value: number | bigint): Uint8Array {
  return Uint8Array.from([...varint(BigInt(number * 8)), ...varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** A field of bytes, text or a nested message. */
export function bytesField(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? encoder.encode(value) : value;
  return Buffer.concat([Uint8Array.from([...varint(BigInt(number * 8 + 2)), ...varint(BigInt(bytes.length))]), bytes]);
}

/** A 32-bit float field. */
export function floatField(number: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([Uint8Array.from(varint(BigInt(number * 8 + 5))), bytes]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
