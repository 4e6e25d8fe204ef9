// Which Python the private environment is made from: the first that is new enough and can make one.

import { spawnSync } from "node:child_process";

import { SetupProblem } from "./problem.mjs";

const candidates = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

const probe = `
import json, sys
def has(name):
    try:
        __import__(name)
        return True
    except Exception:
        return False
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:3]),
  "venv": has("venv"), "ensurepip": has("ensurepip"), "pip": has("pip")}))
`;

/**
 * Finds a Python >= 3.10 with venv and some pip: the variable PYTHON if set, else the usual names in PATH.
 * Returns { executable, version: [3, 11, 2], ensurepip }; throws the sentence that says what is missing.
 */
export function findPython(env = process.env) {
  const found = (env.PYTHON ? [env.PYTHON] : candidates)
    .map((name) => ask(name, env))
    .filter((one) => one !== undefined);
  const recent = found.filter(isRecent);
  const usable = recent.find((one) => one.venv && (one.ensurepip || one.pip));
  if (usable !== undefined) return usable;
  throw new SetupProblem(complaint({ found, recent, asked: env.PYTHON }));
}

function ask(name, env) {
  const clean = { ...env, PYTHONHOME: undefined };
  const { status, stdout } = spawnSync(name, ["-c", probe], { encoding: "utf8", timeout: 20_000, env: clean });
  try {
    return status === 0 ? JSON.parse(stdout) : undefined;
  } catch {
    return undefined;
  }
}

function isRecent({ version: [major, minor] }) {
  return major > 3 || (major === 3 && minor >= 10);
}

function complaint({ found, recent, asked }) {
  if (asked && found.length === 0)
    return `PYTHON is set to ${asked}, which does not run: set it to a Python 3.10 or newer, or unset it`;
  const install =
    "install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13)";
  if (found.length === 0) return `Python 3.10 or newer was not found: ${install} and run the command again`;
  if (recent.length === 0) {
    return `Sightlab needs Python 3.10 or newer and found ${found[0].version.join(".")}: ${install}, or set PYTHON to a newer one, and run the command again`;
  }
  return `${recent[0].executable} has no pip: install it (Debian, Ubuntu: sudo apt install python3-venv python3-pip) and run the command again`;
}
