/**
 * Sessions: a graph made ready to run. Runs are asynchronous, one at a time, and stop when their signal aborts.
 *
 * They work in the main thread and in workers. `worker.terminate()` waits for a run that is under way in the worker;
 * abort the run's signal first.
 */

import { CancelledError, DeviceError, ModelFormatError } from "../base/errors.ts";
import { currentTask } from "../base/task.ts";
import { type Tensor } from "../base/tensor.ts";
import { type CudaOptions, cudaFailure, fetchedCuda, prepareCuda } from "./cuda.ts";
import { candidates, type DeviceChoice, type DeviceRequest } from "./device.ts";
import { type DeviceTensor } from "./device-tensor.ts";
import { bindFeeds } from "./feeds.ts";
import { type Handle } from "./native/handle.ts";
import { useLargePages } from "./native/large-pages.ts";
import { type PreparedRun, prepareRun } from "./native/runs.ts";
import { type NativeSession, startSession } from "./native/sessions.ts";
import { type OrtCode, OrtError } from "./native/status.ts";
import { bindOutputs } from "./outputs.ts";
import { type RunQueue, runQueue } from "./run-queue.ts";
import { type Feeds, type Ports, portsByName, type ValueInfo } from "./value-info.ts";

/** How a session is made. */
export interface SessionOptions {
  /** Default "auto": CUDA where `cuda` is given and works, else the CPU. */
  readonly device?: DeviceRequest;
  /** Where the CUDA provider is. Default for the device "cuda": what `npm run cuda` fetched. */
  readonly cuda?: CudaOptions;
  /** How far the graph is rewritten before it runs. Default "all". */
  readonly optimization?: "all" | "basic" | "none";
  /** Threads that share one operation. Default: one a physical core. */
  readonly threads?: number;
  /** Copy weights into the order that products read fastest. Default true; false leaves mapped weights mapped. */
  readonly prepack?: boolean;
  /**
   * Then move what this process holds in memory into large pages, where the system has them (Linux): products of few rows
   * take 10 % less. It goes on in another thread after the session is there, until it is disposed. Default false.
   */
  readonly largePages?: boolean;
  /** Folder that external weights are relative to. Default "/", with locations that lack their leading slash. */
  readonly externalFolder?: string;
  /** Stops the making. Default: the ambient task's. */
  readonly signal?: AbortSignal;
}

/** One run. */
export interface RunOptions {
  /** Stops the run in its middle. Default: the ambient task's. */
  readonly signal?: AbortSignal;
  /** Names of the outputs to return. Default: all that are not in `into`. */
  readonly outputs?: readonly string[];
  /**
   * Device tensors to write outputs into; these outputs are not returned. A feed may be the target of an output
   * ("in place"), if every node that reads it comes before the one that writes it (see `state.ts`).
   */
  readonly into?: Readonly<Record<string, DeviceTensor>>;
}

/** How often and how long a session ran. */
export interface SessionFigures {
  /** Runs that native code was given, also those that were stopped or failed. */
  readonly started: number;
  /** Runs that gave their outputs. */
  readonly runs: number;
  /** Milliseconds in libuv's pool, without the wait in the queue; 0 before the first run. */
  readonly lastRunMs: number;
  readonly totalRunMs: number;
}

/** A graph that is ready to run. Dispose it; a run under way ends first. */
export interface Session extends Disposable {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** The device it runs on: "cpu". */
  readonly device: string;
  /** Why that device, in words. */
  readonly deviceReason: string;
  readonly figures: SessionFigures;
  /**
   * Runs the graph; the outputs are tensors in JavaScript memory.
   *
   * @throws TypeError where a name, dtype or rank is wrong, an input is missing, or something was disposed.
   * @throws RangeError where a size is not the graph's.
   * @throws CancelledError where the signal aborted; the session can run again.
   * @throws Error with ONNX Runtime's message where the run fails.
   */
  readonly run: (feeds: Feeds, options?: RunOptions) => Promise<Readonly<Record<string, Tensor>>>;
  readonly dispose: () => void;
}

/** One run at a time: every run uses all cores. */
export const runs: RunQueue = runQueue(1);
const loads = runQueue(1);

/**
 * Makes a session from the bytes of an ONNX ModelProto (opset up to 26); they are copied before the call returns.
 *
 * @throws ModelFormatError where the bytes are no graph that ONNX Runtime can load; the message is its own.
 * @throws DeviceError where the device is not there.
 * @throws CancelledError where the signal aborted.
 */
export async function createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  checkOptions(model, options);
  const bytes = new Uint8Array(model); // slice() of a Buffer would share its memory
  const { device = "auto", cuda = device === "cuda" ? fetchedCuda() : undefined } = options;
  const [first, second] = candidates(device, cuda !== undefined);
  if (first?.kind !== "cuda" || cuda === undefined) {
    return openOn({ device: "cpu", why: first?.why ?? "the CPU" }, await loadSession(bytes, options));
  }
  try {
    prepareCuda(cuda);
    const { device: cudaDevice = 0 } = cuda;
    return openOn({ device: `cuda:${cudaDevice}`, why: first.why }, await loadSession(bytes, options, cudaDevice));
  } catch (error) {
    const failure = error instanceof OrtError ? cudaFailure(error) : error;
    if (!(failure instanceof DeviceError) || second === undefined) throw failure;
    return openOn({ device: "cpu", why: `${second.why}: ${failure.message}` }, await loadSession(bytes, options));
  }
}

