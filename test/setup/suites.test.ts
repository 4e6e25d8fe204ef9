import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { checkout, run } from "./miniature.ts";

/** Runs one test file as a suite of the real checkout and returns its counts. */
async function countsOf(source: string): Promise<{ readonly counts: unknown; readonly output: string }> {
  const folder = temporaryFolder("suite");
  const file = join(folder, "sample.test.mjs");
  writeFileSync(file, source);
  const code = `
    import { runSuite } from "./scripts/suites/run-suite.mjs";
    const counts = await runSuite({ name: "sample", minutes: 0.2, files: [${JSON.stringify(file)}] });
    console.log("COUNTS" + JSON.stringify(counts));`;
  const { output } = await run(process.execPath, ["--input-type=module", "--eval", code], { folder: checkout });
  return { counts: JSON.parse(/^COUNTS(.*)$/m.exec(output)?.[1] ?? "null"), output };
}

describe("suites/run-suite", function () {
  this.timeout(40_000);

  it("runSuite() counts what passed, failed and was skipped, with the reason", async () => {
    const { counts, output } = await countsOf(`
      describe("sample", () => {
        it("passes", () => {});
        it("fails", () => { throw new Error("as it should"); });
        it("needs what is not here", function () { this.test.title += " (skipped: no such thing)"; this.skip(); });
      });`);
    assert.deepEqual(counts, {
      passed: 1,
      failed: 1,
      skipped: ["sample needs what is not here (skipped: no such thing)"],
    });
    assert.match(output, /FAILED sample fails/);
    assert.match(output, /as it should/);
  });

  it("runSuite() counts a file that does not load as a failure", async () => {
    assert.deepEqual((await countsOf(`throw new Error("broken");`)).counts, { passed: 0, failed: 1, skipped: [] });
  });

  it("runSuite() ends a suite that does not end by itself, and counts it as a failure", async () => {
    const { counts } = await countsOf(`setInterval(() => {}, 1000); it("passes", () => {});`);
    assert.deepEqual(counts, { passed: 1, failed: 1, skipped: [] });
  });
});
