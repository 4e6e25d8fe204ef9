import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { miniature } from "./miniature.ts";

/** A program that answers the probe as a Python of this version would. */
const pretend = (version: string, { venv = true, ensurepip = true, pip = true } = {}): string =>
  `#!/bin/sh\necho '${JSON.stringify({ executable: "/pretended/python3", version: version.split(".").map(Number), venv, ensurepip, pip })}'\n`;

const find = async (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  using small = miniature(files);
  for (const path of Object.keys(files)) chmodSync(join(small.folder, path), 0o755);
  const code = `
    import { findPython } from "./scripts/setup/find-python.mjs";
    try { console.log("found", findPython().version.join(".")); } catch (error) { console.log(error.constructor.name, error.message); }`;
  return (await small.run(code, { PATH: join(small.folder, "bin"), PYTHON: undefined, ...env })).output.trim();
};

describe("setup/find-python", () => {
  it("findPython() says what to install where there is none", async () => {
    assert.match(
      await find({ "bin/other": "" }),
      /^SetupProblem Python 3\.10 or newer was not found: install one .* run the command again$/,
    );
  });

  it("findPython() names the version that is too old", async () => {
    assert.match(
      await find({ "bin/python3": pretend("3.8.18") }),
      /needs Python 3\.10 or newer and found 3\.8\.18: install/,
    );
  });

  it("findPython() passes over an old python3 for a newer one beside it", async () => {
    assert.equal(await find({ "bin/python3": pretend("3.9.2"), "bin/python3.12": pretend("3.12.1") }), "found 3.12.1");
  });

  it("findPython() accepts a Python without ensurepip that has pip", async () => {
    assert.equal(await find({ "bin/python3": pretend("3.11.2", { ensurepip: false }) }), "found 3.11.2");
  });

  it("findPython() says how to get pip where there is neither", async () => {
    const files = { "bin/python3": pretend("3.11.2", { ensurepip: false, pip: false }) };
    assert.match(
      await find(files),
      /has no pip: install it \(Debian, Ubuntu: sudo apt install python3-venv python3-pip\)/,
    );
  });

  it("findPython() says so when the variable PYTHON names nothing that runs", async () => {
    assert.match(
      await find({ "bin/python3": pretend("3.11.2") }, { PYTHON: "/nowhere/python3" }),
      /PYTHON is set to \/nowhere\/python3/,
    );
  });
});
