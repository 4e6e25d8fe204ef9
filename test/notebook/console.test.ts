import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { jupyter } from "./jupyter.ts";

describe("jupyter console", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-console-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("greets, shows results, output and type errors, and ends with its kernel", async () => {
    const lines = ["const x: number = 6 * 7", "x", "console.log('heard', x + 1)", "const y: number = 'text'", ""];
    const { code, output } = await jupyter(["-m", "jupyter_console", "--kernel=sightlab", "--simple-prompt"], {
      folder,
      input: lines.join("\n"),
    });
    assert.equal(code, 0, output);
    assert.match(output, /TypeScript 6\.0\.3 on Node/);
    assert.match(output, /Out\[2\]: 42/);
    assert.match(output, /heard 43/);
    assert.match(output, /TS2322: Type 'string' is not assignable to type 'number'/);
    assert.match(output, /Shutting down kernel/);
  });
});
