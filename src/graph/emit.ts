/** A graph as the bytes of an ONNX ModelProto. Weights stay in their files; only constants are inside. */

import type { Tensor } from "../base/tensor.ts";
import type { Graph, Initializer, Node, Value } from "./graph.ts";
import { attributeType, dataType, fields, irVersion } from "./onnx-schema.ts";
import { type AttributeKind, opset, opSpecs } from "./op.ts";
import { bytesField, floatField, integerField, message } from "./protobuf-writer.ts";

/** The bytes of an ONNX model (IR 10, the operator set of op.ts); the same graph gives the same bytes. */
export function emit(graph: Graph): Uint8Array {
  const domains = new Set(["", ...graph.nodes.map((node) => opSpecs[node.op].domain)]);
  return message([
    integerField(fields.model.irVersion, irVersion),
    bytesField(fields.model.producerName, "sightlab"),
    bytesField(fields.model.graph, emitGraph(graph)),
    ...[...domains].map((domain) => bytesField(fields.model.opsetImport, emitOpset(domain))),
  ]);
}

function emitOpset(domain: string): Uint8Array {
  const version = domain === "" ? opset : 1;
  return message([bytesField(fields.opsetId.domain, domain), integerField(fields.opsetId.version, version)]);
}

function emitGraph(graph: Graph): Uint8Array {
  const outputs = new Set(graph.outputs.map((value) => value.name));
  const inner = graph.nodes.map((node) => node.output).filter((value) => !outputs.has(value.name));
  return message([
    ...graph.nodes.map((node) => bytesField(fields.graph.node, emitNode(node))),
    bytesField(fields.graph.name, "sightlab"),
    ...graph.initializers.map((initializer) => bytesField(fields.graph.initializer, emitInitializer(initializer))),
    ...graph.inputs.map((value) => bytesField(fields.graph.input, emitValueInfo(value))),
    ...graph.outputs.map((value) => bytesField(fields.graph.output, emitValueInfo(value))),
    ...inner.map((value) => bytesField(fields.graph.valueInfo, emitValueInfo(value))),
  ]);
}

function emitNode(node: Node): Uint8Array {
  const kinds: Readonly<Record<string, AttributeKind>> = opSpecs[node.op].attributes;
  const attributes = Object.entries(node.attributes as Readonly<Record<string, unknown>>);
  return message([
    ...node.inputs.map((value) => bytesField(fields.node.input, value.name)),
    bytesField(fields.node.output, node.output.name),
    bytesField(fields.node.name, node.name),
    bytesField(fields.node.opType, node.op),
    ...attributes.flatMap(([name, value]) => {
      const kind = kinds[name];
      return kind === undefined || value === undefined
        ? []
        : [bytesField(fields.node.attribute, emitAttribute(name, kind, value))];
    }),
    bytesField(fields.node.domain, opSpecs[node.op].domain),
  ]);
}

function emitAttribute(name: string, kind: AttributeKind, value: unknown): Uint8Array {
  const head = bytesField(fields.attribute.name, name);
  const integer = (number: number): Uint8Array =>
    message([head, integerField(fields.attribute.int, number), integerField(fields.attribute.type, attributeType.int)]);
  switch (kind) {
    case "int":
    case "bool":
      return integer(Number(value));
    case "dtype":
      return integer(dataType[value as keyof typeof dataType]); // opSpecs says that this attribute is a Dtype
    case "float":
      return message([
        head,
        floatField(fields.attribute.float, Number(value)),
        integerField(fields.attribute.type, attributeType.float),
      ]);
    case "text":
      return message([
        head,
        bytesField(fields.attribute.text, value as string), // opSpecs says so
        integerField(fields.attribute.type, attributeType.text),
      ]);
    case "ints":
      return message([
        head,
        ...(value as readonly number[]).map((item) => integerField(fields.attribute.ints, item)), // opSpecs says so
        integerField(fields.attribute.type, attributeType.ints),
      ]);
  }
}

function emitInitializer({ value, source }: Initializer): Uint8Array {
  const head = [
    ...value.shape.map((size) => integerField(fields.tensor.dims, Number(size))),
    integerField(fields.tensor.dataType, dataType[value.dtype]),
    bytesField(fields.tensor.name, value.name),
  ];
  if (source.kind === "inline") return message([...head, bytesField(fields.tensor.rawData, rawBytes(source.tensor))]);
  const entries = { location: source.location, offset: String(source.offset), length: String(source.length) };
  return message([
    ...head,
    ...Object.entries(entries).map(([key, text]) =>
      bytesField(
        fields.tensor.externalData,
        message([bytesField(fields.entry.key, key), bytesField(fields.entry.value, text)]),
      ),
    ),
    integerField(fields.tensor.dataLocation, 1),
  ]);
}

function rawBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function emitValueInfo(value: Value): Uint8Array {
  const dimensions = value.shape.map((size) =>
    bytesField(
      fields.shape.dim,
      typeof size === "number"
        ? integerField(fields.dimension.value, size)
        : bytesField(fields.dimension.parameter, size),
    ),
  );
  const type = message([
    integerField(fields.tensorType.elemType, dataType[value.dtype]),
    bytesField(fields.tensorType.shape, message(dimensions)),
  ]);
  return message([
    bytesField(fields.valueInfo.name, value.name),
    bytesField(fields.valueInfo.type, bytesField(fields.type.tensorType, type)),
  ]);
}
