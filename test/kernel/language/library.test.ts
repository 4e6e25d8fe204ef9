import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { library } from "../../../kernel/src/language/library.ts";
import { typescript } from "../../../kernel/src/language/typescript.ts";

const folder = dirname(typescript.getDefaultLibFilePath({}));
const entry = join(folder, "lib.es2023.d.ts");
const nodeEntry = createRequire(import.meta.url)
  .resolve("@types/node/package.json")
  .replace("package.json", "index.d.ts");

describe("kernel/language library()", () => {
  it("shows TypeScript's library as one file that has every part once, and the parts as empty", () => {
    const { text } = library(["lib.es2023.d.ts"]);
    const whole = text(entry) ?? "";
    const parts = partsOf(entry);
    assert.ok(parts.size > 50);
    for (const part of parts) {
      const own = withoutReferences(typescript.sys.readFile(part) ?? "");
      if (own !== "") assert.equal(whole.split(own).length, 2, part);
      if (part !== entry) assert.equal(text(part), "", part);
    }
    assert.doesNotMatch(whole, /^\/\/\/ <reference/m);
  });

  it("shows Node's types as one script that refers to those of its parts that are modules", () => {
    const { text } = library(["lib.es2023.d.ts"]);
    const whole = text(nodeEntry) ?? "";
    const file = typescript.createSourceFile(nodeEntry, whole, typescript.ScriptTarget.ESNext);
    assert.equal(typescript.isExternalModule(file), false);
    assert.match(whole, /^declare module "(?:node:)?fs\/promises" \{$/m);
    assert.ok(file.referencedFiles.some(({ fileName }) => fileName.endsWith("/web-globals/fetch.d.ts")));
    assert.equal(file.libReferenceDirectives.length, 0, "es2023 has them all");
  });

  it("leaves every other file as it is", () => {
    assert.equal(library([]).text("/folder/node_modules/package/index.d.ts"), undefined);
  });
});

/** What a file declares itself, without its licence. */
function withoutReferences(text: string): string {
  return text.replace(/^\/\/\/ <reference.*$|\/\*![^]*?\*\//gm, "").trim();
}

/** A library file and all it refers to. */
function partsOf(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = typescript.sys.readFile(path) ?? "";
  for (const [, name = ""] of text.matchAll(/^\/\/\/ <reference lib="([^"]+)"/gm)) {
    partsOf(join(folder, `lib.${name}.d.ts`), found);
  }
  return found;
}
