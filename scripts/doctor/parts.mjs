// What the doctor looks at, in the order of set-up. A part answers { state: good|note|bad, text, advice }.

import { existsSync, readFileSync, readdirSync, statfsSync } from "node:fs";
import { cpus, freemem, totalmem } from "node:os";
import { join, resolve } from "node:path";

import { run } from "../setup/child.mjs";
import { findPython } from "../setup/find-python.mjs";
import { jupyterEnvironment } from "../setup/jupyter-environment.mjs";
import { kernelspecProblem } from "../setup/kernelspec.mjs";
import { packagesProblem } from "../setup/npm-packages.mjs";
import { environment, labextension, python, quickstartCheckpoints, root } from "../setup/paths.mjs";
import { findChromium } from "../suites/suites.mjs";
import { cudaDevices, runtimeLibrary } from "./devices.mjs";
import { ownJupyter } from "./own-jupyter.mjs";
import { kernelAnswers } from "./kernel.mjs";

const repair = "npm start";
const gib = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const good = (text) => ({ state: "good", text });
const note = (text, advice) => ({ state: "note", text, advice });
const bad = (text, advice) => ({ state: "bad", text, advice });

/** Each part's name and how it is examined. */
export const parts = [
  ["Node.js", () => good(`${process.versions.node} (${process.platform} ${process.arch})`)],
  ["npm packages", npmPackages],
  ["build", build],
  ["Python", systemPython],
  ["Python environment", pythonEnvironment],
  ["JupyterLab", jupyterLab],
  ["kernel", kernel],
  ["JupyterLab extension", extension],
  ["widget front ends", widgetFrontEnds],
  ["your own Jupyter", yourOwnJupyter],
  ["ONNX Runtime", onnxRuntime],
  ["device cpu", () => good(`${cpus().length} cores, ${cpus()[0]?.model ?? "of an unknown kind"}`)],
  ["device cuda", cuda],
  ["device webgpu", () => note("not offered yet", undefined)],
  ["memory", memory],
  ["disk", disk],
  ["data", data],
  ["checkpoints", checkpoints],
  ["Chromium (tests)", chromium],
];

function npmPackages() {
  const problem = packagesProblem();
  return problem === undefined ? good("as package-lock.json says") : bad(problem, repair);
}

function build() {
  const missing = ["dist/index.js", "kernel/dist/cli.js", "extension/labextension/package.json"].find(
    (path) => !existsSync(join(root, path)),
  );
  return missing === undefined
    ? good("library, kernel and extension are built")
    : bad(`${missing} is missing`, "npm run build");
}

function systemPython() {
  const { executable, version } = findPython();
  return good(`${version.join(".")} at ${executable}`);
}

function pythonEnvironment() {
  return existsSync(python) ? good(environment) : bad(".venv is missing", repair);
}

async function jupyterLab() {
  const { code, output } = await inPython(
    "import jupyterlab, notebook; print(jupyterlab.__version__, notebook.__version__)",
  );
  if (code !== 0) return bad("JupyterLab is not in .venv", `delete .venv, then ${repair}`);
  const [lab, notebook] = output.trim().split(" ");
  return good(`${lab}, with Notebook ${notebook}`);
}

async function kernel() {
  const problem = kernelspecProblem();
  if (problem !== undefined) return bad(`TypeScript (Sightlab): ${problem}`, repair);
  const { seconds, says } = await kernelAnswers();
  return seconds === undefined
    ? bad(`does not start: ${says}`, `delete .sightlab/stamps, then ${repair}`)
    : good(`starts and answers in ${seconds} s (${says})`);
}

async function extension() {
  if (!existsSync(join(labextension, "package.json"))) return bad("is not installed", repair);
  const { output } = await run(python, ["-m", "jupyterlab.labextensions", "list"], {
    log: "doctor-extensions",
    env: jupyterEnvironment(),
  });
  const line = output.split("\n").find((one) => one.includes("@sightlab/jupyterlab"));
  if (line === undefined) return bad("JupyterLab does not list it", `delete .sightlab/stamps, then ${repair}`);
  return line.includes("enabled")
    ? good("installed and enabled")
    : bad("is disabled", "enable it in JupyterLab's extension manager");
}

function widgetFrontEnds() {
  const folder = join(environment, "share", "jupyter", "labextensions");
  const wanted = ["@jupyter-widgets/jupyterlab-manager", "anywidget"];
  const missing = wanted.filter((name) => !existsSync(join(folder, name, "package.json")));
  return missing.length === 0
    ? good(wanted.join(", "))
    : bad(`${missing.join(", ")} not found`, `delete .venv, then ${repair}`);
}

/** Nothing here needs it, so it is never missing; but who installed the kernel there should know of blank widgets. */
async function yourOwnJupyter() {
  const { text, advice } = await ownJupyter();
  return advice === undefined ? good(text) : note(text, advice);
}

function onnxRuntime() {
  const { file, version } = runtimeLibrary();
  if (file !== undefined) return good(`${version}, ${file}`);
  return bad(
    `no library for ${process.platform} ${process.arch} in onnxruntime-node ${version}`,
    `delete node_modules, then ${repair}`,
  );
}

async function cuda() {
  const { devices, provider } = await cudaDevices();
  const fetched = provider === undefined ? "" : `; ONNX Runtime's provider is in ${provider}`;
  if (devices.length === 0) return note(`no NVIDIA device found; models run on the processor${fetched}`);
  if (provider === undefined)
    return note(devices.join("; "), "npm run cuda fetches what models need to run on it (1 GB)");
  return note(`${devices.join("; ")}${fetched}`, 'open(path, { device: "cuda" }); see docs/using-a-gpu.md');
}

function memory() {
  const text = `${gib(freemem())} free of ${gib(totalmem())}`;
  return totalmem() > 3.5 * 2 ** 30 ? good(text) : note(text, "4 GiB or more are comfortable");
}

function disk() {
  const { bavail, bsize } = statfsSync(root);
  const text = `${gib(bavail * bsize)} free`;
  return bavail * bsize > 2 ** 31 ? good(text) : bad(text, "free at least 2 GiB where this folder lies");
}

/** The same order as the library's: the variable, a shared folder beside the checkout, our own samples. */
function data() {
  const named = process.env.SIGHTLAB_DATA;
  if (named)
    return existsSync(named)
      ? good(`SIGHTLAB_DATA=${named}`)
      : bad(`SIGHTLAB_DATA names ${named}, which is not there`, "correct or unset it");
  const shared = resolve(root, "..", "shared", "data");
  if (existsSync(shared)) return good(shared);
  return note("the small samples in datasets/", "for the real benchmark files set SIGHTLAB_DATA to their folder");
}

function checkpoints() {
  if (!existsSync(quickstartCheckpoints)) return bad("the quickstart's checkpoints are missing", repair);
  return good(`${quickstartCheckpoints}: ${readdirSync(quickstartCheckpoints).join(", ")}`);
}

function chromium() {
  const found = findChromium();
  return found === undefined
    ? note("not found", "only the browser tests need it (Debian: sudo apt install chromium; or set CHROMIUM)")
    : good(found);
}

function inPython(code) {
  return run(python, ["-c", code], { log: "doctor-python", env: jupyterEnvironment() });
}
