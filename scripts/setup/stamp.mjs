// Stamps: a step is skipped when the hash of all it reads is the one it was last finished with.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { root, stamps } from "./paths.mjs";

/** SHA-256 of the contents and paths of files and whole folders (relative to the checkout); a missing one counts as missing. */
export function hashFiles(paths) {
  const hash = createHash("sha256").update(root);
  for (const path of paths) addTo(hash, path);
  return hash.digest("hex");
}

function addTo(hash, path) {
  const full = join(root, path);
  const kind = statSync(full, { throwIfNoEntry: false });
  if (kind?.isDirectory() === true) {
    for (const name of readdirSync(full).sort()) addTo(hash, `${path}/${name}`);
  } else {
    hash.update(`\0${path}\0`).update(kind === undefined ? "missing" : readFileSync(full));
  }
}

/** Whether a step was finished with this hash and still has all its outputs. */
export function isFresh(name, hash, outputs = []) {
  return readText(stampFile(name)) === hash && outputs.every((output) => existsSync(output));
}

/** Forgets a step, before it begins: half of it must never pass for the whole. */
export function clearStamp(name) {
  rmSync(stampFile(name), { force: true });
}

/** Remembers that a step was finished with this hash. */
export function writeStamp(name, hash) {
  writeWhole(stampFile(name), hash);
}

/** Writes a file by way of a temporary one beside it, so that nobody ever reads half of it. */
export function writeWhole(file, contents) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.part`;
  try {
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function stampFile(name) {
  return join(stamps, name);
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
