import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { skip } from "../skip.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import "./shared.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = join(root, ".venv/bin/python");

describe("kernel: conformance", function () {
  this.timeout(180_000);
  const prefix = temporaryFolder("conformance");

  it("passes jupyter_kernel_test, skipping nothing but the pager", function () {
    if (!existsSync(python)) skip(this, "needs the private Python environment");
    const install = ["kernel/dist/cli.js", "install", "--prefix", prefix, "--fallback", root];
    execFileSync(process.execPath, install, { cwd: root });
    const jupyter = {
      JUPYTER_PATH: join(prefix, "share/jupyter"),
      JUPYTER_DATA_DIR: join(prefix, "data"),
      JUPYTER_RUNTIME_DIR: join(prefix, "runtime"),
      JUPYTER_CONFIG_DIR: join(prefix, "config"),
    };
    const { status, stdout, stderr } = spawnSync(python, ["test/kernel/conformance/jupyter_kernel_test_sightlab.py"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, ...jupyter },
    });
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), "skipped: ['test_pager: No code page something']");
  });
});
