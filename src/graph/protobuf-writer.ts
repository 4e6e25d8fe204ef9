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

/** Bytes of a varint below 2^53. */
const widestSize = 8;

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
  /** Of an integer in [0, 2^53). */
  const varint = (value: number): void => {
    reserve(widestSize);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[length++] = (rest % 0x80) | 0x80;
    buffer[length++] = rest;
  };
  /** Puts the length before the bytes from `start` on; one byte stands reserved for it before them. */
  const closeAt = (start: number): void => {
    const size = length - start;
    const wide = varintLength(size) - 1;
    reserve(wide + widestSize); // before `length` goes back: only what stands below it moves to a larger buffer
    if (wide > 0) buffer.copyWithin(start + wide, start, length);
    length = start - 1;
    varint(size);
    length += size;
  };
  const open = (field: number): number => {
    varint(field * 8 + 2);
    reserve(1);
    length += 1;
    return length;
  };
  return {
    integer: (field, value) => {
      varint(field * 8);
      if (value >= 0) {
        varint(value);
        return;
      }
      reserve(10);
      for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        if (rest < 0x80n) {
          buffer[length++] = Number(rest);
          return;
        }
        buffer[length++] = Number(rest & 0x7fn) | 0x80;
      }
    },
    float: (field, value) => {
      varint(field * 8 + 5);
      reserve(4);
      length = buffer.writeFloatLE(value, length);
    },
    text: (field, value) => {
      const start = open(field);
      reserve(3 * value.length); // at most, in UTF-8
      length += buffer.write(value, length, "utf8");
      closeAt(start);
    },
    bytes: (field, value) => {
      varint(field * 8 + 2);
      varint(value.length);
      reserve(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    message: (field, write) => {
      const start = open(field);
      write();
      closeAt(start);
    },
    done: () => buffer.subarray(0, length),
  };
}

function varintLength(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}
