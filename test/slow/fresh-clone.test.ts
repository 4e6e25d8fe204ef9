import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout, run } from "../setup/miniature.ts";

/** Runs `npm start` in a clone until it has printed a text; resolves to the program and all that it printed. */
function startUntil(folder: string, text: RegExp): Promise<{ readonly child: ChildProcess; readonly output: string }> {
  const child = spawn(process.execPath, ["scripts/run.mjs", "start", "--no-browser"], {
    cwd: folder,
    env: { ...process.env, HOME: join(folder, "..", "home"), npm_config_cache: undefined, PIP_CACHE_DIR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    const hear = (chunk: unknown): void => {
      output += String(chunk);
      if (text.test(output)) resolve({ child, output });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => {
      reject(new Error(output));
    });
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

describe("a fresh clone without caches", function () {
  this.timeout(900_000);
  let folder: string;
  let home: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-clone-"));
    home = join(folder, "home");
    mkdirSync(home);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("serves, though its first set-up was killed while it installed npm packages and its second in the middle of pip", async () => {
    const clone = join(folder, "clone");
    assert.equal((await run("git", ["clone", "--quiet", checkout, clone], { folder })).code, 0);
    const first = await startUntil(clone, /Installing npm packages \.\.\./);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await end(first.child, "SIGTERM");
    const second = await startUntil(clone, /Installing JupyterLab \.\.\./);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await end(second.child, "SIGTERM");
    const third = await startUntil(clone, /JupyterLab is at http/);
    assert.doesNotMatch(third.output, /Installing npm packages/, "what was finished is kept");
    assert.match(third.output, /Installing JupyterLab: done/);
    await end(third.child, "SIGINT");
    const fourth = await startUntil(clone, /JupyterLab is at http/);
    assert.doesNotMatch(fourth.output, /Installing|Building|Registering|Writing/, "nothing is done twice");
    await end(fourth.child, "SIGINT");
    assert.equal(
      (await run("git", ["status", "--porcelain"], { folder: clone })).output,
      "",
      "no tracked file changed",
    );
    // pip asks rustc for its version, and rustup's rustc makes itself a settings file.
    assert.deepEqual(
      readdirSync(home).filter((name) => name !== ".rustup"),
      [],
    );
  });
});
