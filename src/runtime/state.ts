/**
 * Stateful sessions: a graph whose output `next.x` replaces its input `x` keeps `x` on the device between runs.
 *
 * Hazard: with `update: "in-place"` (the default) `next.x` is written over `x` while the run goes on. That is right only
 * if every node that reads `x` has run before the node that writes `next.x`, which the graph must force: let each update
 * depend on something that depends on every read (in a training step the global norm of the gradients does). Where the
 * graph does not, ask for "alternate": two copies, read one, write the other, swap.
 */

import { formatShape, isStatic } from "../base/shape.ts";
import { type Tensor, tensorBytes } from "../base/tensor.ts";
import { DeviceTensor } from "./device-tensor.ts";
import { checkType } from "./feeds.ts";
import { createSession, type RunOptions, type Session, type SessionOptions } from "./session.ts";
import { type Feeds, type ValueInfo } from "./value-info.ts";

/** The state of a session by the name of its input, without `next.`. */
export type State = Readonly<Record<string, Tensor>>;

/** How a stateful session is made. */
export interface StatefulOptions extends SessionOptions {
  /** First values; they are copied. What is left out starts as zeros and must have a shape without named sizes. */
  readonly initial?: State;
  /** Default "in-place": half the memory, but read the hazard above. */
  readonly update?: "in-place" | "alternate";
}

/** A session that keeps its state. Dispose it; a step under way ends first. */
export interface StatefulSession extends Disposable {
  /** What each step is given and gives; the state is in neither. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly states: readonly ValueInfo[];
  /** The session below, for its figures and device. */
  readonly session: Pick<Session, "device" | "deviceReason" | "figures">;
  /** Bytes that the state takes. */
  readonly stateBytes: number;
  /**
   * Runs the graph once: every `x` becomes `next.x`.
   *
   * A step that is stopped or fails leaves "alternate" state as it was; "in-place" state is then half new and half old,
   * and has to be restored before the next step.
   *
   * @throws as `Session.run`; Error where a step is under way, or the state has to be restored.
   */
  readonly step: (feeds: Feeds, options?: Pick<RunOptions, "signal" | "outputs">) => Promise<State>;
  /** A copy of one state. @throws TypeError where there is none of this name. */
  readonly read: (name: string) => Tensor;
  /** Overwrites one state. @throws TypeError, RangeError where name, dtype or shape differ. */
  readonly write: (name: string, value: Tensor) => void;
  /** A copy of every state. */
  readonly snapshot: () => State;
  /** Overwrites every state with a snapshot; afterwards the session can step, whatever happened before. */
  readonly restore: (from: State) => void;
  readonly dispose: () => void;
}

const prefix = "next.";

/**
 * Makes a stateful session from the bytes of an ONNX ModelProto.
 *
 * @throws TypeError where an output `next.x` has no input `x` of its dtype, or `initial` names or types something else.
 * @throws as `createSession`.
 */
export async function createStatefulSession(
  model: Uint8Array,
  options: StatefulOptions = {},
): Promise<StatefulSession> {
  const { initial = {}, update = "in-place", ...rest } = options;
  const session = await createSession(model, rest);
  try {
    return new BoundState(session, { initial, update });
  } catch (error) {
    session.dispose();
    throw error;
  }
}

type Copies = ReadonlyMap<string, DeviceTensor>;

