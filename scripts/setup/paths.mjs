// Where things are. Everything that set-up makes lies in ignored folders of the checkout; nothing lies in the home folder.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What set-up keeps for itself: stamps, logs, private Jupyter folders, working copies of the notebooks. */
export const state = join(root, ".sightlab");

export const stamps = join(state, "stamps");
export const logs = join(state, "logs");
export const workingNotebooks = join(state, "notebooks");
export const quickstartCheckpoints = join(workingNotebooks, "checkpoints");

/** The private Python environment, and its interpreter. */
export const environment = join(root, ".venv");
export const python = join(environment, "bin", "python");

/** Where an installed kernel and an installed JupyterLab extension lie in the environment. */
export const kernelspec = join(environment, "share", "jupyter", "kernels", "sightlab");
export const labextension = join(environment, "share", "jupyter", "labextensions", "@sightlab", "jupyterlab");

/** A command of the installed npm packages, such as tsc. */
export function packageCommand(name) {
  return join(root, "node_modules", ".bin", name);
}
