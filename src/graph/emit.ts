/** A graph as the bytes of an ONNX ModelProto. Weights stay in their files; only constants are inside. */

import type { Tensor } from "../base/tensor.ts";
import { formatType, type Graph, type Initializer, type Node, type Value } from "./graph.ts";
import { attributeType, dataType, fields, irVersion } from "./onnx-schema.ts";
import { type AttributeKind, opset, opSpecs } from "./op.ts";
import { type ProtobufWriter, protobufWriter } from "./protobuf-writer.ts";

/** The bytes of an ONNX model (IR 10, the operator set of op.ts); the same graph gives the same bytes. */
export function emit(graph: Graph): Uint8Array {
  const domains = new Set(["", ...graph.nodes.map((node) => opSpecs[node.op].domain)]);
  const out = protobufWriter();
  out.integer(fields.model.irVersion, irVersion);
  out.text(fields.model.producerName, "sightlab");
  out.message(fields.model.graph, () => {
    writeGraph(out, graph);
  });
  for (const domain of domains) {
    out.message(fields.model.opsetImport, () => {
      out.text(fields.opsetId.domain, domain);
      out.integer(fields.opsetId.version, domain === "" ? opset : 1);
    });
  }
  return out.done();
}

function writeGraph(out: ProtobufWriter, graph: Graph): void {
  const outputs = new Set(graph.outputs.map((value) => value.name));
  for (const node of graph.nodes) writeNode(out, node);
  out.text(fields.graph.name, "sightlab");
  for (const initializer of graph.initializers) writeInitializer(out, initializer);
  const writeValue = valueWriter(out);
  for (const value of graph.inputs) writeValue(fields.graph.input, value);
  for (const value of graph.outputs) writeValue(fields.graph.output, value);
  for (const { output } of graph.nodes) {
    if (!outputs.has(output.name)) writeValue(fields.graph.valueInfo, output);
  }
}

function writeNode(out: ProtobufWriter, node: Node): void {
  const kinds: Readonly<Record<string, AttributeKind>> = opSpecs[node.op].attributes;
  const attributes = Object.entries(node.attributes as Readonly<Record<string, unknown>>);
  out.message(fields.graph.node, () => {
    for (const { name } of node.inputs) out.text(fields.node.input, name);
    out.text(fields.node.output, node.output.name);
    out.text(fields.node.name, node.name);
    out.text(fields.node.opType, node.op);
    for (const [name, value] of attributes) {
      const kind = kinds[name];
      if (kind !== undefined && value !== undefined) writeAttribute(out, { name, kind, value });
    }
    out.text(fields.node.domain, opSpecs[node.op].domain);
  });
}

interface Attribute {
  readonly name: string;
  readonly kind: AttributeKind;
  readonly value: unknown;
}

function writeAttribute(out: ProtobufWriter, { name, kind, value }: Attribute): void {
  out.message(fields.node.attribute, () => {
    out.text(fields.attribute.name, name);
    out.integer(fields.attribute.type, writeAttributeValue(out, kind, value));
  });
}

/** Writes the value; gives the number of its type. `opSpecs` says what each kind holds. */
function writeAttributeValue(out: ProtobufWriter, kind: AttributeKind, value: unknown): number {
  switch (kind) {
    case "int":
    case "bool":
      out.integer(fields.attribute.int, Number(value));
      return attributeType.int;
    case "dtype":
      out.integer(fields.attribute.int, dataType[value as keyof typeof dataType]); // a Dtype
      return attributeType.int;
    case "float":
      out.float(fields.attribute.float, Number(value));
      return attributeType.float;
    case "text":
      out.text(fields.attribute.text, value as string);
      return attributeType.text;
    case "ints":
      for (const item of value as readonly number[]) out.integer(fields.attribute.ints, item);
      return attributeType.ints;
  }
}

function writeInitializer(out: ProtobufWriter, { value, source }: Initializer): void {
  out.message(fields.graph.initializer, () => {
    for (const size of value.shape) out.integer(fields.tensor.dims, Number(size));
    out.integer(fields.tensor.dataType, dataType[value.dtype]);
    out.text(fields.tensor.name, value.name);
    if (source.kind === "inline") {
      out.bytes(fields.tensor.rawData, rawBytes(source.tensor));
      return;
    }
    for (const key of ["location", "offset", "length"] as const) {
      out.message(fields.tensor.externalData, () => {
        out.text(fields.entry.key, key);
        out.text(fields.entry.value, String(source[key]));
      });
    }
    out.integer(fields.tensor.dataLocation, 1);
  });
}

function rawBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

type ValueWriter = (field: number, value: Value) => void;

/** Writes values; a type is encoded once, as the layers of a model repeat the same ones. */
function valueWriter(out: ProtobufWriter): ValueWriter {
  const types = new Map<string, Uint8Array>();
  return (field, value) => {
    const key = formatType(value);
    const type = types.get(key) ?? encodeType(value);
    types.set(key, type);
    out.message(field, () => {
      out.text(fields.valueInfo.name, value.name);
      out.bytes(fields.valueInfo.type, type);
    });
  };
}

function encodeType({ dtype, shape }: Value): Uint8Array {
  const out = protobufWriter(256);
  out.message(fields.type.tensorType, () => {
    out.integer(fields.tensorType.elemType, dataType[dtype]);
    out.message(fields.tensorType.shape, () => {
      for (const size of shape) writeSize(out, size);
    });
  });
  return out.done();
}

function writeSize(out: ProtobufWriter, size: number | string): void {
  out.message(fields.shape.dim, () => {
    if (typeof size === "number") out.integer(fields.dimension.value, size);
    else out.text(fields.dimension.parameter, size);
  });
}
