// The variables that keep Jupyter to itself: its configuration, data and runtime lie in .sightlab, and our environment wins.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { environment, state } from "./paths.mjs";
import { writeWhole } from "./stamp.mjs";

const home = join(state, "jupyter");
const announcements = "@jupyterlab/apputils-extension:announcements";
const widgetManager = "@jupyter-widgets/jupyterlab-manager:plugin";

/** The environment variables for Jupyter programs of .venv; makes the private folders that they name. */
export function jupyterEnvironment(env = process.env) {
  const { PYTHONHOME, PYTHONPATH, JUPYTER_PATH, JUPYTER_CONFIG_PATH, ...rest } = env;
  const folders = {
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(home, "lab", "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(home, "lab", "workspaces"),
    IPYTHONDIR: join(home, "ipython"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const labconfig = join(folders.JUPYTER_CONFIG_DIR, "labconfig");
  keepQuiet(join(labconfig, "page_config.json"));
  saveWidgets(join(labconfig, "default_setting_overrides.json"));
  return {
    ...rest,
    ...folders,
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_NO_CONFIG: undefined,
    PATH: `${join(environment, "bin")}${delimiter}${rest.PATH ?? ""}`,
    VIRTUAL_ENV: environment,
  };
}

/** JupyterLab's page asks nobody for news. The file is the user's after that: what it already says is kept. */
function keepQuiet(file) {
  const page = readJson(file);
  if (page.disabledExtensions?.[announcements] === true) return;
  writeJson(file, { ...page, disabledExtensions: { ...page.disabledExtensions, [announcements]: true } });
}

/**
 * A saved notebook keeps its widgets, and shows them where no kernel runs. This is the default alone: whoever switches it
 * off in JupyterLab's settings has it off.
 */
function saveWidgets(file) {
  const defaults = readJson(file);
  if (defaults[widgetManager]?.saveState !== undefined) return;
  writeJson(file, { ...defaults, [widgetManager]: { ...defaults[widgetManager], saveState: true } });
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function writeJson(file, value) {
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}
