/** Finds and loads the ONNX Runtime library that onnxruntime-node ships, and binds the functions of its C API. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import koffi from "koffi";

import { DeviceError } from "../../base/errors.ts";
import { apiTable } from "./api-table.ts";
import { type Crossing, type FunctionName, type Signature, signatures } from "./signatures.ts";

/** The C API version that is asked for; every function of `signatures` is in it. */
export const apiVersion = 24;

interface CrossingType {
  readonly pointer: bigint | null;
  readonly int: number;
  readonly size: number;
  readonly text: string;
  readonly none: undefined;
}

type Parameters<P extends readonly Crossing[]> = { [I in keyof P]: CrossingType[P[I]] };

type Bound<S extends Signature> = S extends readonly [infer R extends Crossing, ...infer P extends Crossing[]]
  ? {
      (...values: Parameters<P>): CrossingType[R];
      /** Runs in libuv's pool; nothing that is passed is kept alive by the call. */
      readonly async: (...values: [...Parameters<P>, (error: unknown, result: CrossingType[R]) => void]) => void;
    }
  : never;

/** The bound functions, by their C name. */
export type Api = { readonly [N in FunctionName]: Bound<(typeof signatures)[N]> };

/** A loaded library. */
export interface Library {
  readonly api: Api;
  /** Version of the library, for example "1.30.0". */
  readonly version: string;
  /** File it was loaded from. */
  readonly path: string;
  /** The C API version that was got. */
  readonly apiVersion: number;
}

const crossingNames: Readonly<Record<Crossing, string>> = {
  pointer: "void *",
  int: "int",
  size: "size_t",
  text: "str",
  none: "void",
};

const fileNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

const manifestPath = (): string => createRequire(import.meta.url).resolve("onnxruntime-node/package.json");

/** The version of ONNX Runtime that onnxruntime-node ships, for example "1.30.0". */
export function shippedVersion(): string {
  const { version } = JSON.parse(readFileSync(manifestPath(), "utf8")) as { readonly version: string }; // npm's own file
  return version;
}

/**
 * The library file that onnxruntime-node ships for this platform.
 *
 * @throws DeviceError where it ships none.
 */
export function shippedLibraryPath(): string {
  const home = join(manifestPath(), "..");
  const name = fileNames[process.platform];
  const path = join(home, "bin", "napi-v6", process.platform, process.arch, name ?? "");
  if (name === undefined || !existsSync(path)) {
    throw new DeviceError(
      `Cannot load ONNX Runtime for ${process.platform}-${process.arch}: expected "${path}" of the package onnxruntime-node, got no such file`,
    );
  }
  return path;
}

/**
 * Loads a library and binds its functions.
 *
 * @throws DeviceError where the file cannot be loaded or does not offer C API version 24.
 */
export function loadLibrary(path: string, version: number = apiVersion): Library {
  raiseAsyncStack();
  const base = apiBase(path);
  const entry = (place: number): unknown => koffi.decode(base, place * pointerBytes, "void *");
  const getVersion = koffi.decode(entry(1), koffi.proto("str", [])) as () => string;
  const getApi = koffi.decode(entry(0), koffi.proto("void *", ["uint32_t"])) as (version: number) => bigint | null;
  const table = getApi(version);
  if (table === null) {
    throw new DeviceError(
      `Cannot use ONNX Runtime ${getVersion()} at "${path}": expected one with C API version ${version}`,
    );
  }
  return { api: bindAll(table), version: getVersion(), path, apiVersion: version };
}

const pointerBytes = 8;

/** Deep graphs recurse while they are optimized; koffi's default of 128 KiB is not enough. */
const asyncStackBytes = 8 * 2 ** 20;

function raiseAsyncStack(): void {
  const { async_stack_size: current = 0 } = koffi.config();
  if (current >= asyncStackBytes) return;
  try {
    koffi.config({ async_stack_size: asyncStackBytes });
  } catch (error) {
    throw new DeviceError("Cannot prepare koffi for ONNX Runtime: expected to be first to load a library through it", {
      cause: error,
    });
  }
}

function apiBase(path: string): bigint {
  try {
    const library = koffi.load(path);
    pinned.push(library);
    loadForever(path);
    return library.func("OrtGetApiBase", "void *", [])() as bigint;
  } catch (error) {
    throw new DeviceError(`Cannot load ONNX Runtime from "${path}": ${String(error)}`, { cause: error });
  }
}

/** `RTLD_NOW | RTLD_NODELETE` of dlfcn.h. */
const neverUnload: Readonly<Partial<Record<NodeJS.Platform, number>>> = { linux: 0x1002, darwin: 0x82 };
const pinned: unknown[] = [];

/**
 * Maps a library for the life of the process; one that cannot be loaded is let be. koffi unmaps what it loaded once its
 * JavaScript object is collected or its thread ends, and then every bound function, and every thread of ONNX Runtime's
 * own, would run into nothing.
 */
export function loadForever(path: string): void {
  const flags = neverUnload[process.platform];
  if (flags !== undefined) koffi.load(null).func("dlopen", "void *", ["str", "int"])(path, flags);
}

function bindAll(table: bigint): Api {
  const bound = Object.entries(signatures).map(([name, signature]) => {
    const [result, ...parameters] = signature;
    const place = apiTable[name as FunctionName];
    const address: unknown = koffi.decode(table, place * pointerBytes, "void *");
    const type = koffi.proto(
      crossingNames[result],
      parameters.map((parameter) => crossingNames[parameter]),
    );
    return [name, koffi.decode(address, type)] as const;
  });
  return Object.fromEntries(bound) as unknown as Api;
}
