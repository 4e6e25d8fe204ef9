/**
 * Whether a Jupyter can draw widgets: the kernel speaks the widget protocol, and the pictures are drawn by two front
 * ends that come as Python packages.
 *
 * Where JupyterLab looks: https://jupyterlab.readthedocs.io/en/stable/user/directories.html#labextensions-directories
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

import { type KernelspecPlace, userDataFolder } from "./kernelspec.ts";

/** A Python package that brings a front end, and the extension of JupyterLab and Notebook 7 that it installs. */
interface FrontEnd {
  readonly package: string;
  readonly labextension: string;
  readonly draws: string;
}

const frontEnds: readonly FrontEnd[] = [
  {
    package: "jupyterlab_widgets",
    labextension: "@jupyter-widgets/jupyterlab-manager",
    draws: "the standard controls",
  },
  { package: "anywidget", labextension: "anywidget", draws: "widgets.module" },
];

const systemFolders = ["/usr/local/share/jupyter", "/usr/share/jupyter"];

/** A sentence for each front end that none of the data folders holds: what stays blank, and what to install. */
export function frontEndProblems(dataFolders: readonly string[]): readonly string[] {
  const isThere = ({ labextension }: FrontEnd): boolean =>
    dataFolders.some((folder) => existsSync(join(folder, "labextensions", labextension, "package.json")));
  return frontEnds
    .filter((one) => !isThere(one))
    .map(
      ({ package: name, draws }) =>
        `JupyterLab lacks ${name}, so ${draws} would stay blank: pip install ${name} beside JupyterLab`,
    );
}

/**
 * The data folders of the Jupyter that finds a kernelspec in `place`: those of a prefix, or those that `jupyter` on the
 * search path names; undefined where there is no such program.
 */
export async function jupyterDataFolders(place: KernelspecPlace): Promise<readonly string[] | undefined> {
  if ("user" in place) return await namedByJupyter();
  const { JUPYTER_PATH = "" } = process.env;
  const extra = JUPYTER_PATH.split(delimiter).filter((folder) => folder !== "");
  return [...extra, userDataFolder(), join(resolve(place.prefix), "share", "jupyter"), ...systemFolders];
}

async function namedByJupyter(): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)("jupyter", ["--paths", "--json"], { timeout: 30_000 });
    const paths: unknown = JSON.parse(stdout);
    if (typeof paths !== "object" || paths === null || !("data" in paths) || !Array.isArray(paths.data)) {
      return undefined;
    }
    return paths.data.filter((folder): folder is string => typeof folder === "string");
  } catch {
    return undefined;
  }
}
