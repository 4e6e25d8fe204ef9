/**
 * The declarations that every cell has, few files instead of 120: a program is made for each cell, and what it costs
 * follows the number of its files. TypeScript's library and Node's types are shown with the scripts they refer to
 * written out in their place, those scripts themselves as empty.
 */

import { dirname, join } from "node:path";

import { typescript } from "./typescript.ts";

/** Texts of declaration files that are shown otherwise than they stand on disk. */
export interface Library {
  /** What TypeScript is shown for `path`; undefined where that is the file itself. */
  readonly text: (path: string) => string | undefined;
}

const folder = dirname(typescript.getDefaultLibFilePath({}));

/** The library's entries name the files that are its parts, and so does the entry of Node's types. */
const nodeEntry = /\/node_modules\/@types\/node\/(?:ts[\d.]+\/)?index\.d\.ts$/;

/** True for the files of TypeScript and of Node's types: their comments are only read where somebody asks for them. */
export function isLibraryFile(path: string): boolean {
  return path.startsWith(folder) || /\/node_modules\/(?:@types\/node|undici-types)\//.test(path);
}

/** The library of a notebook whose option `lib` names `entries`, files of TypeScript's library. */
export function library(entries: readonly string[]): Library {
  const texts = new Map<string, string>();
  const writeOut = (path: string): WrittenOut => {
    texts.set(path, ""); // whoever refers to it again finds it written out already
    const heads: string[] = [];
    const parts: string[] = [];
    const own = (typescript.sys.readFile(path) ?? "").replace(reference, (_, kind: string, name: string) => {
      const target = kind === "lib" ? join(folder, `lib.${name}.d.ts`) : join(dirname(path), name);
      if (texts.has(target)) return "";
      if (isModule(target)) heads.push(`/// <reference path="${target}" />`);
      else {
        const inner = writeOut(target);
        heads.push(...inner.heads);
        parts.push(inner.text);
      }
      return "";
    });
    return { heads, text: [...parts, own].join("\n") };
  };
  const open = (path: string): string => {
    const { heads, text } = writeOut(path);
    const whole = [...heads, text].join("\n");
    texts.set(path, whole);
    return whole;
  };
  for (const entry of entries) open(join(folder, entry));
  return {
    text: (path) => texts.get(path) ?? (dirname(path) === folder || nodeEntry.test(path) ? open(path) : undefined),
  };
}

/** A file with its references in their place; `heads` are those that have to stay references. */
interface WrittenOut {
  readonly heads: readonly string[];
  readonly text: string;
}

const reference = /^\/\/\/ <reference (lib|path)="([^"]+)"[^>]*\/>.*$/gm;

/** The names of a module are its own; a part that is one has to stay a file. */
function isModule(path: string): boolean {
  return /^(?:import|export)\b/m.test(typescript.sys.readFile(path) ?? "");
}
