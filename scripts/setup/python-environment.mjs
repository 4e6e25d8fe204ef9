// The private Python environment .venv: JupyterLab and its front ends, every package pinned; nothing of it is visible outside.

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { run, runOrExplain } from "./child.mjs";
import { findPython } from "./find-python.mjs";
import { environment, python, state } from "./paths.mjs";
import { step } from "./say.mjs";
import { clearStamp, hashFiles, isFresh, writeStamp } from "./stamp.mjs";

const requirements = "scripts/requirements.txt";
const testRequirements = "scripts/requirements-test.txt";

/** Makes .venv and fills it unless it is complete; with `tests` also what only the tests need. */
export async function makePythonEnvironment({ tests }) {
  const hash = hashFiles([requirements]);
  if (!isFresh("python-environment", hash, [python])) {
    clearStamp("python-environment");
    await step("Making the Python environment", makeEnvironment);
    await step("Installing JupyterLab", (show) => installHere(["-r", requirements], show));
    writeStamp("python-environment", hash);
    clearStamp("python-tests");
  }
  const testHash = hashFiles([testRequirements]);
  if (!tests || isFresh("python-tests", testHash)) return;
  await step("Installing the test requirements", (show) => installHere(["-r", testRequirements], show));
  writeStamp("python-tests", testHash);
}

/** An empty environment with pip in it. */
async function makeEnvironment() {
  const base = findPython();
  rmSync(environment, { recursive: true, force: true });
  await makeVenv(base);
  writeFileSync(join(environment, "package.json"), "{}\n"); // Node must not take JupyterLab's scripts for modules of ours
}

/** Where Python lacks ensurepip (Debian without python3-venv), pip comes from the system's pip. */
async function makeVenv(base) {
  const doing = "making the Python environment";
  const env = pythonEnvironment();
  if (base.ensurepip) {
    const { code } = await run(base.executable, ["-m", "venv", environment], { log: "venv", env });
    if (code === 0) return;
    rmSync(environment, { recursive: true, force: true });
  }
  await runOrExplain(base.executable, ["-m", "venv", "--without-pip", environment], { doing, log: "venv", env });
  const target = ["--target", sitePackages(), "--no-deps", "--upgrade", "pip>=23"];
  await runOrExplain(base.executable, ["-m", "pip", "install", ...target], { doing, log: "venv-pip", env });
}

function sitePackages() {
  const library = join(environment, "lib");
  const version = readdirSync(library).find((name) => name.startsWith("python3"));
  return join(library, version ?? "python3", "site-packages");
}

/** Installs into the environment. */
function installHere(what, show) {
  return pipInstall(what, { doing: "installing JupyterLab", log: "pip", onLine: show });
}

/** Runs the environment's pip. Every package is pinned, so none is asked for its own requirements. */
export function pipInstall(what, { env = {}, ...options }) {
  const plain = [
    "--no-deps",
    "--only-binary=:all:",
    "--retries=3",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
  ];
  return runOrExplain(python, ["-m", "pip", "install", ...plain, ...what], {
    ...options,
    env: { ...pythonEnvironment(), ...env },
  });
}

/** The environment of Python programs at set-up: user settings that would install elsewhere do not count. */
function pythonEnvironment() {
  const { PYTHONHOME, PYTHONPATH, PIP_TARGET, PIP_PREFIX, PIP_USER, PIP_REQUIRE_VIRTUALENV, ...rest } = process.env;
  const caches = [join(homedir(), ".cache", "pip"), join(homedir(), "Library", "Caches", "pip")];
  const hasCache = rest.PIP_CACHE_DIR !== undefined || caches.some((folder) => existsSync(folder));
  return { ...rest, PIP_USER: "0", ...(hasCache ? {} : { PIP_CACHE_DIR: join(state, "cache", "pip") }) };
}
