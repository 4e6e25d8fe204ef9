/** Numbers of the ONNX file format that reading and writing share. Source: onnx@1.23.2/onnx/onnx.proto. */

import type { Dtype } from "../base/dtype.ts";

/** The IR version that emitted models declare. */
export const irVersion = 10;

/** Field numbers by message. */
export const fields = {
  model: { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8 },
  opsetId: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, int: 3, text: 4, ints: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9, externalData: 13, dataLocation: 14 },
  entry: { key: 1, value: 2 },
  valueInfo: { name: 1, type: 2 },
  type: { tensorType: 1 },
  tensorType: { elemType: 1, shape: 2 },
  shape: { dim: 1 },
  dimension: { value: 1, parameter: 2 },
} as const;

/** AttributeProto.type. */
export const attributeType = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** TensorProto.data_type; the same numbers as ONNXTensorElementDataType of the C API. */
export const dataType: { readonly [D in Dtype]: number } = {
  f32: 1,
  u8: 2,
  i32: 6,
  i64: 7,
  bool: 9,
  f16: 10,
  f64: 11,
  bf16: 16,
};
