/** A minimal writer of ONNX ModelProto bytes for tests of the runtime; field numbers are those of onnx.proto3. */

import { type Dtype } from "../../src/base/dtype.ts";
import { type Shape } from "../../src/base/shape.ts";
import { type Tensor } from "../../src/base/tensor.ts";

/** ONNX's TensorProto.DataType. */
export const elementTypes: Readonly<Record<Dtype | "i8" | "string", number>> = {
  f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, string: 8, bool: 9, f16: 10, f64: 11, bf16: 16,
}; // prettier-ignore

export interface Port {
  readonly name: string;
  readonly dtype: keyof typeof elementTypes;
  /** null is a size without a name. */
  readonly shape: readonly (number | string | null)[];
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers only. */
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface Weight {
  readonly name: string;
  readonly value: Tensor;
  /** Where the bytes are, instead of in the model. */
  readonly external?: { readonly location: string; readonly offset: number; readonly length: number };
}

export interface Model {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly Node[];
  readonly weights?: readonly Weight[];
}

export function port(name: string, dtype: Port["dtype"], shape: Shape | readonly (number | string | null)[]): Port {
  return { name, dtype, shape };
}

export function node(op: string, inputs: readonly string[], output: string, attributes?: Node["attributes"]): Node {
  return { op, inputs, outputs: [output], ...(attributes && { attributes }) };
}

/** ModelProto bytes, IR 10, opset 21. */
export function modelBytes({ inputs, outputs, nodes, weights = [] }: Model): Uint8Array {
  const graph = message([
    ...nodes.map((each) => bytes(1, nodeBytes(each))),
    bytes(2, "test"),
    ...weights.map((each) => bytes(5, weightBytes(each))),
    ...inputs.map((each) => bytes(11, portBytes(each))),
    ...outputs.map((each) => bytes(12, portBytes(each))),
  ]);
  return message([integer(1, 10), bytes(7, graph), bytes(8, message([bytes(1, ""), integer(2, 21)]))]);
}

function nodeBytes({ op, inputs, outputs, attributes = {} }: Node): Uint8Array {
  return message([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, message([bytes(1, name), integer(3, value), integer(20, 2)])),
    ),
  ]);
}

function portBytes({ name, dtype, shape }: Port): Uint8Array {
  const sizes = shape.map((size) => {
    const field = size === null ? [] : [typeof size === "number" ? integer(1, size) : bytes(2, size)];
    return bytes(1, message(field));
  });
  const tensorType = message([integer(1, elementTypes[dtype]), bytes(2, message(sizes))]);
  return message([bytes(1, name), bytes(2, message([bytes(1, tensorType)]))]);
}

function weightBytes({ name, value, external }: Weight): Uint8Array {
  const { dtype, shape, data } = value;
  const head = [...shape.map((size) => integer(1, size)), integer(2, elementTypes[dtype]), bytes(8, name)];
  if (external === undefined) {
    return message([...head, bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]);
  }
  const entry = (key: string, text: string | number): Uint8Array =>
    bytes(13, message([bytes(1, key), bytes(2, String(text))]));
  const { location, offset, length } = external;
  return message([
    ...head,
    entry("location", location),
    entry("offset", offset),
    entry("length", length),
    integer(14, 1),
  ]);
}

function message(fields: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(fields));
}

function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function integer(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number): Uint8Array {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) result.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...result, Number(rest)]);
}
