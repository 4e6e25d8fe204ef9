// What generators are given besides packages: a checkpoint of ours, the data folder, a checkout of a public repository.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { root, state } from "../setup/paths.mjs";
import { trainAdapters } from "./trained-adapters.mjs";
import { trainLlavas } from "./trained-llavas.mjs";

/** Something that this machine does not have, so that a golden cannot be made here. */
export class Unavailable extends Error {}

const golden = join(root, "test", "golden");

/** Folders that the built library writes. */
const checkpoints = {
  "random-0": (library, folder) => library.writeRandomCheckpoint(folder, { seed: 0 }),
  quickstart: (library, folder) => library.writeQuickstartCheckpoints(folder),
  "saved-llava": async (library, folder) => {
    for (const name of ["hf", "tiny", "paper"]) {
      const from = join(golden, `llava-${name}`);
      await library.saveCheckpoint(join(folder, name), { from, changed: new Map() });
    }
  },
  "trained-adapters": (library, folder) => trainAdapters(folder, { library, golden }),
  "trained-llava": (library, folder) => trainLlavas(folder, { library, golden }),
};

/** A word of a recipe as the generator is given it; words in braces stand for inputs. */
export async function argumentOf(word, scratch) {
  const [, name, rest] = /^\{([^}]+)\}(.*)$/.exec(word) ?? [];
  if (name === undefined) return word;
  if (name === "data") return dataFolder() + rest;
  if (name in checkpoints) return (await checkpoint(name, scratch)) + rest;
  return checkoutOf(name) + rest;
}

/** Throws where a program is not on the path. */
export function expectProgram(program) {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
  } catch {
    throw new Unavailable(`needs the program ${program}`);
  }
}

function dataFolder() {
  const folder = process.env.SIGHTLAB_DATA || join(root, "..", "shared", "data");
  if (!existsSync(folder)) throw new Unavailable("needs SIGHTLAB_DATA, a folder laid out like ../shared/data");
  return folder;
}

async function checkpoint(name, scratch) {
  const index = join(root, "dist", "index.js");
  if (!existsSync(index)) throw new Unavailable("needs the built library (npm run build)");
  const library = await import(pathToFileURL(index).href);
  const folder = join(scratch, name);
  await checkpoints[name](library, folder);
  return folder;
}

/** A checkout of `owner/name@commit`, from the folder SIGHTLAB_SOURCES or cloned from GitHub and kept. */
function checkoutOf(reference) {
  const [repository, commit] = reference.split("@");
  const given = process.env.SIGHTLAB_SOURCES;
  const kept = join(given || join(state, "goldens", "sources"), repository.replace("/", "+"));
  if (existsSync(kept)) return kept;
  const partial = `${kept}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const git = (...words) => execFileSync("git", words, { stdio: "ignore", timeout: 300_000 });
    git("clone", "--quiet", `https://github.com/${repository}`, partial);
    if (commit !== undefined) git("-C", partial, "checkout", "--quiet", commit);
  } catch {
    rmSync(partial, { recursive: true, force: true });
    throw new Unavailable(`needs a clone of github.com/${reference} (in SIGHTLAB_SOURCES, or a network)`);
  }
  renameSync(partial, kept);
  return kept;
}
