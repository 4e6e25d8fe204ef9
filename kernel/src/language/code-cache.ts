/**
 * The compiled code of a large CommonJS module, kept between runs: V8 then neither parses nor compiles it anew. Node 22
 * has this as `module.enableCompileCache`, Node 20 has not.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** A module that was loaded. */
export interface CachedModule {
  readonly exports: unknown;
  /** Keeps the code of the functions that have run so far, where none was kept before; takes some 80 ms. */
  readonly keep: () => void;
}

/** Loads the module in the file `path`, with its code from `folder` where V8 accepts what is there. */
export function loadCached(path: string, folder: string): CachedModule {
  const source = readFileSync(path, "utf8");
  const file = join(folder, `${basename(path)}-${hash(path).toString("hex", 0, 8)}-${process.version}-${process.arch}`);
  const cachedData = readCode(file);
  const script = new Script(Module.wrap(source), { filename: path, ...(cachedData && { cachedData }) });
  const module = { exports: {} as unknown };
  const run = script.runInThisContext() as ModuleFunction; // Module.wrap made it one
  run.call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
  const isKept = cachedData !== undefined && script.cachedDataRejected === false;
  return {
    exports: module.exports,
    keep: () => {
      if (!isKept) writeCode(file, script.createCachedData());
    },
  };
}

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** V8 checks that code is of its own version and of this source, not that it is whole. */
function readCode(file: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined; // nothing is kept yet
  }
  const code = bytes.subarray(hashLength);
  return hash(code).equals(bytes.subarray(0, hashLength)) ? code : undefined;
}

function writeCode(file: string, code: Buffer): void {
  const fresh = `${file}.${String(process.pid)}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, Buffer.concat([hash(code), code]), { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    // Where nothing can be written, starts are slower.
  }
}

const hashLength = 32;

function hash(data: string | Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}
