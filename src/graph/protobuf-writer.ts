/** The protobuf wire format, written field by field into one buffer. */

/** A message in the making. */
export interface ProtobufWriter {
  /** An integer field; negative numbers take ten bytes, as two's complement. */
  readonly integer: (field: number, value: number) => void;
  /** A 32-bit float field. */
  readonly float: (field: number, value: number) => void;
  readonly text: (field: number, value: string) => void;
  readonly bytes: (field: number, value: Uint8Array) => void;
  /** A nested message: the fields that `write` writes. */
  readonly message: (field: number, write: () => void) => void;
  /** What was written so far. */
  readonly done: () => Uint8Array;
}

/** More than a field's number and length, or its number and value, take together. */
const headSize = 24;

/** An empty message; `capacity` is the first size of its buffer in bytes, which doubles as it fills. */
export function protobufWriter(capacity: number = 1 << 16): ProtobufWriter {
  let buffer = Buffer.allocUnsafe(capacity);
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, length + count));
    larger.set(buffer.subarray(0, length));
    buffer = larger;
  };
  /** Of an integer in [0, 2^53), where there is room. */
  const varint = (value: number): void => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[length++] = (rest % 0x80) | 0x80;
    buffer[length++] = rest;
  };
  /** Puts the length before the bytes from `start` on; one byte stands reserved for it before them. */
  const close = (start: number): void => {
    const size = length - start;
    if (size < 0x80) {
      buffer[start - 1] = size;
      return;
    }
    const wide = varintLength(size) - 1;
    reserve(wide);
    buffer.copyWithin(start + wide, start, length);
    length = start - 1;
    varint(size);
    length += size;
  };
  return {
    integer: (field, value) => {
      reserve(headSize);
      varint(field * 8);
      if (value >= 0) varint(value);
      else for (const byte of negativeVarint(value)) buffer[length++] = byte;
    },
    float: (field, value) => {
      reserve(headSize);
      varint(field * 8 + 5);
      length = buffer.writeFloatLE(value, length);
    },
    text: (field, value) => {
      reserve(headSize + 3 * value.length); // at most, in UTF-8
      varint(field * 8 + 2);
      const start = ++length;
      length += buffer.write(value, start, "utf8");
      close(start);
    },
    bytes: (field, value) => {
      reserve(headSize + value.length);
      varint(field * 8 + 2);
      varint(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    message: (field, write) => {
      reserve(headSize);
      varint(field * 8 + 2);
      const start = ++length;
      write();
      close(start);
    },
    done: () => buffer.subarray(0, length),
  };
}

function varintLength(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}

function negativeVarint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
