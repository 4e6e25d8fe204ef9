import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { lineTask } from "../../../kernel/src/cells/progress-line.ts";

const event = { id: "a", label: "Adding", completed: 0, total: 4, unit: "numbers", state: "running" } as const;

describe("kernel/cells/progress-line", () => {
  it("rewrites one line on a terminal, and leaves one line behind", () => {
    const written: string[] = [];
    const { progress } = lineTask({ isTTY: true, columns: 40, write: (text) => written.push(text) });
    progress({ ...event, label: "Add\u001b[2J\ning" });
    progress({ ...event, completed: 2 });
    progress({ ...event, id: "b", label: "Inner", completed: 1, state: "done" });
    progress({ ...event, completed: 4, state: "done" });
    assert.match(written[0] ?? "", /^\r\u001b\[2KAdd \[2J ing: 0\/4 numbers, 0\.0 s/);
    assert.ok(written.every((text) => text.length <= 39 + "\r\u001b[2K".length || text.endsWith("\n")));
    assert.match(written.at(-1) ?? "", /^\r\u001b\[2KAdding: 4\/4 numbers, done after 0\.0 s\n$/);
    assert.equal(written.filter((text) => text.endsWith("\n")).length, 1);
  });

  it("progress() of the package writes to stderr outside a notebook, and nothing to stdout", () => {
    const entry = fileURLToPath(new URL("../../../kernel/dist/index.js", import.meta.url));
    const code = `import { progress } from ${JSON.stringify(entry)};
      for (const n of progress([1, 2], { label: "Outer" })) for (const m of progress([1])) console.log(n + m);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    assert.equal(stdout, "2\n3\n");
    assert.match(stderr, /^Outer: 2\/2 steps, done after 0\.\d s\n$/);
  });
});
