/** What a session takes and gives, by name. */

import { type Dtype } from "../base/dtype.ts";
import { ModelFormatError } from "../base/errors.ts";
import { type Shape } from "../base/shape.ts";
import { type Tensor } from "../base/tensor.ts";
import { type DeviceTensor } from "./device-tensor.ts";
import { type Port } from "./native/sessions.ts";

/** An input or output. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: Dtype;
  /** "?" is a size that the graph neither gives nor names. */
  readonly shape: Shape;
}

/**
 * Tensors by the name of the input they are for. They are read in place: until the run has ended their elements must not
 * change, nor their buffers be transferred to another thread, which would be free to release them.
 */
export type Feeds = Readonly<Record<string, Tensor | DeviceTensor>>;

/** Inputs or outputs with their places, in the session's order. */
export type Ports = ReadonlyMap<string, ValueInfo & { readonly port: number }>;

/**
 * Inputs or outputs by name.
 *
 * @throws ModelFormatError where one is no tensor, or its element type is not one of `Dtype`.
 */
export function portsByName(ports: readonly Port[], side: "input" | "output"): Ports {
  return new Map(
    ports.map(({ name, dtype, elementNumber, shape }, port) => {
      if (dtype === undefined) {
        throw new ModelFormatError(
          `Cannot use the model's ${side} "${name}": expected a tensor of a known dtype, got ONNX element type ${elementNumber}`,
        );
      }
      return [name, { name, dtype, shape, port }];
    }),
  );
}

/** Names for a message: `"a", "b"`. */
export function quoteNames(ports: Ports): string {
  return ports.size === 0 ? "no names" : [...ports.keys()].map((name) => `"${name}"`).join(", ");
}
