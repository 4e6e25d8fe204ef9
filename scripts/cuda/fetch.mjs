// Fetches CUDA's libraries with pip, wheel after wheel, into a folder that gets its name when all are there.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { SetupProblem } from "../setup/problem.mjs";
import { makePythonEnvironment, pipInstall } from "../setup/python-environment.mjs";
import { say, step } from "../setup/say.mjs";
import { writeWhole } from "../setup/stamp.mjs";
import { cudaFolder, cudaHome, cudaPackages } from "./packages.mjs";

const recordName = "packages.json";
const mostTries = 3;

/** Fetches what is not there yet; wheels that an earlier try has brought are kept. */
export async function fetchCuda() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupProblem(
      `CUDA needs Linux on x86-64, and this is ${process.platform} on ${process.arch}: models run on the processor here`,
    );
  }
  const packages = cudaPackages();
  const isWhole = (folder) => packages.every((one) => has(folder, one));
  if (isWhole(cudaFolder())) return;
  await makePythonEnvironment({ tests: false });
  const unfinished = join(cudaHome, "unfinished");
  for (const one of packages) if (!has(unfinished, one)) await fetchPatiently(one, unfinished);
  rmSync(cudaFolder(), { recursive: true, force: true });
  renameSync(unfinished, cudaFolder());
  dropOthers();
}

/** Whether a folder has a wheel's libraries, in its version. */
function has(folder, { requirement, files }) {
  return recordOf(folder).includes(requirement) && files.every((name) => existsSync(join(folder, name)));
}

function recordOf(folder) {
  const file = join(folder, recordName);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** Large downloads break off: what the network did is tried again, a full disk is not. */
async function fetchPatiently(one, folder) {
  for (let tries = 1; ; tries++) {
    try {
      return await step(`Fetching ${one.requirement} (${one.megabytes} MB)`, (show) => fetchOne(one, folder, show));
    } catch (error) {
      const isPassing = error instanceof SetupProblem && /^(No network|A step failed)/.test(error.message);
      if (!isPassing || tries === mostTries) throw error;
      say(`Try ${tries} of ${mostTries} failed`);
    }
  }
}

async function fetchOne({ requirement, megabytes, folder: inside, files }, folder, show) {
  const scratch = join(cudaHome, "scratch");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(join(scratch, "temporary"), { recursive: true });
  let come = 0;
  const watch = setInterval(() => {
    come = Math.max(come, megabytesOfWheels(scratch));
    show(come < megabytes ? `${come} of ${megabytes} MB` : "unpacking");
  }, 500);
  try {
    // Its version says which wheel is meant; only libraries that no Python loads are taken from it.
    const where = ["--target", join(scratch, "packages"), "--python-version", "3.11", "--no-compile", "--no-cache-dir"];
    await pipInstall([...where, requirement], {
      doing: "fetching CUDA",
      log: "cuda",
      env: { TMPDIR: join(scratch, "temporary") },
    });
    mkdirSync(folder, { recursive: true });
    for (const name of files) renameSync(join(scratch, "packages", inside, name), join(folder, name));
    const others = recordOf(folder).filter((known) => nameOf(known) !== nameOf(requirement));
    writeWhole(join(folder, recordName), JSON.stringify([...others, requirement]));
  } finally {
    clearInterval(watch);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function nameOf(requirement) {
  return requirement.split("==")[0];
}

/** How much of a wheel has come: pip writes it under its own name, and removes it once it is unpacked. */
function megabytesOfWheels(folder) {
  const wheels = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".whl"));
  const sizes = wheels.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

/** Providers of other versions of ONNX Runtime can no longer be loaded. */
function dropOthers() {
  for (const name of readdirSync(cudaHome)) {
    const path = join(cudaHome, name);
    if (path !== cudaFolder()) rmSync(path, { recursive: true, force: true });
  }
}
