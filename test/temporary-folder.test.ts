import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

describe("temporaryFolder()", () => {
  for (const [how, end] of Object.entries({ ends: "", fails: "throw new Error('as it should')" })) {
    it(`is gone when its process ${how}`, () => {
      const code = `import { temporaryFolder } from "./test/temporary-folder.ts";
        import { writeFileSync } from "node:fs";
        const folder = temporaryFolder("gone");
        writeFileSync(folder + "/file", "kept as long as the process");
        console.log(folder);
        ${end}`;
      const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
        encoding: "utf8",
      });
      const folder = stdout.trim();
      assert.match(folder, /sightlab-gone-\w{6}$/);
      assert.ok(!existsSync(folder));
    });
  }
});
