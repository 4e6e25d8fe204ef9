/** What a run takes and gives, checked against the session's inputs and outputs before native code sees it. */

import { type Dtype } from "../base/dtype.ts";
import { elementCount, formatShape, isStatic, type Shape, type StaticShape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { DeviceTensor } from "./device-tensor.ts";
import { type Handle } from "./native/handle.ts";
import { newArray } from "./native/memory.ts";
import { type PortValue } from "./native/runs.ts";
import { unnamedSize } from "./native/sessions.ts";
import { readValue, valueOver } from "./native/values.ts";
import { type Feeds, type ValueInfo } from "./session.ts";

/** Named sizes and what they are in this run; null where two feeds disagree. */
export type Sizes = ReadonlyMap<string, number | null>;

/** Values for the inputs of one run; disposing it releases those that were made for the run. */
export interface BoundFeeds extends Disposable {
  readonly values: readonly PortValue[];
  readonly sizes: Sizes;
}

/**
 * Binds a feed to each input.
 *
 * @throws TypeError where a name is unknown or missing, or a dtype or rank is wrong, or a device tensor was disposed.
 * @throws RangeError where a size is not the input's, or the elements are not as many as the shape says.
 */
export function bindFeeds(inputs: readonly ValueInfo[], feeds: Feeds): BoundFeeds {
  checkNames(inputs, feeds);
  const sizes = new Map<string, number | null>();
  const made: Handle<"value">[] = [];
  const dispose = (): void => {
    for (const value of made) value.dispose();
  };
  try {
    const values = inputs.map((input, port) => {
      const feed = feeds[input.name] as Tensor | DeviceTensor;
      checkFeed(input, feed);
      noteSizes(sizes, input.shape, feed.shape);
      if (DeviceTensor.is(feed)) return { port, value: DeviceTensor.handle(feed) };
      const value = valueOver(feed, input.name);
      made.push(value);
      return { port, value };
    });
    return { values, sizes, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function checkNames(inputs: readonly ValueInfo[], feeds: Feeds): void {
  const known = inputs.map(({ name }) => name);
  const given = Object.keys(feeds);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`Cannot feed "${unknown}": expected one of ${quote(known)}`);
  const missing = known.find((name) => !given.includes(name));
  if (missing !== undefined) throw new TypeError(`Cannot run without "${missing}": expected feeds for ${quote(known)}`);
}

function quote(names: readonly string[]): string {
  return names.length === 0 ? "no names" : names.map((name) => `"${name}"`).join(", ");
}

/** Checks dtype, rank and sizes of one feed. */
export function checkFeed(input: ValueInfo, feed: Tensor | DeviceTensor): void {
  if (typeof feed !== "object" || (feed as unknown) === null || !Array.isArray(feed.shape)) {
    throw new TypeError(
      `Cannot feed "${input.name}": expected a tensor, got ${(feed as unknown) === null ? "null" : typeof feed}`,
    );
  }
  const wanted = `${input.dtype}${formatShape(input.shape)}`;
  const message = `Cannot feed "${input.name}": expected ${wanted}, got ${feed.dtype}${formatShape(feed.shape)}`;
  if (feed.dtype !== input.dtype || feed.shape.length !== input.shape.length) throw new TypeError(message);
  const fits = input.shape.every((size, axis) => typeof size === "string" || size === feed.shape[axis]);
  if (!fits) throw new RangeError(message);
}

function noteSizes(sizes: Map<string, number | null>, names: Shape, found: StaticShape): void {
  for (const [axis, name] of names.entries()) {
    const size = found[axis];
    if (typeof name !== "string" || name === unnamedSize || size === undefined) continue;
    const before = sizes.get(name);
    sizes.set(name, before === undefined || before === size ? size : null);
  }
}

/**
 * Indices of the outputs to compute.
 *
 * @throws TypeError where a name is unknown or stands twice.
 */
export function chooseOutputs(outputs: readonly ValueInfo[], names?: readonly string[]): readonly number[] {
  if (names === undefined) return outputs.map((_, port) => port);
  return names.map((name, index) => {
    const port = outputs.findIndex((output) => output.name === name);
    if (port < 0 || names.indexOf(name) !== index) {
      const known = quote(outputs.map((output) => output.name));
      throw new TypeError(`Cannot compute the output "${name}": expected each of ${known} at most once`);
    }
    return port;
  });
}

/** Values for the outputs of one run. */
export interface BoundOutputs extends Disposable {
  readonly values: readonly PortValue[];
  /** The outputs as tensors, given what ONNX Runtime allocated itself. */
  readonly read: (given: readonly (Handle<"value"> | null)[]) => Readonly<Record<string, Tensor>>;
}

/**
 * Binds JavaScript memory to each output whose shape follows from `sizes`; ONNX Runtime allocates the others, and
 * `read` copies and releases them.
 */
export function bindOutputs(outputs: readonly ValueInfo[], chosen: readonly number[], sizes: Sizes): BoundOutputs {
  const slots = chosen.flatMap((port) => {
    const output = outputs[port];
    return output === undefined ? [] : [ownedOutput(output, port, sizes)];
  });
  return {
    values: slots.map(({ port, value }) => ({ port, value })),
    read: (given) =>
      Object.fromEntries(slots.map(({ name, owned }, index) => [name, owned ?? takeOut(name, given[index])])),
    [Symbol.dispose]: () => {
      for (const { value } of slots) value?.dispose();
    },
  };
}

interface OutputSlot {
  readonly name: string;
  readonly port: number;
  readonly owned: Tensor | null;
  readonly value: Handle<"value"> | null;
}

function ownedOutput({ name, dtype, shape }: ValueInfo, port: number, sizes: Sizes): OutputSlot {
  const known = shape.map((size) => (typeof size === "number" ? size : (sizes.get(size) ?? size)));
  if (!isStatic(known)) return { name, port, owned: null, value: null };
  const owned = emptyTensor(dtype, known);
  return { name, port, owned, value: valueOver(owned, name) };
}

function emptyTensor(dtype: Dtype, shape: StaticShape): Tensor {
  return tensor(dtype, shape, newArray(dtype, elementCount(shape)));
}

function takeOut(name: string, value: Handle<"value"> | null | undefined): Tensor {
  if (value === null || value === undefined) throw new TypeError(`Cannot read the output "${name}": the run gave none`);
  using taken = value;
  return readValue(taken);
}
