// npm packages: installed again when what lies in node_modules is not what package-lock.json says.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

import { logFile, run, runOrExplain } from "./child.mjs";
import { root, state } from "./paths.mjs";
import { explain, SetupProblem } from "./problem.mjs";
import { step } from "./say.mjs";

const options = [
  ...["--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=http"],
  ...["--fetch-retries=3", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=4000"],
];

/** Installs the npm packages unless all are there. */
export async function installNpmPackages() {
  if (packagesProblem() === undefined) return;
  await step("Installing npm packages", async (show) => {
    const { command, first } = await findNpm();
    const doing = "installing npm packages";
    const output = await runOrExplain(command, [...first, "ci", ...options], {
      ...{ doing, log: "npm" },
      giveUp: /ENOSPC/, // npm would go on for minutes and end well
      env: npmEnvironment(),
      onLine: (line) => show(basename(line.split(" (")[0])),
    });
    const problem = packagesProblem();
    if (problem !== undefined) throw explain({ doing, output: `${output}\n${problem}`, log: logFile("npm") });
  });
}

/** What is wrong with node_modules, in words; undefined when every package of the lock file is there in its version. */
export function packagesProblem() {
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return "node_modules is missing or half finished";
  for (const [path, wanted] of Object.entries(readPackages(join(root, "package-lock.json")) ?? {})) {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) continue;
    const found = installed[path];
    if (found === undefined && (wanted.optional === true || wanted.devOptional === true)) continue;
    if (found?.version !== wanted.version || !existsSync(join(root, path, "package.json")))
      return `${path} is missing or of another version`;
  }
  return undefined;
}

function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** The npm that started us, or the one in PATH. */
async function findNpm() {
  const own = process.env.npm_execpath;
  if (own !== undefined && basename(own) === "npm-cli.js" && existsSync(own))
    return { command: process.execPath, first: [own] };
  const { code } = await run("npm", ["--version"], { log: "npm-version" });
  if (code !== 0)
    throw new SetupProblem("npm was not found: install Node.js with npm from nodejs.org and run the command again");
  return { command: "npm", first: [] };
}

/** Downloads use the cache that you already have; where there is none, one in the checkout, so that the home folder stays as it is. */
function npmEnvironment() {
  const cache = process.env.npm_config_cache ?? join(homedir(), ".npm");
  const hasCache = existsSync(join(cache, "_cacache"));
  return { ...process.env, NODE_ENV: "development", npm_config_cache: hasCache ? cache : join(state, "cache", "npm") };
}
