import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { KernelClient } from "./client.ts";
import "./shared.ts";

describe("kernel: the user's tsconfig.json", function () {
  this.timeout(60_000);
  const folder = temporaryFolder("tsconfig");
  let kernel: KernelClient;

  before(async () => {
    mkdirSync(join(folder, "deep"));
    mkdirSync(join(folder, "lib"));
    mkdirSync(join(folder, "own/own-types"), { recursive: true });
    writeFileSync(join(folder, "own/own-types/index.d.ts"), "interface OwnType { own: true }");
    writeFileSync(join(folder, "lib/named.ts"), "export const named: number = 5;");
    const compilerOptions = {
      strictNullChecks: false,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      lib: ["es2023", "esnext.disposable", "dom"],
      types: ["node", "own-types"],
      typeRoots: ["./own", "./node_modules/@types"],
      isolatedDeclarations: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      module: "commonjs",
      noEmit: true,
      paths: { "#named": ["./lib/named.ts"] },
    };
    // Comments and trailing commas are allowed in it.
    const text = `// comment\n${JSON.stringify({ compilerOptions }).replace(/}}$/, ",},}")}`;
    writeFileSync(join(folder, "tsconfig.json"), text);
    kernel = await KernelClient.start({ cwd: join(folder, "deep"), env: { JUPYTER_DATA_DIR: folder } });
  });

  after(async () => {
    await kernel.close();
  });

  it("is honoured for strictness, from the nearest folder above", async () => {
    const { result, error } = await kernel.run("const nothing: string = null; nothing === null");
    assert.equal(result, "true", error?.traceback);
  });

  it("is honoured for paths, when checking and when running", async () => {
    const { result, error } = await kernel.run(`import { named } from "#named"; named + 1`);
    assert.equal(result, "6", error?.traceback);
  });

  it("is honoured for lib and types", async () => {
    const { error } = await kernel.run("const element: HTMLElement | OwnType | undefined = undefined; element");
    assert.equal(error, undefined, error?.traceback);
    assert.match((await kernel.run("[1].toSortedNever")).error?.evalue ?? "", /^TS2339/);
    assert.match((await kernel.run("new Set([1]).union(new Set([2]))")).error?.evalue ?? "", /^TS2550/);
  });

  it("does not reach what cells need: enums, unused names, modules, emit", async () => {
    const { result, error } = await kernel.run(
      `import { join, type ParsedPath } from "node:path"; enum Colour { Red } const unused = (a: number) => a; Colour.Red`,
    );
    assert.equal(result, "0", error?.traceback);
  });
});
