import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../temporary-folder.ts";
import "./shared.ts";

const cli = fileURLToPath(new URL("../../kernel/dist/cli.js", import.meta.url));

describe("kernel: kernelspec", () => {
  const prefix = temporaryFolder("prefix");
  const kernels = join(prefix, "share/jupyter/kernels");
  const run = (...argv: string[]): string => execFileSync(process.execPath, [cli, ...argv], { encoding: "utf8" });
  const fails = (...argv: string[]): string => {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...argv], { encoding: "utf8" });
    assert.equal(status, 1);
    return stderr;
  };

  it("installs a kernelspec that starts this kernel with this Node, and nothing else", () => {
    run("install", "--prefix", prefix, "--fallback", ".");
    assert.deepEqual(readdirSync(kernels), ["sightlab"]);
    const spec = JSON.parse(readFileSync(join(kernels, "sightlab/kernel.json"), "utf8")) as Record<string, unknown>;
    const main = cli.replace("cli.js", "main.js");
    assert.deepEqual(spec.argv, [
      process.execPath,
      "--no-force-async-hooks-checks",
      main,
      "--fallback",
      resolve("."),
      "{connection_file}",
    ]);
    assert.equal(spec.display_name, "TypeScript (Sightlab)");
    assert.equal(spec.language, "typescript");
    assert.equal(spec.interrupt_mode, "message");
  });

  it("checks, replaces and removes it", () => {
    assert.match(run("check", "--sys-prefix", prefix), /in order/);
    writeFileSync(join(kernels, "sightlab/kernel.json"), `{ "argv": ["/other/node", "x"] }`);
    assert.match(fails("check", "--prefix", prefix), /another Node: "\/other\/node"/);
    writeFileSync(join(kernels, "sightlab/kernel.json"), "{");
    assert.match(fails("check", "--prefix", prefix), /is not a kernelspec/);
    run("install", "--prefix", prefix);
    assert.match(run("check", "--prefix", prefix), /in order/);
    assert.match(run("uninstall", "--prefix", prefix), /Removed/);
    assert.match(run("uninstall", "--prefix", prefix), /There was no/);
    assert.match(fails("check", "--prefix", prefix), /There is no kernelspec/);
  });

  it("asks Python for its prefix where none is given", () => {
    const bin = join(prefix, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "python3"), `#!/bin/sh\necho ${join(prefix, "environment")}\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` };
    execFileSync(process.execPath, [cli, "install", "--sys-prefix"], { env });
    assert.deepEqual(readdirSync(join(prefix, "environment/share/jupyter/kernels")), ["sightlab"]);
    execFileSync(process.execPath, [cli, "uninstall", "--sys-prefix", "--fallback", "."], { env });
    assert.deepEqual(readdirSync(join(prefix, "environment/share/jupyter/kernels")), []);
  });

  it("goes to the user's own data folder where asked", () => {
    const env = { ...process.env, JUPYTER_DATA_DIR: join(prefix, "own") };
    execFileSync(process.execPath, [cli, "install", "--user"], { env });
    assert.deepEqual(readdirSync(join(prefix, "own/kernels")), ["sightlab"]);
  });

  it("says how it is used where it is not understood", () => {
    assert.match(fails("install"), /^Usage/);
    assert.match(fails("install", "--user", "--prefix", prefix), /^Usage/);
    assert.match(fails("dance", "--user"), /^Usage/);
    assert.match(fails("install", "--what"), /Unknown option '--what'/);
  });
});