class BoundState implements StatefulSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly states: readonly ValueInfo[];
  readonly session: Session;
  #now: Copies;
  #next: Copies;
  #condition: "ready" | "stepping" | "torn" = "ready";

  constructor(session: Session, { initial, update }: { readonly initial: State; readonly update: string }) {
    const states = pairStates(session, initial);
    this.session = session;
    this.states = states;
    this.inputs = session.inputs.filter(({ name }) => !states.some((state) => state.name === name));
    this.outputs = session.outputs.filter(({ name }) => !name.startsWith(prefix));
    this.#now = allocate(states);
    this.#next = update === "in-place" ? this.#now : allocate(states);
    for (const [name, value] of Object.entries(initial)) this.write(name, value);
  }

  get stateBytes(): number {
    const bytes = [...this.#now.values()].reduce((total, copy) => total + tensorBytes(copy), 0);
    return this.#next === this.#now ? bytes : 2 * bytes;
  }

  readonly step = async (feeds: Feeds, options: Pick<RunOptions, "signal" | "outputs"> = {}): Promise<State> => {
    this.#checkReady("step");
    const now = Object.fromEntries(this.#now);
    const into = Object.fromEntries([...this.#next].map(([name, copy]) => [prefix + name, copy]));
    const { outputs = this.outputs.map(({ name }) => name) } = options;
    const runsBefore = this.session.figures.started;
    this.#condition = "stepping";
    try {
      const given = await this.session.run({ ...feeds, ...now }, { ...options, outputs, into });
      [this.#now, this.#next] = [this.#next, this.#now];
      this.#condition = "ready";
      return given;
    } catch (error) {
      const touched = this.session.figures.started > runsBefore && this.#now === this.#next;
      this.#condition = touched ? "torn" : "ready";
      throw error;
    }
  };

  read(name: string): Tensor {
    this.#checkReady("read the state");
    return this.#copy(name).read();
  }

  write(name: string, value: Tensor): void {
    this.#checkReady("write the state");
    this.#overwrite(name, value);
  }

  snapshot(): State {
    this.#checkReady("read the state");
    return Object.fromEntries([...this.#now].map(([name, copy]) => [name, copy.read()]));
  }

  restore(from: State): void {
    if (this.#condition === "stepping") this.#checkReady("restore the state");
    const missing = this.states.find(({ name }) => !Object.hasOwn(from, name));
    if (missing !== undefined) throw new TypeError(`Cannot restore the state: expected a value for "${missing.name}"`);
    for (const [name, value] of Object.entries(from)) this.#overwrite(name, value);
    this.#condition = "ready";
  }

  dispose(): void {
    this.session.dispose();
    for (const copy of [...this.#now.values(), ...this.#next.values()]) copy.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #copy(name: string): DeviceTensor {
    const copy = this.#now.get(name);
    if (copy !== undefined) return copy;
    const names = this.states.map((state) => `"${state.name}"`).join(", ");
    throw new TypeError(`Cannot use the state "${name}": expected one of ${names}`);
  }

  #overwrite(name: string, value: Tensor): void {
    const copy = this.#copy(name);
    checkType(`write the state "${name}"`, copy, value);
    copy.write(value);
  }

  #checkReady(act: string): void {
    if (this.#condition === "stepping") {
      throw new Error(`Cannot ${act}: expected the step under way to be awaited first`);
    }
    if (this.#condition === "torn") {
      throw new Error(`Cannot ${act}: a step was stopped while it wrote the state in place; restore a snapshot first`);
    }
  }
}

/** The inputs that an output replaces, with the shapes they have in this session. */
function pairStates(session: Session, initial: State): readonly ValueInfo[] {
  const states = session.outputs.flatMap((output) => (output.name.startsWith(prefix) ? [pair(session, output)] : []));
  for (const name of Object.keys(initial)) {
    if (states.some((state) => state.name === name)) continue;
    throw new TypeError(`Cannot start the state "${name}": expected an output "${prefix}${name}" in the graph`);
  }
  return states.map((state) => {
    const first = initial[state.name];
    if (first !== undefined) checkType(`start the state "${state.name}"`, state, first);
    const shape = first?.shape ?? state.shape;
    if (isStatic(shape)) return { ...state, shape };
    throw new TypeError(
      `Cannot start the state "${state.name}" of shape ${formatShape(shape)}: expected a first value, because a size is not known`,
    );
  });
}

function pair({ inputs }: Session, output: ValueInfo): ValueInfo {
  const name = output.name.slice(prefix.length);
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined) {
    throw new TypeError(`Cannot keep the output "${output.name}" as state: expected an input "${name}"`);
  }
  checkType(`keep the output "${output.name}" as the state "${name}"`, input, {
    dtype: output.dtype,
    shape: input.shape.map((size, axis) => (typeof size === "number" ? knownSize(output, axis, size) : 0)),
  });
  return input;
}

/** The output's size, or the input's where the output's is only known at run time. */
function knownSize({ shape }: ValueInfo, axis: number, otherwise: number): number {
  const size = shape[axis];
  return typeof size === "number" ? size : otherwise;
}

function allocate(states: readonly ValueInfo[]): Copies {
  return new Map(
    states.map(({ name, dtype, shape }) => [
      name,
      DeviceTensor.allocate(
        dtype,
        shape.filter((size) => typeof size === "number"),
      ),
    ]),
  );
}
