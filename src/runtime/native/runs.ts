/** Native runs: in libuv's pool, stoppable, with everything they touch pinned until they are over. */

import { type Tensor } from "../../base/tensor.ts";
import { Handle, type HandleKind } from "./handle.ts";
import { addressOf, newSlot, pointerTable } from "./memory.ts";
import { inPool, keepAlive, logFatalOnly, runtime, type Stoppable, stopOnce } from "./runtime.ts";
import { namesOf, type Side } from "./sessions.ts";
import { checkStatus } from "./status.ts";
import { addressOver, adoptValue } from "./values.ts";

/** What is bound to the port at index `port`: a value, a host tensor, or null where ONNX Runtime allocates an output. */
export interface PortValue {
  readonly port: number;
  readonly name: string;
  readonly value: Handle<"value"> | Tensor | null;
}

/** What a run works with. */
export interface RunArguments {
  readonly inputs: readonly PortValue[];
  readonly outputs: readonly PortValue[];
}

/** A run whose session, values and memory are held; dispose it after the run, or instead of it. */
export interface PreparedRun extends Disposable {
  /** Starts the run; gives the values of the outputs that ONNX Runtime allocated, null for the others. */
  readonly start: () => Stoppable<(Handle<"value"> | null)[]>;
}

/**
 * Prepares a run. Its `done` rejects with OrtError where it fails.
 *
 * @throws TypeError where a handle is disposed or of the wrong kind, or memory is not what its tensor says.
 * @throws RangeError where the elements are not as many as the shape says.
 */
export function prepareRun(session: Handle<"session">, { inputs, outputs }: RunArguments): PreparedRun {
  const held = new Holds();
  try {
    const address = held.pin(session, "session");
    const inputNames = selectNames(session, "inputs", inputs);
    const outputNames = selectNames(session, "outputs", outputs);
    const given = pointerTable(inputs.map((input) => held.add(input)));
    const taken = pointerTable(outputs.map((output) => held.add(output)));
    const call = { address, inputNames, given, outputNames, taken, held };
    return {
      start: () => startRun(call, outputs),
      [Symbol.dispose]: () => {
        held.release();
      },
    };
  } catch (error) {
    held.release();
    throw error;
  }
}

/** What one run holds: pins on handles, values over host tensors, and those tensors' memory. */
class Holds {
  readonly #unpins: (() => void)[] = [];
  readonly #values: bigint[] = [];
  readonly #memory: unknown[] = [];

  pin(handle: Handle<HandleKind>, kind: HandleKind): bigint {
    const { address, unpin } = Handle.pin(handle, kind);
    this.#unpins.push(unpin);
    return address;
  }

  add({ value, name }: PortValue): bigint {
    if (value === null) return 0n;
    if (Handle.is(value)) return this.pin(value, "value");
    const address = addressOver(value, name);
    this.#values.push(address);
    this.#memory.push(value.data);
    return address;
  }

  release(): void {
    const { api } = runtime();
    for (const value of this.#values) api.ReleaseValue(value);
    for (const unpin of this.#unpins) unpin();
    this.#values.length = 0;
    this.#unpins.length = 0;
    this.#memory.length = 0;
  }
}

interface RunCall {
  readonly address: bigint;
  readonly inputNames: BigUint64Array;
  readonly given: BigUint64Array;
  readonly outputNames: BigUint64Array;
  readonly taken: BigUint64Array;
  readonly held: Holds;
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
