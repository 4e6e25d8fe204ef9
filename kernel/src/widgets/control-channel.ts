/**
 * The control channel of Jupyter widgets: a front end that opens, or that saves a notebook, asks for every state.
 *
 * Jupyter widget messaging 2.1, "The jupyter.widget.control comm target".
 */

import type { Comm, CommHost } from "./comm-host.ts";
import { makeControl } from "./control.ts";
import { controlModels } from "./controls.generated.ts";
import { livingWidgets } from "./registry.ts";
import { wireStateOf } from "./widget.ts";
import { packState } from "./wire-state.ts";

let isAsked = false;

/** True once a front end that draws widgets has opened a control channel to this kernel. */
export function hasWidgetFrontEnd(): boolean {
  return isAsked;
}

/**
 * Answers `request_states` on every control comm that a front end opens, and takes over the controls that a front end
 * makes: `Controller` makes one for each button and axis of a gamepad.
 */
export function serveControlChannel(host: CommHost): void {
  host.register("jupyter.widget.control", (comm) => {
    isAsked = true;
    comm.onMessage = ({ data }) => {
      if (data.method === "request_states") sendStates(comm);
    };
  });
  host.register("jupyter.widget", (comm, { data }) => {
    const state = data.state as Readonly<Record<string, unknown>> | undefined;
    const name = String(state?._model_name).replace(/Model$/u, "");
    if (isControl(name)) makeControl(name, {}, comm);
    else comm.close();
  });
}

function sendStates(comm: Comm): void {
  const states: Record<string, unknown> = {};
  const bufferPaths: (readonly (string | number)[])[] = [];
  const buffers: Uint8Array[] = [];
  for (const widget of livingWidgets()) {
    const state = wireStateOf(widget);
    const packed = packState(state, attributesOf(state._model_name));
    states[widget.modelId] = {
      model_name: state._model_name,
      model_module: state._model_module,
      model_module_version: state._model_module_version,
      state: packed.state,
    };
    bufferPaths.push(...packed.bufferPaths.map((path) => [widget.modelId, "state", ...path]));
    buffers.push(...packed.buffers);
  }
  comm.send({ method: "update_states", states, buffer_paths: bufferPaths }, { buffers });
}

function attributesOf(modelName: unknown): (typeof controlModels)[keyof typeof controlModels]["attributes"] {
  const name = String(modelName).replace(/Model$/u, "");
  return isControl(name) ? controlModels[name].attributes : {};
}

function isControl(name: string): name is keyof typeof controlModels {
  return Object.hasOwn(controlModels, name);
}
