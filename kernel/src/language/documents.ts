/** Parsed files, each kept until its text changes. */

import type ts from "typescript";

import { isLibraryFile } from "./library.ts";
import { typescript } from "./typescript.ts";

/**
 * The documents of one language service. TypeScript's own registry serves many services at once; with it, finding the
 * files of a program takes as long as checking a cell, and each text of a cell keeps a function of every text before it
 * (`createSourceFile` wraps the `setExternalModuleIndicator` of the file it replaces).
 */
export function documents(): ts.DocumentRegistry {
  const files = new Map<string, { readonly version: string; readonly file: ts.SourceFile }>();
  const open: ts.DocumentRegistry["acquireDocumentWithKey"] = (
    name,
    path,
    _host,
    _key,
    text,
    version,
    kind,
    options,
  ) => {
    const known = files.get(path);
    if (known?.version === version) return known.file;
    const file = typescript.createLanguageServiceSourceFile(name, text, parsing(name, options), version, false, kind);
    files.set(path, { version, file });
    return file;
  };
  return {
    acquireDocumentWithKey: open,
    updateDocumentWithKey: open,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only the shorter of its signatures is
    releaseDocumentWithKey: (path: ts.Path): void => {
      files.delete(path);
    },
    getKeyForCompilationSettings: () => "" as ts.DocumentRegistryBucketKey, // the options never change
    reportStats: () => "",
    // A language service has the keys, and calls none of these.
    acquireDocument: withoutKey,
    updateDocument: withoutKey,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only the shorter of its signatures is
    releaseDocument: withoutKey,
  };
}

/** How a file is parsed; the comments of the library, most of its text, are left to documentation.ts. */
function parsing(
  name: string,
  options: ts.CreateSourceFileOptions | ts.ScriptTarget | undefined,
): ts.CreateSourceFileOptions {
  const { ParseAll, ParseNone } = typescript.JSDocParsingMode;
  const given = typeof options === "object" ? options : { languageVersion: options ?? typescript.ScriptTarget.Latest };
  return { ...given, jsDocParsingMode: isLibraryFile(name) ? ParseNone : ParseAll };
}

function withoutKey(): never {
  throw new TypeError("Cannot look a document up: expected its key");
}
