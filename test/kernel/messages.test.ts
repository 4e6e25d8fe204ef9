import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../kernel/src/messages/", import.meta.url));

describe("kernel: messages", () => {
  it("each has a file that begins with a link to its section of the specification", () => {
    const sections = new Set<string>();
    for (const name of readdirSync(folder).filter((file) => file !== "published.ts")) {
      const text = readFileSync(folder + name, "utf8");
      const section =
        /^\/\*\*[^/]*?\n \*\n \* https:\/\/jupyter-client\.readthedocs\.io\/en\/stable\/messaging\.html#(\S+)\n \*\//.exec(
          text,
        )?.[1];
      assert.ok(section, name);
      sections.add(section);
    }
    assert.equal(sections.size, 20, "and no two share a section");
  });
});
