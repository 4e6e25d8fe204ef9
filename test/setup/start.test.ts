import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { temporaryFolder } from "../temporary-folder.ts";
import { checkout } from "./miniature.ts";

interface Started {
  readonly child: ChildProcess;
  readonly home: string;
  readonly folder: string;
  readonly address: URL;
}

/** Starts the real checkout's JupyterLab with an empty home folder, on a folder of the user's. */
async function start(): Promise<Started> {
  const home = temporaryFolder("home");
  const folder = temporaryFolder("user");
  const child = spawn(process.execPath, ["scripts/run.mjs", "start", "--no-browser", "--dir", folder], {
    cwd: checkout,
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: undefined,
      XDG_DATA_HOME: undefined,
      XDG_CACHE_HOME: undefined,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => child.kill("SIGTERM")); // also where it never says its address
  const address = await new Promise<URL>((resolve, reject) => {
    let output = "";
    const hear = (chunk: unknown): void => {
      output += String(chunk);
      const found = /^JupyterLab is at (\S+)$/m.exec(output)?.[1];
      if (found !== undefined) resolve(new URL(found));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => {
      reject(new Error(output));
    });
  });
  return { child, home, folder, address };
}

/** Asks the server; resolves to the status (0 when nobody answers there) and the page. */
function ask(address: URL, { path, token, host = address.hostname, method = "GET" }: AskOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const headers = token === undefined ? {} : { authorization: `token ${token}` };
    const asked = request({ host, port: address.port, path, method, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += String(chunk)));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, text });
      });
    });
    asked.on("error", () => {
      resolve({ status: 0, text: "" });
    });
    asked.end();
  });
}

interface AskOptions {
  readonly path: string;
  readonly token?: string | undefined;
  readonly host?: string;
  readonly method?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The ids of the processes whose command line mentions a text. */
function processesWith(text: string): readonly string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(text));
}

/** Starts a kernel; returns the name of its connection file, which stands in its command line. */
async function startKernel({ address }: Started): Promise<string> {
  const before = connectionFiles();
  const token = address.searchParams.get("token") ?? "";
  assert.equal((await ask(address, { path: "/api/kernels", token, method: "POST" })).status, 201);
  const fresh = connectionFiles().find((name) => !before.includes(name));
  assert.ok(fresh !== undefined);
  assert.equal(processesWith(fresh).length, 1, "the kernel runs");
  return fresh;
}

/** The connection files of kernels that run, or that could not remove theirs. */
function connectionFiles(): readonly string[] {
  const names = readdirSync(join(checkout, ".sightlab", "jupyter", "runtime"));
  return names.filter((name) => name.startsWith("kernel-"));
}

describe("npm start", function () {
  this.timeout(120_000);
  let running: Started | undefined;
  let token: string;
  const lab = (): Started => {
    assert.ok(running !== undefined);
    return running;
  };

  before(async () => {
    running = await start();
    token = running.address.searchParams.get("token") ?? "";
  });
  after(() => {
    if (running === undefined) return;
    running.child.kill("SIGTERM");
  });

  it("serves JupyterLab to whoever has the token, and to nobody else", async () => {
    assert.ok(token.length >= 32);
    assert.equal((await ask(lab().address, { path: "/api/contents", token })).status, 200);
    assert.equal((await ask(lab().address, { path: "/api/contents" })).status, 403);
    assert.equal((await ask(lab().address, { path: "/api/contents", token: "guessed" })).status, 403);
  });

  it("listens on 127.0.0.1 only", async () => {
    // On Linux every 127.x.x.x is this machine: a server on all addresses would answer here too.
    assert.equal((await ask(lab().address, { path: "/api", token, host: "127.0.0.2" })).status, 0);
    assert.equal((await ask(lab().address, { path: "/api", token })).status, 200);
  });

  it("offers our kernel alone, and as the default", async () => {
    const { text } = await ask(lab().address, { path: "/api/kernelspecs", token });
    const specs = JSON.parse(text) as { readonly default: unknown; readonly kernelspecs: object };
    assert.deepEqual([specs.default, Object.keys(specs.kernelspecs)], ["sightlab", ["sightlab"]]);
  });

  it("asks nobody for news and loads our extension and the widget front ends", async () => {
    const { text } = await ask(lab().address, { path: "/lab", token });
    const page =
      /<script id="jupyter-config-data" type="application\/json">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? "{}";
    const config = JSON.parse(page) as {
      readonly disabledExtensions: readonly string[];
      readonly federated_extensions: readonly { readonly name: string }[];
      readonly news: { readonly disabled: boolean };
    };
    assert.ok(config.disabledExtensions.includes("@jupyterlab/apputils-extension:announcements"));
    const names = config.federated_extensions.map(({ name }) => name);
    for (const wanted of ["@sightlab/jupyterlab", "@jupyter-widgets/jupyterlab-manager", "anywidget"]) {
      assert.ok(names.includes(wanted), `${wanted} among ${names.join(", ")}`);
    }
  });

  it("ends with Ctrl-C, kernels included, and leaves nothing in the home folder", async () => {
    const connection = await startKernel(lab());
    const ended = new Promise((resolve) => lab().child.once("exit", resolve));
    lab().child.kill("SIGINT");
    assert.equal(await ended, 0);
    assert.deepEqual(processesWith(connection), []);
    assert.deepEqual(processesWith(lab().folder), []);
    assert.deepEqual(readdirSync(lab().home, { recursive: true }), []);
  });
});

describe("npm start, where JupyterLab is closed another way", function () {
  this.timeout(120_000);
  let running: Started;
  let ended: Promise<unknown>;
  let connection: string;

  beforeEach(async () => {
    running = await start();
    ended = new Promise((resolve) => running.child.once("exit", resolve));
    connection = await startKernel(running);
  });

  afterEach(() => {
    running.child.kill("SIGTERM");
  });

  it("File > Shut Down ends everything", async () => {
    const token = running.address.searchParams.get("token") ?? "";
    assert.equal((await ask(running.address, { path: "/api/shutdown", token, method: "POST" })).status, 200);
    assert.equal(await ended, 0);
    assert.deepEqual([...processesWith(connection), ...processesWith(running.folder)], []);
  });

  it("a server that is killed takes its kernels with it", async () => {
    const [server = ""] = processesWith(`--ServerApp.root_dir=${running.folder}`);
    process.kill(Number.parseInt(server, 10), "SIGKILL");
    await ended;
    const untilMs = performance.now() + 30_000;
    while (processesWith(connection).length > 0 && performance.now() < untilMs) await wait(100);
    assert.deepEqual([...processesWith(connection), ...processesWith(running.folder)], []);
  });
});
