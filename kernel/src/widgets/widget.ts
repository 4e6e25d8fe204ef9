/**
 * A Jupyter widget: state that lives in the kernel and in every front end that shows it.
 *
 * Jupyter widget messaging 2.1:
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */

import { checkAttribute } from "./attribute-check.ts";
import { type Comm, type CommEvent, commHost } from "./comm-host.ts";
import type { ControlAttribute, ControlModel } from "./control-model.ts";
import { forgetWidget, keepWidget, type LivingWidget, widgetMark } from "./registry.ts";
import { packState, unpackState, type WireState } from "./wire-state.ts";

/** One change of one attribute. */
export interface Change<Value> {
  readonly name: string;
  readonly old: Value;
  readonly new: Value;
}

/** What every widget can do, whatever its state. */
export interface WidgetMethods<State> {
  readonly modelId: string;
  /** Calls `handler` after each change, by a cell or by a person; returns a function that ends it. */
  readonly observe: <Name extends keyof State>(
    name: Name,
    handler: (change: Change<State[Name]>) => void,
  ) => () => void;
  /** Sets several attributes in one message. */
  readonly set: (values: Partial<State>) => void;
  /** Calls `handler` for each custom message of the front end (a button's click, a module's own). */
  readonly onMessage: (
    handler: (content: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[]) => void,
  ) => () => void;
  /** Sends a custom message to the front end. */
  readonly send: (content: Readonly<Record<string, unknown>>, buffers?: readonly Uint8Array[]) => void;
  /** Removes the widget from the kernel and from every front end. */
  readonly close: () => void;
}

/** A widget with its attributes as properties: reading and assigning them is all there is to it. */
export type Widget<State = object> = WidgetMethods<State> & State;

