// Working copies of the notebooks and of their tsconfig.json: running one never changes a tracked file, and an edited copy is never overwritten.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root, stamps, workingNotebooks } from "./paths.mjs";
import { say } from "./say.mjs";
import { writeWhole } from "./stamp.mjs";

const recordFile = join(stamps, "notebooks.json");

/**
 * Brings the working copies up to date and returns the name of the first. A copy is replaced only while it is as we wrote
 * it; beside an edited copy the new version is put as `name.new.ipynb`, with a line that says so.
 */
export function copyNotebooks({ from = join(root, "notebooks"), to = workingNotebooks, record = recordFile } = {}) {
  const written = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
  mkdirSync(to, { recursive: true });
  const names = existsSync(from)
    ? readdirSync(from)
        .filter((name) => name.endsWith(".ipynb") || name === "tsconfig.json")
        .sort()
    : [];
  for (const name of names) {
    const source = readFileSync(join(from, name));
    const hash = hashOf(source);
    const copy = join(to, name);
    if (written[name]?.version === hash && existsSync(copy)) continue;
    const isEdited =
      existsSync(copy) && hashOf(readFileSync(copy)) !== written[name]?.version && hashOf(readFileSync(copy)) !== hash;
    if (isEdited && written[name]?.offered === hash) continue;
    written[name] = isEdited ? offerBeside({ to, name, source, hash, written }) : keep({ copy, source, hash });
  }
  writeWhole(record, JSON.stringify(written, null, 2));
  return names[0];
}

function keep({ copy, source, hash }) {
  writeWhole(copy, source);
  return { version: hash };
}

function offerBeside({ to, name, source, hash, written }) {
  const beside = name.replace(/\.[a-z]+$/, ".new$&");
  writeWhole(join(to, beside), source);
  say(`${name} has a new version: your copy is as you left it, the new one lies beside it as ${beside}`);
  return { ...written[name], offered: hash };
}

function hashOf(contents) {
  return createHash("sha256").update(contents).digest("hex");
}
