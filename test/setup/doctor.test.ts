import assert from "node:assert/strict";

import { miniature, run } from "./miniature.ts";

describe("doctor", function () {
  this.timeout(60_000);

  it("tells the state of every part where nothing is set up, with what to do and without a stack trace", async () => {
    using small = miniature({ "package.json": "{}", "package-lock.json": `{ "packages": {} }` });
    const { code, output } = await run(process.execPath, ["scripts/run.mjs", "doctor"], { folder: small.folder });
    assert.equal(code, 0, output);
    for (const part of [
      "Node.js",
      "npm packages",
      "Python environment",
      "JupyterLab",
      "kernel",
      "ONNX Runtime",
      "memory",
      "disk",
      "data",
    ]) {
      assert.match(output, new RegExp(`^(ok|note|MISSING) +${part.replace(".", "\\.")} `, "m"));
    }
    assert.match(output, /^MISSING +Python environment +\.venv is missing\n +-> npm start$/m);
    assert.match(output, /^\d+ missing: what to do is said beside each\.$/m);
    assert.doesNotMatch(output, /^\s+at .*:\d+:\d+/m);
  });
});
