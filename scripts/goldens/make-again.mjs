// Runs a golden's generator in a scratch copy of test/golden.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { argumentOf, expectProgram } from "./inputs.mjs";
import { pythonWith } from "./python.mjs";

const longestMinutes = 20;

/** Runs a recipe with `scratch` as the repository's root. */
export async function makeAgain({ script, arguments: given = [], packages, prints, needs }, scratch) {
  if (needs !== undefined) expectProgram(needs);
  const parameters = [];
  for (const word of given) parameters.push(await argumentOf(word, scratch));
  const python = await pythonWith(packages);
  const file = join("test", "golden", "make", script);
  const { stdout } = await promisify(execFile)(python, [file, ...parameters], {
    cwd: scratch,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", HF_HUB_OFFLINE: "1", TRANSFORMERS_VERBOSITY: "error" },
    maxBuffer: 2 ** 28,
    timeout: longestMinutes * 60_000,
  }).catch((error) => {
    throw new Error(
      `${script} failed: ${String(error.stderr || error.message)
        .trim()
        .split("\n")
        .at(-1)}`,
    );
  });
  if (prints !== undefined) writeFileSync(join(scratch, "test", "golden", prints), stdout);
}
