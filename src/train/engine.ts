/** What runs a training step: one graph that does all, or one that adds up gradients and one that uses them. */

import type { StaticShape } from "../base/shape.ts";
import { type Tensor, tensor, tensorBytes } from "../base/tensor.ts";
import { emit } from "../graph/emit.ts";
import type { Graph } from "../graph/graph.ts";
import { DeviceTensor } from "../runtime/device-tensor.ts";
import { createSession, type Session } from "../runtime/session.ts";
import { createStatefulSession } from "../runtime/state.ts";

/** Inputs of a run by name. */
export type Inputs = Readonly<Record<string, Tensor>>;

/** What a step found. */
export interface EngineResult {
  /** Sum of the passes' losses. */
  readonly loss: number;
  /** Norm of the whole gradient, before clipping. */
  readonly gradientNorm: number;
}

/** Weights and moments on the device, and the runs that change them. Dispose it. */
export interface Engine extends Disposable {
  /** Runs the passes, whose gradients add up, then the update. A step that is stopped has to be the last. */
  readonly step: (passes: readonly Inputs[], update: Inputs) => Promise<EngineResult>;
  /** A copy of a weight as it is now. @throws TypeError where there is none of this name. */
  readonly read: (name: string) => Tensor;
}

/** The first value of a weight; one at a time, so that there is no second copy of all. */
export type ReadFirst = (name: string) => Promise<Tensor>;

/** The weights that are trained, and where their first values come from. */
export interface EngineWeights {
  readonly weights: readonly { readonly name: string; readonly shape: StaticShape }[];
  readonly first: ReadFirst;
}

/** The engine over a `trainingStepGraph`; it takes one pass a step. */
export async function wholeStepEngine(graph: Graph, { weights, first }: EngineWeights): Promise<Engine> {
  const session = await createStatefulSession(emit(graph));
  for (const { name } of weights) session.write(name, await first(name));
  return {
    step: async ([pass = {}, ...others], update) => {
      if (others.length > 0) throw new RangeError(`Cannot step: expected one pass, got ${1 + others.length}`);
      const { loss, gradient_norm } = await session.step({ ...pass, ...update });
      return { loss: scalarOf(loss), gradientNorm: scalarOf(gradient_norm) };
    },
    read: (name) => session.read(name),
    [Symbol.dispose]: () => {
      session.dispose();
    },
  };
}

/** The engine over a `gradientGraph` and an `updateGraph`; it takes any number of passes a step. */
export async function accumulatingEngine(
  graphs: { readonly gradient: Graph; readonly update: Graph },
  { weights, first }: EngineWeights,
): Promise<Engine> {
  const gradient = await createSession(emit(graphs.gradient));
  try {
    const engine = new AccumulatingEngine({ gradient, update: await createSession(emit(graphs.update)) }, weights);
    for (const { name } of weights) engine.write(name, await first(name));
    return engine;
  } catch (error) {
    gradient.dispose();
    throw error;
  }
}

class AccumulatingEngine implements Engine {
  readonly #sessions: { readonly gradient: Session; readonly update: Session };
  readonly #weights: ReadonlyMap<string, DeviceTensor>;
  readonly #moments: ReadonlyMap<string, DeviceTensor>;
  readonly #sums: ReadonlyMap<string, DeviceTensor>;
  readonly #zeros: ArrayBuffer;
  #isTorn = false;

  constructor(sessions: { readonly gradient: Session; readonly update: Session }, weights: EngineWeights["weights"]) {
    const empty = (nameOf: (weight: string) => string): [string, DeviceTensor][] =>
      weights.map(({ name, shape }) => [nameOf(name), DeviceTensor.allocate("f32", shape)]);
    this.#sessions = sessions;
    this.#weights = new Map(empty((name) => name));
    this.#moments = new Map([...empty((name) => `${name}.m`), ...empty((name) => `${name}.v`)]);
    this.#sums = new Map(empty((name) => `sum.${name}`));
    this.#zeros = new ArrayBuffer(Math.max(0, ...[...this.#sums.values()].map(tensorBytes)));
  }

  readonly step = async (passes: readonly Inputs[], update: Inputs): Promise<EngineResult> => {
    if (this.#isTorn) throw new Error("Cannot step: the last step was stopped while it wrote the weights");
    this.#clearSums();
    const [weights, sums] = [Object.fromEntries(this.#weights), Object.fromEntries(this.#sums)];
    let loss = 0;
    for (const pass of passes) {
      const given = await this.#sessions.gradient.run(
        { ...pass, ...weights, ...sums },
        { into: nextOf(sums), outputs: ["loss"] },
      );
      loss += scalarOf(given.loss);
    }
    const states = { ...weights, ...Object.fromEntries(this.#moments) };
    this.#isTorn = true;
    const { gradient_norm } = await this.#sessions.update.run(
      { ...update, ...states, ...sums },
      { into: nextOf(states), outputs: ["gradient_norm"] },
    );
    this.#isTorn = false;
    return { loss, gradientNorm: scalarOf(gradient_norm) };
  };

  readonly read = (name: string): Tensor => this.#weight(name).read();

  write(name: string, value: Tensor): void {
    this.#weight(name).write(value);
  }

  #weight(name: string): DeviceTensor {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new TypeError(`Cannot use the weight "${name}": expected one that is trained`);
    return weight;
  }

  #clearSums(): void {
    for (const sum of this.#sums.values()) {
      const { shape } = sum;
      sum.write(tensor("f32", shape, new Float32Array(this.#zeros, 0, tensorBytes(sum) / 4)));
    }
  }

  [Symbol.dispose](): void {
    this.#sessions.gradient.dispose();
    this.#sessions.update.dispose();
    for (const tensors of [this.#weights, this.#moments, this.#sums]) {
      for (const one of tensors.values()) one.dispose();
    }
  }
}

function nextOf(states: Readonly<Record<string, DeviceTensor>>): Record<string, DeviceTensor> {
  return Object.fromEntries(Object.entries(states).map(([name, value]) => [`next.${name}`, value]));
}

function scalarOf(value: Tensor | undefined): number {
  return Number(value?.data[0]);
}
