import assert from "node:assert/strict";

import { miniature } from "./miniature.ts";

const problemOf = async (version: string): Promise<string> => {
  using small = miniature();
  const code = `import { nodeProblem } from "./scripts/setup/node-version.mjs"; console.log(nodeProblem("${version}"))`;
  return (await small.run(code)).output.trim();
};

describe("setup/node-version", () => {
  it("nodeProblem() says in a sentence what to do about an old Node", async () => {
    assert.match(await problemOf("18.20.4"), /^Sightlab needs Node\.js 20\.19 or newer and this is 18\.20\.4: install/);
    assert.match(await problemOf("20.18.3"), /20\.18\.3/);
  });

  it("nodeProblem() accepts the oldest supported Node and newer ones", async () => {
    for (const version of ["20.19.0", "20.20.2", "22.0.0", "24.11.1"]) {
      assert.equal(await problemOf(version), "undefined");
    }
  });

  it("what runs before the check is in syntax that an old Node reads", async () => {
    using small = miniature();
    const code = `
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      const { parse } = createRequire(${JSON.stringify(import.meta.url)})("acorn");
      for (const file of ["run.mjs", "setup/node-version.mjs"]) {
        parse(readFileSync("scripts/" + file, "utf8"), { ecmaVersion: 2020, sourceType: "module" });
      }`;
    const { code: exit, output } = await small.run(code);
    assert.equal(exit, 0, output);
  });
});
