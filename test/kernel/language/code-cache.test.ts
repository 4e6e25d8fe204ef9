import assert from "node:assert/strict";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadCached } from "../../../kernel/src/language/code-cache.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

describe("kernel/language loadCached()", () => {
  const folder = temporaryFolder("code");
  const cache = join(folder, "cache");
  const path = join(folder, "module.cjs");
  writeFileSync(
    path,
    `exports.add = (a, b) => a + b;\nexports.path = require("node:path");\nexports.here = __filename;`,
  );
  const keptFile = (): string => join(cache, readdirSync(cache)[0] ?? "");

  /** Loads the module, keeps its code, and tells whether there was code to load it with. */
  const load = (): boolean => {
    const before = readdirSync(folder).includes("cache") ? statSync(keptFile()).ino : undefined;
    const { exports, keep } = loadCached(path, cache);
    const { add, here } = exports as { add: (a: number, b: number) => number; here: string };
    assert.equal(add(2, 3), 5);
    assert.equal(here, path);
    keep();
    return statSync(keptFile()).ino === before;
  };

  it("keeps the code of a module, and loads it with that", () => {
    assert.equal(load(), false);
    assert.equal(load(), true);
  });

  it("loads a module whose kept code is torn, and keeps it anew", () => {
    writeFileSync(keptFile(), "x".repeat(5000));
    assert.equal(load(), false);
    assert.equal(load(), true);
    assert.equal(readdirSync(cache).length, 1);
  });

  it("loads a module where nothing can be kept", () => {
    const { exports, keep } = loadCached(path, join(path, "no-folder"));
    keep();
    assert.ok((exports as { path?: unknown }).path);
  });
});
