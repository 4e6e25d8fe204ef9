import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { miniature, type Miniature } from "./miniature.ts";

const copy = `import { copyNotebooks } from "./scripts/setup/notebooks.mjs"; console.log("first", copyNotebooks());`;
const inWork = (small: Miniature, name: string): string => join(small.folder, ".sightlab", "notebooks", name);
const read = (small: Miniature, name: string): string => readFileSync(inWork(small, name), "utf8");

describe("setup/notebooks", () => {
  it("copyNotebooks() copies and names the first notebook", async () => {
    using small = miniature({ "notebooks/01-b.ipynb": "b", "notebooks/00-a.ipynb": "a", "notebooks/notes.txt": "" });
    assert.equal((await small.run(copy)).output.trim(), "first 00-a.ipynb");
    assert.equal(read(small, "00-a.ipynb"), "a");
    assert.equal(read(small, "01-b.ipynb"), "b");
    assert.equal(existsSync(inWork(small, "notes.txt")), false);
  });

  it("copyNotebooks() renews a copy that nobody changed", async () => {
    using small = miniature({ "notebooks/00-a.ipynb": "a" });
    await small.run(copy);
    writeFileSync(join(small.folder, "notebooks", "00-a.ipynb"), "a2");
    await small.run(copy);
    assert.equal(read(small, "00-a.ipynb"), "a2");
  });

  it("copyNotebooks() keeps an edited copy and puts the new version beside it, once", async () => {
    using small = miniature({ "notebooks/00-a.ipynb": "a" });
    await small.run(copy);
    writeFileSync(inWork(small, "00-a.ipynb"), "mine");
    assert.doesNotMatch((await small.run(copy)).output, /new version/);
    writeFileSync(join(small.folder, "notebooks", "00-a.ipynb"), "a2");
    assert.match(
      (await small.run(copy)).output,
      /^00-a\.ipynb has a new version: your copy is as you left it.*00-a\.new\.ipynb$/m,
    );
    assert.equal(read(small, "00-a.ipynb"), "mine");
    assert.equal(read(small, "00-a.new.ipynb"), "a2");
    assert.doesNotMatch((await small.run(copy)).output, /new version/);
    assert.equal(read(small, "00-a.ipynb"), "mine");
  });

  it("copyNotebooks() copies again what the user deleted", async () => {
    using small = miniature({ "notebooks/00-a.ipynb": "a" });
    await small.run(copy);
    await small.run(`import { rmSync } from "node:fs"; rmSync(".sightlab/notebooks/00-a.ipynb")`);
    await small.run(copy);
    assert.equal(read(small, "00-a.ipynb"), "a");
  });
});
