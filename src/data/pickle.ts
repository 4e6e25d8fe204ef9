/**
 * Pickles, read without running anything: plain containers, and the few names a caller allows.
 *
 * A pickle is a program that may call any function by name. This reader knows no functions: a name that is not in the
 * caller's table is an error that says the name.
 * Source: cpython@3.12/Lib/pickletools.py (opcodes of protocols 0 to 5; those of plain data and of torch.save).
 */

import { ModelFormatError } from "../base/errors.ts";

/** A value of a pickle: dicts are Maps, tuples and lists are arrays, None is null. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleObject
  | readonly PickleValue[]
  | Map<PickleValue, PickleValue>;

/** What an allowed name or a persistent id stands for: an object of the caller's own. */
export interface PickleObject {
  readonly kind: string;
}

/** What a pickle may name. */
export interface PickleRules {
  /** Names that may stand in the pickle, as "module.name". */
  readonly names: ReadonlySet<string>;
  /** Makes the value of calling an allowed name; null where it is no function. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue | null;
  /** The value of a persistent id. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

interface GlobalName extends PickleObject {
  readonly kind: "global";
  readonly name: string;
}

const mark = Symbol("mark");
type StackItem = PickleValue | typeof mark;

/**
 * Reads one pickle.
 *
 * @throws ModelFormatError naming `file` and the byte: an unknown opcode, a name that is not allowed, data cut off.
 */
export function readPickle(bytes: Uint8Array, file: string, rules: PickleRules): PickleValue {
  return new Unpickler(bytes, file, rules).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #rules: PickleRules;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;

  constructor(bytes: Uint8Array, file: string, rules: PickleRules) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#rules = rules;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = String.fromCharCode(this.#u8());
      if (opcode === ".") return this.#pop();
      this.#step(opcode);
    }
  }

  #step(opcode: string): void {
    const action = actions[opcode];
    if (action === undefined) {
      const code = opcode.charCodeAt(0).toString(16).padStart(2, "0");
      throw this.#error(`an opcode of plain data, got 0x${code}`);
    }
    action(this);
  }

  #error(expected: string): ModelFormatError {
    return new ModelFormatError(`Cannot read pickle "${this.#file}" at byte ${this.#at}: expected ${expected}`);
  }

  #take(length: number): number {
    const start = this.#at;
    if (!Number.isSafeInteger(length) || length < 0 || length > this.#bytes.length - start) {
      throw this.#error(`${length} more bytes, got the end of the data`);
    }
    this.#at += length;
    return start;
  }

  #u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw this.#error("a value on the stack");
    return value;
  }

  // What the table of actions below is made of.

  push(value: StackItem): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    return this.#pop();
  }

  popToMark(): PickleValue[] {
    const start = this.#stack.lastIndexOf(mark);
    if (start < 0) throw this.#error("a mark on the stack");
    const values = this.#stack.splice(start).slice(1);
    return values as PickleValue[];
  }

  uint(size: 1 | 2 | 4): number {
    const at = this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  length64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return new TextDecoder("utf-8", { fatal: false }).decode(this.bytes(length));
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw this.#error("a line");
    const text = this.text(end - this.#at);
    this.#take(1);
    return text;
  }

  /** Little-endian two's complement of any length. */
  long(length: number): number | bigint {
    const raw = this.bytes(length);
    let value = 0n;
    for (let index = raw.length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(raw[index] ?? 0);
    if (((raw.at(-1) ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * length);
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  keep(index: number): void {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark) throw this.#error("a value to remember");
    this.#memo.set(index, value);
  }

  keepNext(): void {
    this.keep(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#error(`a remembered value ${index}`);
    this.push(value);
  }

  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== "string" || typeof name !== "string") throw this.#error("the name of a class");
    const value: GlobalName = { kind: "global", name: `${module}.${name}` };
    if (!this.#rules.names.has(value.name)) {
      throw this.#error(`tensors and plain containers only, got ${JSON.stringify(value.name)}`);
    }
    this.push(value);
  }

  call(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!isGlobal(callee) || !Array.isArray(args)) throw this.#error("a call of a name");
    const value = this.#rules.call(callee.name, args as readonly PickleValue[]);
    if (value === null) throw this.#error(`a function, got ${callee.name}`);
    this.push(value);
  }

  persistent(): void {
    this.push(this.#rules.persistent(this.#pop()));
  }

  append(values: readonly PickleValue[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw this.#error("a list to append to");
    for (const value of values) (list as PickleValue[]).push(value);
  }

  setItems(values: readonly PickleValue[]): void {
    const map = this.#stack.at(-1);
    if (!(map instanceof Map) || values.length % 2 !== 0) throw this.#error("a dict to fill");
    for (let index = 0; index < values.length; index += 2) map.set(values[index] ?? null, values[index + 1] ?? null);
  }

  /** Attributes set on an object (`_metadata` of a state dict): read and left out. */
  build(): void {
    this.#pop();
    if (!(this.#stack.at(-1) instanceof Map)) throw this.#error("attributes of a dict only");
  }
}

/** One action an opcode; what is missing here is refused. */
const actions: Readonly<Record<string, (p: Unpickler) => void>> = {
  "\x80": (p) => void p.uint(1),
  "\x95": (p) => void p.length64(),
  "(": (p) => p.push(mark),
  "0": (p) => void p.pop(),
  N: (p) => p.push(null),
  "\x88": (p) => p.push(true),
  "\x89": (p) => p.push(false),
  J: (p) => p.push(p.int32()),
  K: (p) => p.push(p.uint(1)),
  M: (p) => p.push(p.uint(2)),
  "\x8a": (p) => p.push(p.long(p.uint(1))),
  "\x8b": (p) => p.push(p.long(p.uint(4))),
  G: (p) => p.push(p.float64()),
  X: (p) => p.push(p.text(p.uint(4))),
  "\x8c": (p) => p.push(p.text(p.uint(1))),
  "\x8d": (p) => p.push(p.text(p.length64())),
  C: (p) => p.push(p.bytes(p.uint(1))),
  B: (p) => p.push(p.bytes(p.uint(4))),
  "\x8e": (p) => p.push(p.bytes(p.length64())),
  "]": (p) => p.push([]),
  "}": (p) => p.push(new Map()),
  ")": (p) => p.push([]),
  t: (p) => p.push(p.popToMark()),
  l: (p) => p.push(p.popToMark()),
  "\x85": (p) => p.push([p.pop()]),
  "\x86": (p) => p.push([p.pop(), p.pop()].reverse()),
  "\x87": (p) => p.push([p.pop(), p.pop(), p.pop()].reverse()),
  a: (p) => {
    p.append([p.pop()]);
  },
  e: (p) => p.append(p.popToMark()),
  s: (p) => p.setItems([p.pop(), p.pop()].reverse()),
  u: (p) => p.setItems(p.popToMark()),
  d: (p) => {
    const values = p.popToMark();
    p.push(new Map());
    p.setItems(values);
  },
  q: (p) => p.keep(p.uint(1)),
  r: (p) => p.keep(p.uint(4)),
  "\x94": (p) => p.keepNext(),
  h: (p) => p.recall(p.uint(1)),
  j: (p) => p.recall(p.uint(4)),
  c: (p) => p.global(p.line(), p.line()),
  "\x93": (p) => {
    const name = p.pop();
    p.global(p.pop(), name);
  },
  R: (p) => p.call(),
  b: (p) => p.build(),
  Q: (p) => p.persistent(),
};

function isGlobal(value: PickleValue): value is GlobalName {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "global";
}
