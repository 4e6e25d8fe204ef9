/** Native sessions: made from ModelProto bytes in libuv's pool, with the names, dtypes and shapes they take and give. */

import { type Dtype } from "../../base/dtype.ts";
import { type Shape } from "../../base/shape.ts";
import { Handle } from "./handle.ts";
import { type Api } from "./library.ts";
import { addressOf, dtypeOfElement, nameTable, type NameTable, newSlot, readText } from "./memory.ts";
import { appendCuda } from "./providers.ts";
import { inPool, keepAlive, logFatalOnly, type Runtime, runtime, type Stoppable, stopOnce } from "./runtime.ts";
import { checkStatus } from "./status.ts";

/** An input or output of a session. */
export interface Port {
  readonly name: string;
  /** Undefined where the library has none for the element type. */
  readonly dtype: Dtype | undefined;
  /** ONNX's number of the element type; 0 where it is no tensor. */
  readonly elementNumber: number;
  readonly shape: Shape;
}

/** A session with what it takes and gives. */
export interface NativeSession {
  readonly handle: Handle<"session">;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** How a session is made. */
export interface NativeSessionOptions {
  /** 0: ONNX Runtime's choice, one a physical core. */
  readonly threads: number;
  readonly optimization: "all" | "basic" | "none";
  /** Session configuration entries, by their key in onnxruntime_session_options_config_keys.h. */
  readonly config: Readonly<Record<string, string>>;
  /** Run on this GPU what CUDA has kernels for. */
  readonly cudaDevice?: number;
}

const levels: Readonly<Record<NativeSessionOptions["optimization"], number>> = { none: 0, basic: 1, all: 99 };

/**
 * Starts to make a session from the bytes of a ModelProto, which must not change until `done`.
 *
 * @throws OrtError (from `done`) with ONNX Runtime's message.
 */
export function startSession(model: Uint8Array, options: NativeSessionOptions): Stoppable<NativeSession> {
  const home = runtime();
  const { api, env } = home;
  const settings = createSettings(api, options);
  const result = newSlot();
  const { stop, over } = stopOnce(() => {
    checkStatus(api, api.SessionOptionsSetLoadCancellationFlag(settings, 1));
  });
  const make = async (): Promise<NativeSession> => {
    try {
      const status = await inPool((callback) => {
        api.CreateSessionFromArray.async(env, addressOf(model), model.length, settings, result.address, callback);
      });
      checkStatus(api, status);
      return describe(home, result.pointer());
    } finally {
      over();
      api.ReleaseSessionOptions(settings);
      keepAlive(model, result);
    }
  };
  return { done: make(), stop };
}

function createSettings(api: Api, options: NativeSessionOptions): bigint {
  const out = newSlot();
  checkStatus(api, api.CreateSessionOptions(out.address));
  const settings = out.pointer();
  try {
    checkStatus(api, api.DisableMemPattern(settings));
    checkStatus(api, api.SetSessionLogSeverityLevel(settings, logFatalOnly));
    checkStatus(api, api.SetSessionGraphOptimizationLevel(settings, levels[options.optimization]));
    checkStatus(api, api.SetIntraOpNumThreads(settings, options.threads));
    for (const [key, value] of Object.entries(options.config)) {
      checkStatus(api, api.AddSessionConfigEntry(settings, key, value));
    }
    if (options.cudaDevice !== undefined) appendCuda(api, settings, options.cudaDevice);
  } catch (error) {
    api.ReleaseSessionOptions(settings);
    throw error;
  }
  return settings;
}

const portNames = new WeakMap<Handle<"session">, Readonly<Record<Side, NameTable>>>();

/** Which ports of a session. */
export type Side = "inputs" | "outputs";

/** The C strings of a session's input or output names; alive as long as the session's handle. */
export function namesOf(session: Handle<"session">, side: Side): NameTable {
  const tables = portNames.get(session);
  if (tables === undefined) throw new TypeError("Cannot use this handle: expected a session made by startSession");
  return tables[side];
}

function describe(home: Runtime, address: bigint): NativeSession {
  const { api } = home;
  const handle = new Handle("session", address, { release: api.ReleaseSession });
  try {
    const inputs = readPorts(home, address, "inputs");
    const outputs = readPorts(home, address, "outputs");
    portNames.set(handle, {
      inputs: nameTable(inputs.map((port) => port.name)),
      outputs: nameTable(outputs.map((port) => port.name)),
    });
    return { handle, inputs, outputs };
  } catch (error) {
    handle.dispose();
    throw error;
  }
}

function readPorts(home: Runtime, session: bigint, side: Side): Port[] {
  const { api } = home;
  const out = newSlot();
  const count = side === "inputs" ? api.SessionGetInputCount : api.SessionGetOutputCount;
  checkStatus(api, count(session, out.address));
  return Array.from({ length: out.int() }, (_, index) => {
    const name = readPortName(home, session, side, index);
    const getType = side === "inputs" ? api.SessionGetInputTypeInfo : api.SessionGetOutputTypeInfo;
    checkStatus(api, getType(session, index, out.address));
    const type = out.pointer();
    try {
      return { name, ...readType(api, type) };
    } finally {
      api.ReleaseTypeInfo(type);
    }
  });
}

function readPortName(home: Runtime, session: bigint, side: Side, index: number): string {
  const { api, cpuAllocator } = home;
  const out = newSlot();
  const getName = side === "inputs" ? api.SessionGetInputName : api.SessionGetOutputName;
  checkStatus(api, getName(session, index, cpuAllocator, out.address));
  const name = readText(out.pointer());
  checkStatus(api, api.AllocatorFree(cpuAllocator, out.pointer()));
  return name;
}

function readType(api: Api, type: bigint): Omit<Port, "name"> {
  const out = newSlot();
  checkStatus(api, api.CastTypeInfoToTensorInfo(type, out.address));
  const info = out.pointer();
  if (info === 0n) return { dtype: undefined, elementNumber: 0, shape: [] };
  checkStatus(api, api.GetTensorElementType(info, out.address));
  const elementNumber = out.int();
  return { dtype: dtypeOfElement(elementNumber), elementNumber, shape: readShape(api, info) };
}

function readShape(api: Api, info: bigint): Shape {
  const sizes = readSizes(api, info);
  if (sizes.length === 0) return [];
  const pointers = new BigUint64Array(sizes.length);
  checkStatus(api, api.GetSymbolicDimensions(info, addressOf(pointers), sizes.length));
  return sizes.map((size, axis) => {
    if (size >= 0) return size;
    const pointer = pointers[axis] ?? 0n;
    return (pointer === 0n ? "" : readText(pointer)) || unnamedSize;
  });
}

/** Stands for a size that the model neither gives nor names. */
export const unnamedSize = "?";

/** Sizes of a tensor's axes; -1 where they are only known at run time. */
export function readSizes(api: Api, info: bigint): number[] {
  const out = newSlot();
  checkStatus(api, api.GetDimensionsCount(info, out.address));
  const sizes = new BigInt64Array(out.int());
  if (sizes.length > 0) checkStatus(api, api.GetDimensions(info, addressOf(sizes), sizes.length));
  return Array.from(sizes, Number);
}
