/**
 * The control channel of Jupyter widgets: a front end that opens, or that saves a notebook, asks for every state.
 *
 * Jupyter widget messaging 2.1, "The jupyter.widget.control comm target".
 */

import type { Comm, CommHost } from "./comm-host.ts";
import { controlModels } from "./controls.generated.ts";
import { livingWidgets } from "./registry.ts";
import { wireStateOf } from "./widget.ts";
import { packState } from "./wire-state.ts";

let isAsked = false;

/** True once a front end that draws widgets has opened a control channel to this kernel. */
export function hasWidgetFrontEnd(): boolean {
  return isAsked;
}

/** Answers `request_states` on every control comm that a front end opens. */
export function serveControlChannel(host: CommHost): void {
  host.register("jupyter.widget.control", (comm) => {
    isAsked = true;
    comm.onMessage = ({ data }) => {
      if (data.method === "request_states") sendStates(comm);
    };
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
  return name in controlModels ? controlModels[name as keyof typeof controlModels].attributes : {};
}
