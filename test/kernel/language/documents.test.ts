import assert from "node:assert/strict";

import type ts from "typescript";

import { documents } from "../../../kernel/src/language/documents.ts";
import { typescript } from "../../../kernel/src/language/typescript.ts";

const { ScriptKind, ScriptSnapshot, ScriptTarget } = typescript;

describe("kernel/language documents()", () => {
  it("parses a file again only where its version is another", () => {
    const open = opener();
    const first = open("/cell.mts", "let a = 1", 1);
    assert.equal(open("/cell.mts", "let a = 1", 1), first);
    assert.equal(open("/cell.mts", "let b = 2", 2).text, "let b = 2");
  });

  it("opens any number of texts of one file: none keeps anything of those before", () => {
    const open = opener();
    // TypeScript's own registry fails at 12,304: each text calls a function of the text before.
    for (let version = 0; version < 13_000; version += 1) open("/cell.mts", "1", version);
  });

  it("parses the comments of a user's file, and not those of the library", () => {
    const open = opener();
    const comments = (name: string): number => {
      const { statements } = open(name, "/** Documented. */\ndeclare function a(): 1;", 1);
      return statements.filter((statement) => "jsDoc" in statement && statement.jsDoc !== undefined).length;
    };
    assert.equal(comments("/cell.mts"), 1);
    assert.equal(comments("/node_modules/@types/node/fs.d.ts"), 0);
  });
});

/** Opens files as a language service does. */
function opener(): (name: string, text: string, version: number) => ts.SourceFile {
  const registry = documents();
  const key = registry.getKeyForCompilationSettings({});
  const options = { languageVersion: ScriptTarget.ESNext, setExternalModuleIndicator: () => undefined };
  return (name, text, version) =>
    registry.updateDocumentWithKey(
      name,
      name as ts.Path,
      {},
      key,
      ScriptSnapshot.fromString(text),
      String(version),
      ScriptKind.TS,
      options,
    );
}
