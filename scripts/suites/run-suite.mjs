// Runs one suite in its own Mocha and counts what it did.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runShown } from "../setup/child.mjs";
import { packageCommand, root } from "../setup/paths.mjs";
import { say } from "../setup/say.mjs";
import { findChromium } from "./suites.mjs";

const reporter = join(root, "scripts", "suites", "reporter.mjs");

/** Runs a suite and resolves to { passed, failed, skipped }, where skipped lists the titles (a title says why). */
export async function runSuite({ name, minutes, files, needsChromium = false }) {
  const chromium = findChromium();
  if (needsChromium && chromium === undefined) {
    const why = `${name}: Chromium was not found (Debian: sudo apt install chromium; or set CHROMIUM to its path)`;
    say(`  skipped ${why}`);
    return { passed: 0, failed: 0, skipped: [why] };
  }
  const folder = mkdtempSync(join(tmpdir(), "sightlab-test-"));
  try {
    const counts = join(folder, "counts.json");
    const env = { ...process.env, TZ: "UTC", CHROMIUM: chromium ?? "", SIGHTLAB_TEST_COUNTS: counts };
    const code = await runShown(process.execPath, [packageCommand("mocha"), "--reporter", reporter, ...files], {
      env,
      limitMs: minutes * 60_000,
    });
    return countsOf(counts, { name, code });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Mocha that failed must show as a failure even where no test did (a file that does not load, a suite that does not end). */
function countsOf(file, { name, code }) {
  const counts = readCounts(file);
  if (code === 0 || counts.failed > 0) return counts;
  say(`  FAILED ${name}: Mocha ended with code ${code}, though no test failed`);
  return { ...counts, failed: 1 };
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}
