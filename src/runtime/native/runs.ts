/** Native runs: in libuv's pool, stoppable, with everything they touch pinned until they are over. */

import { Handle, type HandleKind } from "./handle.ts";
import { addressOf, newSlot, pointerTable } from "./memory.ts";
import { inPool, keepAlive, logFatalOnly, runtime, type Stoppable, stopOnce } from "./runtime.ts";
import { namesOf, type Side } from "./sessions.ts";
import { checkStatus } from "./status.ts";
import { adoptValue } from "./values.ts";

/** A value for the port at index `port`; null lets ONNX Runtime allocate an output. */
export interface PortValue {
  readonly port: number;
  readonly value: Handle<"value"> | null;
}

/** What a run works with. */
export interface RunArguments {
  readonly inputs: readonly PortValue[];
  readonly outputs: readonly PortValue[];
}

/** A run whose session and values are pinned; dispose it after the run, or instead of it. */
export interface PreparedRun extends Disposable {
  /** Starts the run; gives the values of the outputs that ONNX Runtime allocated, null for the others. */
  readonly start: () => Stoppable<(Handle<"value"> | null)[]>;
}

/**
 * Prepares a run. Its `done` rejects with OrtError where it fails.
 *
 * @throws TypeError where a handle is disposed or of the wrong kind.
 */
export function prepareRun(session: Handle<"session">, { inputs, outputs }: RunArguments): PreparedRun {
  const pins = new Pins();
  try {
    const address = pins.add(session, "session");
    const inputNames = selectNames(session, "inputs", inputs);
    const outputNames = selectNames(session, "outputs", outputs);
    const given = pointerTable(inputs.map(({ value }) => pins.addValue(value)));
    const taken = pointerTable(outputs.map(({ value }) => pins.addValue(value)));
    const call = { address, inputNames, given, outputNames, taken };
    return { start: () => startRun(call, outputs), [Symbol.dispose]: pins.release };
  } catch (error) {
    pins.release();
    throw error;
  }
}

interface RunCall {
  readonly address: bigint;
  readonly inputNames: BigUint64Array;
  readonly given: BigUint64Array;
  readonly outputNames: BigUint64Array;
  readonly taken: BigUint64Array;
}

function startRun(call: RunCall, outputs: readonly PortValue[]): Stoppable<(Handle<"value"> | null)[]> {
  const { api } = runtime();
  const { address, inputNames, given, outputNames, taken } = call;
  return stoppable(async (options) => {
    const status = await inPool((callback) => {
      api.Run.async(
        address,
        options,
        addressOf(inputNames),
        addressOf(given),
        given.length,
        addressOf(outputNames),
        taken.length,
        addressOf(taken),
        callback,
      );
    });
    keepAlive(call);
    checkStatus(api, status);
    return outputs.map(({ value }, index) => (value === null ? adoptValue(taken[index] ?? 0n) : null));
  });
}

/** Pins of one run, released together. */
class Pins {
  readonly #unpins: (() => void)[] = [];

  add(handle: Handle<HandleKind>, kind: HandleKind): bigint {
    const { address, unpin } = Handle.pin(handle, kind);
    this.#unpins.push(unpin);
    return address;
  }

  addValue(handle: Handle<"value"> | null): bigint {
    return handle === null ? 0n : this.add(handle, "value");
  }

  readonly release = (): void => {
    for (const unpin of this.#unpins.splice(0)) unpin();
  };
}

function stoppable<T>(work: (options: bigint) => Promise<T>): Stoppable<T> {
  const { api } = runtime();
  const out = newSlot();
  checkStatus(api, api.CreateRunOptions(out.address));
  const options = out.pointer();
  checkStatus(api, api.RunOptionsSetRunLogSeverityLevel(options, logFatalOnly));
  const { stop, over } = stopOnce(() => {
    checkStatus(api, api.RunOptionsSetTerminate(options));
  });
  const run = async (): Promise<T> => {
    try {
      return await work(options);
    } finally {
      over();
      api.ReleaseRunOptions(options);
    }
  };
  return { done: run(), stop };
}

function selectNames(session: Handle<"session">, side: Side, ports: readonly PortValue[]): BigUint64Array {
  const { addresses } = namesOf(session, side);
  return pointerTable(
    ports.map(({ port }) => {
      const address = addresses[port];
      if (address === undefined) throw new RangeError(`Cannot bind port ${port}: expected one of ${addresses.length}`);
      return address;
    }),
  );
}