function openOn(choice: DeviceChoice, native: NativeSession): OnnxSession {
  try {
    return new OnnxSession(native, choice);
  } catch (error) {
    native.handle.dispose();
    throw error;
  }
}

function checkOptions(model: Uint8Array, { threads = 0, cuda }: SessionOptions): void {
  if (!(model instanceof Uint8Array)) {
    throw new TypeError(`Cannot load a model: expected the bytes of a ModelProto, got ${typeof model}`);
  }
  if (!Number.isInteger(threads) || threads < 0 || threads > 1024) {
    throw new RangeError(`Cannot use ${threads} threads: expected an integer in [0, 1024]`);
  }
  const { device = 0 } = cuda ?? {};
  if (!Number.isInteger(device) || device < 0) {
    throw new RangeError(`Cannot use the CUDA device ${device}: expected an integer >= 0`);
  }
}

async function loadSession(model: Uint8Array, options: SessionOptions, cudaDevice?: number): Promise<NativeSession> {
  const { optimization = "all", threads = 0, prepack = true, externalFolder = "/", signal } = options;
  // "session.set_denormal_as_zero" stays off: it reaches the session's own threads and the one thread of libuv's pool that
  // loaded the first session, so that equal runs would differ by the thread that took them.
  const config = {
    "session.disable_prepacking": prepack ? "0" : "1",
    "session.model_external_initializers_file_folder_path": externalFolder,
  };
  const native = { optimization, threads, config, ...(cudaDevice !== undefined && { cudaDevice }) };
  const start = (): ReturnType<typeof startSession> => startSession(model, native);
  try {
    return await loads.add({ start, signal: signal ?? currentTask().signal, what: "the loading of a model" });
  } catch (error) {
    const isModels = cudaDevice === undefined || modelFaults.has((error as Partial<OrtError>).code);
    throw error instanceof OrtError && isModels ? loadFailure(error) : error;
  }
}

/** Failures that are the model's own on any device. */
const modelFaults: ReadonlySet<OrtCode | undefined> = new Set<OrtCode>([
  "invalid protobuf",
  "invalid graph",
  "no model",
  "model load cancelled",
]);

function loadFailure(error: OrtError): Error {
  const message = `Cannot load the model: ${error.message}`;
  if (error.code === "model load cancelled") return new CancelledError("the loading of a model");
  return new ModelFormatError(message, { cause: error });
}

function runFailure(error: OrtError): Error {
  return new Error(`Cannot run the graph: ${error.message}`, { cause: error });
}

class OnnxSession implements Session {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly device: string;
  readonly deviceReason: string;
  readonly #handle: Handle<"session">;
  readonly #inputs: Ports;
  readonly #outputs: Ports;
  readonly #leaving = new AbortController();
  /** False once a run has shown that the graph gives one name to different sizes; outputs are then copied. */
  #namesHold = true;
  #figures: SessionFigures = { started: 0, runs: 0, lastRunMs: 0, totalRunMs: 0 };

  constructor(native: NativeSession, { device, why }: DeviceChoice) {
    this.#handle = native.handle;
    this.device = device;
    this.deviceReason = why;
    this.#inputs = portsByName(native.inputs, "input");
    this.#outputs = portsByName(native.outputs, "output");
    this.inputs = [...this.#inputs.values()].map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    this.outputs = [...this.#outputs.values()].map(({ name, dtype, shape }) => ({ name, dtype, shape }));
  }

  get figures(): SessionFigures {
    return this.#figures;
  }

  readonly run = async (feeds: Feeds, options: RunOptions = {}): Promise<Readonly<Record<string, Tensor>>> => {
    const bound = bindFeeds(this.#inputs, feeds);
    const taken = bindOutputs(this.#outputs, options, this.#namesHold ? bound.sizes : new Map());
    using prepared = prepareRun(this.#handle, { inputs: bound.values, outputs: taken.values });
    try {
      return taken.read(await this.#queued(prepared, options.signal ?? currentTask().signal));
    } catch (error) {
      if (!(error instanceof OrtError)) throw error;
      if (!this.#namesHold || !isShapeMismatch(error) || options.into !== undefined) throw runFailure(error);
    }
    this.#namesHold = false;
    return await this.run(feeds, options);
  };

  async #queued(prepared: PreparedRun, signal: AbortSignal): Promise<readonly (Handle<"value"> | null)[]> {
    let started = 0;
    const start = (): ReturnType<PreparedRun["start"]> => {
      started = performance.now();
      this.#figures = { ...this.#figures, started: this.#figures.started + 1 };
      return prepared.start();
    };
    const given = await runs.add({ start, signal, what: "a run" });
    const lastRunMs = performance.now() - started;
    const { runs: before, totalRunMs } = this.#figures;
    this.#figures = { ...this.#figures, runs: before + 1, lastRunMs, totalRunMs: totalRunMs + lastRunMs };
    return given;
  }

  moveMemory(): void {
    void useLargePages(this.#leaving.signal);
  }

  dispose(): void {
    this.#leaving.abort();
    this.#handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function isShapeMismatch(error: unknown): boolean {
  return error instanceof OrtError && /pre-allocated output|shape verification failed/.test(error.message);
}
