// JupyterLab as a child: on 127.0.0.1 only, with a token, with private folders; it ends when we end, kernels included.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { logFile } from "../setup/child.mjs";
import { jupyterEnvironment } from "../setup/jupyter-environment.mjs";
import { logs, python } from "../setup/paths.mjs";
import { explain } from "../setup/problem.mjs";

const secondsToStart = 60;
const secondsToEnd = 10;

/**
 * Starts JupyterLab in `folder` and resolves, once it answers, to { url, ended, stop }: the address with its token, a
 * promise of its end, and a function that ends it.
 */
export async function startLab({ folder, port, browser, path }) {
  const token = randomBytes(24).toString("hex");
  mkdirSync(logs, { recursive: true });
  const log = openSync(logFile("jupyterlab"), "w");
  const child = spawn(python, ["-m", "jupyterlab", ...settings({ folder, port, browser, path })], {
    env: { ...jupyterEnvironment(), JUPYTER_TOKEN: token },
    stdio: ["ignore", log, log],
    detached: true, // its own process group: Ctrl-C reaches us alone, and we end it in order
  });
  closeSync(log);
  const ended = new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
  await answers({ port, token, child });
  return { url: `http://127.0.0.1:${port}${path}?token=${token}`, ended, stop: () => stop(child, ended) };
}

function settings({ folder, port, browser, path }) {
  return [
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.open_browser=${browser ? "True" : "False"}`,
    `--LabApp.default_url=${path}`,
    "--ServerApp.allow_root=True",
    "--MultiKernelManager.default_kernel_name=sightlab",
    "--KernelSpecManager.ensure_native_kernel=False",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LanguageServerManager.autodetect=False",
  ];
}

/** Waits until the server answers; if it ends first, says what it printed last. */
async function answers({ port, token, child }) {
  const until = performance.now() + secondsToStart * 1000;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined && performance.now() < until) {
    if (await isServing({ port, token })) return;
    await wait(50);
  }
  if (child.pid !== undefined) child.kill("SIGKILL");
  throw explain({
    doing: "starting JupyterLab",
    output: readFileSync(logFile("jupyterlab"), "utf8"),
    log: logFile("jupyterlab"),
  });
}

function isServing({ port, token }) {
  return new Promise((resolve) => {
    const asking = request(
      { host: "127.0.0.1", port, path: "/api/status", headers: { authorization: `token ${token}` } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asking.setTimeout(2000, () => asking.destroy());
    asking.on("error", () => resolve(false));
    asking.end();
  });
}

/** Asks the server to end, which ends its kernels first; what is left of its process group after that is killed. */
async function stop(child, ended) {
  child.kill("SIGTERM");
  await Promise.race([ended, wait(secondsToEnd * 1000, undefined, { ref: false })]);
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // nothing is left, as it should be
  }
}
