/** Reads the bytes of an ONNX model back into a graph, where it has only ops and types that a graph can hold. */

import { type Dtype, dtypeBytes, type HostArray } from "../base/dtype.ts";
import { ModelFormatError } from "../base/errors.ts";
import { type ProtobufField, readProtobuf } from "../base/protobuf-reader.ts";
import { isStatic, type Shape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { Graph, Initializer, Node, Value } from "./graph.ts";
import { dataType, fields } from "./onnx-schema.ts";
import { type AttributeKind, isOp, opSpecs } from "./op.ts";

/**
 * The graph of an ONNX model as `emit` writes it: every value has a type, every node one output. `file` is named in
 * errors.
 *
 * @throws ModelFormatError naming the node, value or initializer that a graph cannot hold.
 */
export function parse(bytes: Uint8Array, file: string): Graph {
  const graph = messageOf(readMessage(bytes, file), fields.model.graph, file);
  const values = (number: number): readonly Value[] => nested(graph, number, file).map((m) => parseValue(m, file));
  const inputs = values(fields.graph.input);
  const outputs = values(fields.graph.output);
  const initializers = nested(graph, fields.graph.initializer, file).map((m) => parseInitializer(m, file));
  const known = new Map<string, Value>();
  for (const value of [...inputs, ...values(fields.graph.valueInfo), ...outputs]) known.set(value.name, value);
  for (const { value } of initializers) known.set(value.name, value);
  const nodes = nested(graph, fields.graph.node, file).map((m) => parseNode(m, { known, file }));
  return { inputs, initializers, nodes, outputs };
}

type Message = readonly ProtobufField[];

interface Names {
  readonly known: ReadonlyMap<string, Value>;
  readonly file: string;
}

function parseNode(message: Message, { known, file }: Names): Node {
  const name = text(message, fields.node.name);
  const op = text(message, fields.node.opType);
  if (!isOp(op) || text(message, fields.node.domain) !== opSpecs[op].domain) {
    throw unreadable(file, `node "${name}"`, `an op that is known, got ${op}`);
  }
  const valueOf = (value: string): Value => {
    const found = known.get(value);
    if (found === undefined) throw unreadable(file, `node "${name}"`, `a type for "${value}", got none`);
    return found;
  };
  const kinds: Readonly<Record<string, AttributeKind>> = opSpecs[op].attributes;
  const attributes = nested(message, fields.node.attribute, file).map((attribute) => {
    const key = text(attribute, fields.attribute.name);
    const kind = kinds[key];
    if (kind === undefined) throw unreadable(file, `node "${name}"`, `attributes of ${op}, got "${key}"`);
    return [key, parseAttribute(attribute, kind)] as const;
  });
  const [output, ...others] = texts(message, fields.node.output).map(valueOf);
  if (output === undefined || others.length > 0) throw unreadable(file, `node "${name}"`, "one output");
  const inputs = texts(message, fields.node.input).map(valueOf);
  return { op, name, inputs, attributes: Object.fromEntries(attributes), output } as unknown as Node; // by opSpecs
}

function parseAttribute(attribute: Message, kind: AttributeKind): unknown {
  const integer = (): number => number(attribute, fields.attribute.int);
  switch (kind) {
    case "int":
      return integer();
    case "bool":
      return integer() !== 0;
    case "dtype":
      return dtypeOf(integer());
    case "text":
      return text(attribute, fields.attribute.text);
    case "ints":
      return integers(attribute, fields.attribute.ints);
    case "float": {
      const field = attribute.find((candidate) => candidate.number === fields.attribute.float);
      return field?.kind === "fixed32" ? field.value.getFloat32(0, true) : 0;
    }
  }
}

function parseValue(message: Message, file: string): Value {
  const name = text(message, fields.valueInfo.name);
  const type = messageOf(messageOf(message, fields.valueInfo.type, file), fields.type.tensorType, file);
  const dtype = dtypeOf(number(type, fields.tensorType.elemType));
  if (dtype === undefined) throw unreadable(file, `value "${name}"`, "a known element type");
  const shape: Shape = nested(messageOf(type, fields.tensorType.shape, file), fields.shape.dim, file).map((size) =>
    size.some((field) => field.number === fields.dimension.parameter)
      ? text(size, fields.dimension.parameter)
      : number(size, fields.dimension.value),
  );
  return { name, dtype, shape };
}

function parseInitializer(message: Message, file: string): Initializer {
  const name = text(message, fields.tensor.name);
  const shape = integers(message, fields.tensor.dims);
  const dtype = dtypeOf(number(message, fields.tensor.dataType));
  if (dtype === undefined) throw unreadable(file, `initializer "${name}"`, "a known element type");
  const value = { name, dtype, shape };
  if (number(message, fields.tensor.dataLocation) === 0) {
    const raw = message.find((field) => field.number === fields.tensor.rawData);
    if (raw?.kind !== "bytes") throw unreadable(file, `initializer "${name}"`, "raw_data");
    return { value, source: { kind: "inline", tensor: toTensor(value, raw.value, file) } };
  }
  const entries = new Map(
    nested(message, fields.tensor.externalData, file).map((entry) => [
      text(entry, fields.entry.key),
      text(entry, fields.entry.value),
    ]),
  );
  const place = { offset: Number(entries.get("offset") ?? 0), length: Number(entries.get("length")) };
  return { value, source: { kind: "external", location: entries.get("location") ?? "", ...place } };
}

function toTensor({ name, dtype, shape }: Value, raw: Uint8Array, file: string): Tensor {
  const count = isStatic(shape) ? shape.reduce((product, size) => product * size, 1) : -1;
  if (raw.length !== count * dtypeBytes[dtype] || !isStatic(shape)) {
    throw unreadable(file, `initializer "${name}"`, `${count} elements of ${dtype}, got ${raw.length} bytes`);
  }
  const { buffer } = Uint8Array.from(raw);
  return tensor(dtype, shape, hostArray(dtype, buffer));
}

function hostArray(dtype: Dtype, buffer: ArrayBuffer): HostArray[Dtype] {
  switch (dtype) {
    case "f64":
      return new Float64Array(buffer);
    case "f32":
      return new Float32Array(buffer);
    case "f16":
    case "bf16":
      return new Uint16Array(buffer);
    case "i64":
      return new BigInt64Array(buffer);
    case "i32":
      return new Int32Array(buffer);
    case "u8":
    case "bool":
      return new Uint8Array(buffer);
  }
}

function dtypeOf(code: number): Dtype | undefined {
  return (Object.keys(dataType) as Dtype[]).find((dtype) => dataType[dtype] === code); // its keys are the dtypes
}

function readMessage(bytes: Uint8Array, file: string): Message {
  return [...readProtobuf(bytes, file)];
}

function nested(message: Message, number: number, file: string): readonly Message[] {
  return message.flatMap((field) =>
    field.number === number && field.kind === "bytes" ? [readMessage(field.value, file)] : [],
  );
}

function messageOf(message: Message, number: number, file: string): Message {
  return nested(message, number, file)[0] ?? [];
}

function texts(message: Message, number: number): readonly string[] {
  return message.flatMap((field) =>
    field.number === number && field.kind === "bytes" ? [new TextDecoder().decode(field.value)] : [],
  );
}

function text(message: Message, number: number): string {
  return texts(message, number)[0] ?? "";
}

function integers(message: Message, number: number): readonly number[] {
  return message.flatMap((field) =>
    field.number === number && field.kind === "varint" ? [Number(BigInt.asIntN(64, field.value))] : [],
  );
}

function number(message: Message, field: number): number {
  return integers(message, field)[0] ?? 0;
}

function unreadable(file: string, what: string, expected: string): ModelFormatError {
  return new ModelFormatError(`Cannot read ${what} at "${file}": expected ${expected}`);
}
