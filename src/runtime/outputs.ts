/** Where a run's outputs go: into device tensors that were given, or into JavaScript memory. */

import { isStatic, type Shape } from "../base/shape.ts";
import { type Tensor } from "../base/tensor.ts";
import { DeviceTensor } from "./device-tensor.ts";
import { checkType, type Sizes } from "./feeds.ts";
import { type Handle } from "./native/handle.ts";
import { emptyTensor } from "./native/memory.ts";
import { type PortValue } from "./native/runs.ts";
import { readValue } from "./native/values.ts";
import { type Ports, quoteNames, type ValueInfo } from "./value-info.ts";

/** Which outputs to compute, and which of them to write into device tensors. */
export interface OutputChoice {
  readonly outputs?: readonly string[] | undefined;
  readonly into?: Readonly<Record<string, DeviceTensor>> | undefined;
}

/** What the outputs of one run are bound to. */
export interface BoundOutputs {
  readonly values: readonly PortValue[];
  /** The outputs as tensors, given what ONNX Runtime allocated itself; without those that went into device tensors. */
  readonly read: (given: readonly (Handle<"value"> | null)[]) => Readonly<Record<string, Tensor>>;
}

interface OutputSlot extends PortValue {
  /** The tensor that is returned; null where ONNX Runtime allocates it; "device" where it is not returned. */
  readonly target: "device" | Tensor | null;
}

/**
 * Binds JavaScript memory to each output whose shape follows from `sizes`; ONNX Runtime allocates the others, and
 * `read` copies and releases them.
 *
 * @throws TypeError where a name is unknown or stands twice, or a device tensor is not what the output is.
 */
export function bindOutputs(outputs: Ports, choice: OutputChoice, sizes: Sizes): BoundOutputs {
  const slots = chooseNames(outputs, choice).map((name) => {
    const { port, dtype, shape } = findOutput(outputs, name);
    const info = { name, dtype, shape: resolve(shape, sizes) };
    const target = choice.into?.[name];
    return target === undefined ? ownedSlot(info, port) : deviceSlot(info, { port, target });
  });
  return { values: slots, read: (given) => readSlots(slots, given) };
}

function chooseNames(outputs: Ports, { outputs: names, into = {} }: OutputChoice): readonly string[] {
  const asked = names ?? [...outputs.keys()].filter((name) => !Object.hasOwn(into, name));
  const all = [...asked, ...Object.keys(into)];
  const twice = new Set(all).size === all.length ? undefined : all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new TypeError(`Cannot compute the output "${twice}": expected each of ${quoteNames(outputs)} at most once`);
  }
  return all;
}

function findOutput(outputs: Ports, name: string): ValueInfo & { readonly port: number } {
  const found = outputs.get(name);
  if (found !== undefined) return found;
  throw new TypeError(`Cannot compute the output "${name}": expected each of ${quoteNames(outputs)} at most once`);
}

function resolve(shape: Shape, sizes: Sizes): Shape {
  return shape.map((size) => (typeof size === "number" ? size : (sizes.get(size) ?? size)));
}

function ownedSlot({ name, dtype, shape }: ValueInfo, port: number): OutputSlot {
  if (!isStatic(shape)) return { name, port, target: null, value: null };
  const target = emptyTensor(dtype, shape);
  return { name, port, target, value: target };
}

function deviceSlot(
  info: ValueInfo,
  { port, target }: { readonly port: number; readonly target: unknown },
): OutputSlot {
  const { name } = info;
  if (!DeviceTensor.is(target)) throw new TypeError(`Cannot write "${name}" into this: expected a device tensor`);
  checkType(`write "${name}" into a device tensor`, info, target);
  return { name, port, target: "device", value: DeviceTensor.handle(target) };
}

function readSlots(
  slots: readonly OutputSlot[],
  given: readonly (Handle<"value"> | null)[],
): Readonly<Record<string, Tensor>> {
  const read: Record<string, Tensor> = {};
  for (const [index, { name, target }] of slots.entries()) {
    if (target !== "device") read[name] = target ?? takeOut(name, given[index]);
  }
  return read;
}

function takeOut(name: string, value: Handle<"value"> | null | undefined): Tensor {
  if (value === null || value === undefined) throw new TypeError(`Cannot read the output "${name}": the run gave none`);
  using taken = value;
  return readValue(taken);
}
