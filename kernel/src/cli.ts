#!/usr/bin/env node
/** The package's command: installs, removes and checks the kernelspec. */

import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import { frontEndProblems, jupyterDataFolders } from "./front-ends.ts";
import { checkKernelspec, installKernelspec, type KernelspecPlace, uninstallKernelspec } from "./kernelspec.ts";

const usage = `Usage: sightlab-kernel <install|uninstall|check> (--user | --sys-prefix [<folder>] | --prefix <folder>)

  --user                   the user's own Jupyter data folder
  --sys-prefix [<folder>]  a Python environment; without a folder that of the python3 that is found first
  --prefix <folder>        any other prefix, for example /usr/local
  --fallback <folder>      package whose copy, and whose dependencies, cells import where the notebook's folder has none
`;

interface Command {
  readonly action: "install" | "uninstall" | "check";
  readonly place: KernelspecPlace;
  readonly fallback: string | undefined;
}

const isAction = (word: string | undefined): word is Command["action"] =>
  word === "install" || word === "uninstall" || word === "check";

function readCommand(argv: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: withPythonPrefix(argv),
    allowPositionals: true,
    options: {
      user: { type: "boolean" },
      "sys-prefix": { type: "string" },
      prefix: { type: "string" },
      fallback: { type: "string" },
    },
  });
  const [action, ...rest] = positionals;
  const places: KernelspecPlace[] = [values.prefix, values["sys-prefix"]].flatMap((prefix) =>
    prefix === undefined ? [] : [{ prefix }],
  );
  if (values.user) places.push({ user: true });
  const [place] = places;
  if (!isAction(action) || rest.length > 0 || place === undefined || places.length > 1) throw new TypeError(usage);
  return { action, place, fallback: values.fallback };
}

/** `--sys-prefix` without a folder means what Python itself says, as in other kernels' commands. */
function withPythonPrefix(argv: readonly string[]): string[] {
  return argv.flatMap((word, place) => {
    const next = argv[place + 1];
    const isBare = word === "--sys-prefix" && (next === undefined || next.startsWith("-"));
    return isBare
      ? [word, execFileSync("python3", ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" }).trim()]
      : [word];
  });
}

async function run({ action, place, fallback }: Command): Promise<string> {
  switch (action) {
    case "install":
      return `Installed the kernelspec in ${await installKernelspec(place, { fallback })}${await advice(place)}`;
    case "uninstall":
      return (await uninstallKernelspec(place)) ? "Removed the kernelspec" : "There was no kernelspec";
    case "check": {
      const { folder, problems } = await checkKernelspec(place);
      if (problems.length > 0) throw new Error(problems.join("\n"));
      return `The kernelspec in ${folder} is in order${await advice(place)}`;
    }
  }
}

/** What the user is told beside that: the kernel works, but widgets would stay blank. */
async function advice(place: KernelspecPlace): Promise<string> {
  const folders = await jupyterDataFolders(place);
  const problems =
    folders === undefined
      ? ["There is no jupyter on the search path: pip install jupyterlab"]
      : frontEndProblems(folders);
  return problems.map((problem) => `\nNote: ${problem}`).join("");
}

try {
  process.stdout.write(`${await run(readCommand(process.argv.slice(2)))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