/** Corrects values that are right one by one but not together: a value outside its bounds. */
export type Constrain = (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

const protocolVersion = "2.1.0";
const displayKey = Symbol.for("Jupyter.display");
const noConstraint: Constrain = () => ({});

/** The kernel's half of one widget. */
class WidgetModel implements WidgetMethods<Record<string, unknown>> {
  readonly [widgetMark] = true;
  readonly modelId: string;
  readonly #control: ControlModel;
  readonly #state: Record<string, unknown>;
  readonly #constrain: Constrain;
  readonly #comm: Comm;
  readonly #observers = new Map<string, Set<(change: Change<unknown>) => void>>();
  readonly #listeners = new Set<(content: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[]) => void>();

  constructor(control: ControlModel, state: Record<string, unknown>, { constrain, comm }: WidgetOptions) {
    this.#control = control;
    this.#constrain = constrain;
    this.#state = state;
    Object.assign(state, constrain(state));
    this.#comm = comm ?? openComm(packState(this.wireState(), control.attributes));
    this.modelId = this.#comm.id;
    this.#comm.onMessage = (event) => {
      this.#receive(event);
    };
    this.#comm.onClose = () => {
      forgetWidget(this.modelId);
    };
    for (const name of Object.keys(control.attributes)) this.#defineProperty(name);
  }

  /** Everything a front end needs to draw this widget, protocol names included. */
  wireState(): Record<string, unknown> {
    const { model, view } = this.#control;
    return {
      ...this.#state,
      _model_module: model.module,
      _model_module_version: model.version,
      _model_name: model.name,
      _view_module: view.module,
      _view_module_version: view.version,
      _view_name: view.name,
    };
  }

  readonly observe: WidgetMethods<Record<string, unknown>>["observe"] = (name, handler) => {
    this.#attribute(name);
    const handlers = this.#observers.get(name) ?? new Set();
    this.#observers.set(name, handlers.add(handler));
    return () => void handlers.delete(handler);
  };

  readonly set = (values: Readonly<Record<string, unknown>>): void => {
    this.#apply(values, (changed) => {
      this.#sendState("update", changed);
    });
  };

  readonly onMessage: WidgetMethods<unknown>["onMessage"] = (handler) => {
    this.#listeners.add(handler);
    return () => void this.#listeners.delete(handler);
  };

  readonly send: WidgetMethods<unknown>["send"] = (content, buffers = []) => {
    this.#comm.send({ method: "custom", content }, { buffers });
  };

  readonly close = (): void => {
    forgetWidget(this.modelId);
    this.#comm.close();
  };

  [displayKey](): Readonly<Record<string, unknown>> {
    return {
      "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 1, model_id: this.modelId },
      "text/plain": `${String(this.#control.model.name).replace(/Model$/u, "")}(${this.modelId})`,
    };
  }

  #receive({ data, buffers }: CommEvent): void {
    if (data.method === "custom") {
      for (const listener of this.#listeners) listener(data.content as Readonly<Record<string, unknown>>, buffers);
    } else if (data.method === "request_state") {
      this.#sendState("update", Object.keys(this.wireState()));
    } else if (data.method === "update") {
      this.#receiveUpdate({
        state: data.state as WireState["state"],
        bufferPaths: (data.buffer_paths ?? []) as WireState["bufferPaths"],
        buffers,
      });
    }
  }

  /** A person moved the control: every other view of it hears the echo, then the cell's observers run. */
  #receiveUpdate(wire: WireState): void {
    const values = unpackState(wire, this.#control.attributes);
    const known = Object.fromEntries(Object.entries(values).filter(([name]) => name in this.#control.attributes));
    this.#comm.send(
      { method: "echo_update", state: wire.state, buffer_paths: wire.bufferPaths },
      { buffers: wire.buffers },
    );
    this.#apply(known, (changed) => {
      const corrected = changed.filter((name) => !Object.is(this.#state[name], known[name]));
      if (corrected.length > 0) this.#sendState("update", corrected);
    });
  }

  #apply(values: Readonly<Record<string, unknown>>, announce: (changed: readonly string[]) => void): void {
    const before = { ...this.#state };
    const checked = Object.entries(values).map(([name, value]) => [name, this.#checked(name, value)] as const);
    Object.assign(this.#state, Object.fromEntries(checked));
    Object.assign(this.#state, this.#constrain(this.#state));
    const changed = Object.keys(this.#state).filter((name) => !sameValue(before[name], this.#state[name]));
    if (changed.length > 0) announce(changed);
    for (const name of changed) {
      const change = { name, old: before[name], new: this.#state[name] };
      for (const handler of [...(this.#observers.get(name) ?? [])]) handler(change);
    }
  }

  #sendState(method: string, names: readonly string[]): void {
    const all = this.wireState();
    const packed = packState(Object.fromEntries(names.map((name) => [name, all[name]])), this.#control.attributes);
    this.#comm.send({ method, state: packed.state, buffer_paths: packed.bufferPaths }, { buffers: packed.buffers });
  }

  #checked(name: string, value: unknown): unknown {
    return checkAttribute(value, this.#attribute(name), `"${name}" of ${String(this.#control.model.name)}`);
  }

  #attribute(name: string): ControlAttribute {
    const attribute = this.#control.attributes[name];
    if (attribute !== undefined) return attribute;
    const known = Object.keys(this.#control.attributes).filter((key) => !key.startsWith("_"));
    throw new TypeError(
      `Cannot use "${name}" of ${String(this.#control.model.name)}: expected one of ${known.join(", ")}`,
    );
  }

  #defineProperty(name: string): void {
    Object.defineProperty(this, name, {
      enumerable: true,
      get: () => this.#state[name],
      set: (value: unknown) => {
        this.set({ [name]: value });
      },
    });
  }
}

/** How a widget comes to be. */
interface WidgetOptions {
  readonly constrain: Constrain;
  /** The comm of a widget that the front end made; one is opened where there is none. */
  readonly comm?: Comm | undefined;
}

function openComm({ state, bufferPaths, buffers }: WireState): Comm {
  return commHost().open("jupyter.widget", {
    data: { state, buffer_paths: bufferPaths },
    metadata: { version: protocolVersion },
    buffers,
  });
}

/**
 * Opens a widget in the front end. `values` are checked; what is left out takes the control's default.
 *
 * @throws TypeError or RangeError naming control and attribute.
 */
export function openWidget<State>(
  control: ControlModel,
  values: Readonly<Record<string, unknown>>,
  { constrain = noConstraint, comm }: Partial<WidgetOptions> = {},
): Widget<State> {
  const name = String(control.model.name);
  const state: Record<string, unknown> = {};
  for (const key of Object.keys(values)) {
    if (!(key in control.attributes)) throw new TypeError(`Cannot make ${name}: it has no attribute "${key}"`);
  }
  for (const [key, attribute] of Object.entries(control.attributes)) {
    const value = values[key];
    state[key] =
      value === undefined
        ? structuredClone(attribute.default)
        : checkAttribute(value, attribute, `"${key}" of ${name}`);
  }
  const widget = new WidgetModel(control, state, { constrain, comm });
  keepWidget(widget);
  // The class defines the control's attributes on the instance, which no type can follow.
  return widget as unknown as Widget<State>;
}

/** The protocol state of a living widget, for a front end that asks for all of them. */
export function wireStateOf(widget: LivingWidget): Record<string, unknown> {
  return (widget as unknown as WidgetModel).wireState();
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}
