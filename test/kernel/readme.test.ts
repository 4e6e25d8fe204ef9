import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { sharedKernel } from "./shared.ts";

const readme = readFileSync(fileURLToPath(new URL("../../kernel/README.md", import.meta.url)), "utf8");

describe("kernel: README", () => {
  it("its ten lines run as a cell and print what the page shows", async () => {
    const [, code = "", shown = ""] =
      /^```ts\n(?!\/\/ sketch)([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/m.exec(readme) ?? [];
    const { published, result, error } = await (await sharedKernel()).run(code);
    assert.equal(error, undefined, error?.traceback);
    const printed = published.filter(({ type }) => type === "stream").map(({ content }) => String(content.text));
    assert.equal(`${printed.join("")}${String(result)}\n`, shown);
  });
});
