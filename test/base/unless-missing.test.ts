import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { unlessMissing } from "../../src/base/unless-missing.ts";

const here = fileURLToPath(import.meta.url);

describe("base/unless-missing", () => {
  it("unlessMissing() gives the value, null for a file that is not there, and throws everything else", async () => {
    assert.match((await unlessMissing(readFile(here, "utf8"))) ?? "", /unlessMissing/);
    assert.equal(await unlessMissing(readFile(`${here}.absent`)), null);
    await assert.rejects(unlessMissing(readFile(`${here}/inside-a-file`)), { code: "ENOTDIR" });
  });
});
