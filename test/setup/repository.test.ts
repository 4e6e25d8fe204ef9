import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { skip } from "../skip.ts";
import { checkout, run } from "./miniature.ts";

/** Every string of a JSON value with the path to it, but for the pages where a package asks for funds. */
function* stringsOf(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== "funding") yield* stringsOf(inner, `${path}/${key}`);
  }
}

describe("the repository", () => {
  it("names no host in its lock file and its requirements", () => {
    const lock: unknown = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8"));
    const withHost = [...stringsOf(lock)].filter(([, text]) => text.includes("://"));
    assert.deepEqual(withHost, []);
    const requirements = readdirSync(join(checkout, "scripts")).filter((name) => name.startsWith("requirements"));
    assert.ok(requirements.length >= 2);
    for (const name of requirements) {
      assert.doesNotMatch(readFileSync(join(checkout, "scripts", name), "utf8"), /:\/\/|--index-url|--find-links/);
    }
  });

  it("pins every Python package to one version", () => {
    for (const name of ["requirements.txt", "requirements-test.txt"]) {
      const lines = readFileSync(join(checkout, "scripts", name), "utf8").split("\n");
      const packages = lines.filter((line) => line !== "" && !line.startsWith("#"));
      for (const line of packages) assert.match(line, /^[a-z0-9-]+==[0-9][0-9.a-z]*( ; python_version < "3\.\d+")?$/);
    }
  });

  it("names the folder of no machine in a committed file", async function () {
    if (!existsSync(join(checkout, ".git"))) skip(this, "this copy is not a git checkout");
    const { code, output } = await run("git", ["grep", "-I", "-l", "-F", `${checkout}/`], { folder: checkout });
    assert.equal(output, "");
    assert.equal(code, 1, "git grep finds nothing");
  });

  it("ignores all that set-up makes", async function () {
    if (!existsSync(join(checkout, ".git"))) skip(this, "this copy is not a git checkout");
    const made = [
      "node_modules/",
      ".venv/",
      ".sightlab/",
      "dist/",
      "kernel/dist/",
      "extension/lib/",
      "extension/labextension/",
    ];
    const { output } = await run("git", ["check-ignore", ...made], { folder: checkout });
    assert.deepEqual(output.trim().split("\n"), made);
  });
});
