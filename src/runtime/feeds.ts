/** What a run is given, checked against the session's inputs before native code sees it. */

import { formatShape, type Shape, type StaticShape } from "../base/shape.ts";
import { type Tensor } from "../base/tensor.ts";
import { DeviceTensor } from "./device-tensor.ts";
import { type PortValue } from "./native/runs.ts";
import { unnamedSize } from "./native/sessions.ts";
import { type Feeds, type Ports, quoteNames, type ValueInfo } from "./value-info.ts";

/** Named sizes and what they are in this run; null where two feeds disagree. */
export type Sizes = ReadonlyMap<string, number | null>;

/** What the inputs of one run are bound to. */
export interface BoundFeeds {
  readonly values: readonly PortValue[];
  readonly sizes: Sizes;
}

/**
 * Binds a feed to each input.
 *
 * @throws TypeError where a name is unknown or missing, or a dtype or rank is wrong.
 * @throws RangeError where a size is not the input's.
 */
export function bindFeeds(inputs: Ports, feeds: Feeds): BoundFeeds {
  checkNames(inputs, feeds);
  const sizes = new Map<string, number | null>();
  const values: PortValue[] = [];
  for (const input of inputs.values()) {
    const { name, port, shape } = input;
    const feed = checkFeed(input, feeds[name]);
    noteSizes(sizes, shape, feed.shape);
    values.push({ port, name, value: DeviceTensor.is(feed) ? DeviceTensor.handle(feed) : feed });
  }
  return { values, sizes };
}

function checkNames(inputs: Ports, feeds: Feeds): void {
  const given = new Set(Object.keys(feeds));
  for (const name of given) {
    if (!inputs.has(name)) throw new TypeError(`Cannot feed "${name}": expected one of ${quoteNames(inputs)}`);
  }
  for (const name of inputs.keys()) {
    if (!given.has(name)) throw new TypeError(`Cannot run without "${name}": expected feeds for ${quoteNames(inputs)}`);
  }
}

function checkFeed(input: ValueInfo, feed: unknown): Tensor | DeviceTensor {
  if (!isTensorLike(feed)) {
    throw new TypeError(`Cannot feed "${input.name}": expected a tensor, got ${feed === null ? "null" : typeof feed}`);
  }
  checkType(`feed "${input.name}"`, input, feed);
  return feed;
}

/** The elements are checked where their memory is bound. */
function isTensorLike(value: unknown): value is Tensor | DeviceTensor {
  return typeof value === "object" && value !== null && "shape" in value && Array.isArray(value.shape);
}

/**
 * Checks that a tensor has the dtype, rank and known sizes that are wanted.
 *
 * @throws TypeError, RangeError naming what was to be done.
 */
export function checkType(
  act: string,
  wanted: Pick<ValueInfo, "dtype" | "shape">,
  found: Pick<Tensor, "dtype" | "shape">,
): void {
  const fits = wanted.shape.every((size, axis) => typeof size === "string" || size === found.shape[axis]);
  const sameKind = found.dtype === wanted.dtype && found.shape.length === wanted.shape.length;
  if (fits && sameKind) return;
  const message = `Cannot ${act}: expected ${wanted.dtype}${formatShape(wanted.shape)}, got ${found.dtype}${formatShape(found.shape)}`;
  throw sameKind ? new RangeError(message) : new TypeError(message);
}

function noteSizes(sizes: Map<string, number | null>, names: Shape, found: StaticShape): void {
  for (const [axis, name] of names.entries()) {
    const size = found[axis];
    if (typeof name !== "string" || name === unnamedSize || size === undefined) continue;
    const before = sizes.get(name);
    sizes.set(name, before === undefined || before === size ? size : null);
  }
}
