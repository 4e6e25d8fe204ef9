/** The loaded library with what is made once a thread: the environment, CPU memory and its allocator. */

import { type Library, loadLibrary, shippedLibraryPath } from "./library.ts";
import { newSlot } from "./memory.ts";
import { checkStatus } from "./status.ts";
import { forbidTelemetry } from "./telemetry.ts";

/** What every native call needs. Its addresses are valid for the life of the process. */
export interface Runtime extends Library {
  readonly env: bigint;
  readonly cpuMemory: bigint;
  readonly cpuAllocator: bigint;
}

/** Work in libuv's pool that can be asked to stop. */
export interface Stoppable<T> {
  readonly done: Promise<T>;
  /** Asks native code to stop; `done` then rejects, unless the work was through. Does nothing afterwards. */
  readonly stop: () => void;
}

/** Failures reach the caller as exceptions; below this level ONNX Runtime would print each of them on stderr, too. */
export const logFatalOnly = 4;

let loaded: Runtime | undefined;

/** Loads the library at the first call of a thread; all threads of a process share one environment. */
export function runtime(): Runtime {
  loaded ??= start(loadLibrary(shippedLibraryPath()));
  return loaded;
}

/** The library as loaded from `place`, where this thread has not loaded it from elsewhere before; true if it is. */
export function loadFrom(place: () => string): boolean {
  loaded ??= start(loadLibrary(place()));
  return loaded.path !== shippedLibraryPath();
}

function start(library: Library): Runtime {
  const { api } = library;
  const made = (make: (out: bigint) => bigint | null): bigint => {
    const out = newSlot();
    checkStatus(api, make(out.address));
    return out.pointer();
  };
  forbidTelemetry();
  const env = made((out) => api.CreateEnv(logFatalOnly, "sightlab", out));
  checkStatus(api, api.DisableTelemetryEvents(env));
  const cpuMemory = made((out) => api.CreateCpuMemoryInfo(deviceAllocator, defaultMemory, out));
  const cpuAllocator = made((out) => api.GetAllocatorWithDefaultOptions(out));
  return { ...library, env, cpuMemory, cpuAllocator };
}

/** `OrtDeviceAllocator` and `OrtMemTypeDefault` of onnxruntime_c_api.h. */
const deviceAllocator = 0;
const defaultMemory = 0;

/** Runs a call in libuv's pool; gives its status. */
export function inPool(
  call: (callback: (error: unknown, status: bigint | null) => void) => void,
): Promise<bigint | null> {
  return new Promise((resolve, reject) => {
    call((error, status) => {
      if (error instanceof Error) reject(error);
      else resolve(status);
    });
  });
}

/** Called after a native call with what it used: what is used later cannot be collected before. */
export function keepAlive(...needed: readonly unknown[]): number {
  return needed.length;
}

/** Work that is under way in this thread, so that a process that ends can stop it first. */
const underWay = new Set<() => void>();
let watchesExit = false;

/** Makes `stop` do nothing once `over` has been called, and calls it where the process ends before. */
export function stopOnce(act: () => void): { readonly stop: () => void; readonly over: () => void } {
  const stop = (): void => {
    if (underWay.has(stop)) act();
  };
  underWay.add(stop);
  stopAllAtExit();
  return { stop, over: () => underWay.delete(stop) };
}

/** `process.exit` waits for libuv's pool; without this it would wait for the whole run. */
function stopAllAtExit(): void {
  if (watchesExit) return;
  watchesExit = true;
  process.once("exit", () => {
    for (const stop of underWay) stop();
  });
}
