#!/usr/bin/env node
/** The command line: `sightlab <command> ...`. Results go to stdout, everything else to stderr. */

import { runInTask } from "../base/task.ts";
import { type Command, explain, type Output, UsageError } from "./command.ts";
import { terminalProgress } from "./terminal-progress.ts";

/** Each command is a file; it is loaded only when it is called. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  eval: async () => (await import("./eval-command.ts")).evalCommand,
  requests: async () => (await import("./requests-command.ts")).requestsCommand,
  data: async () => (await import("./data-command.ts")).dataCommand,
  quickstart: async () => (await import("./quickstart-command.ts")).quickstartCommand,
};

const output: Output = {
  print: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
};

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0); // the reader of a pipe has had enough
});

process.exitCode = await main(process.argv.slice(2));

async function main([name = "help", ...args]: readonly string[]): Promise<number> {
  const stop = stopOnInterrupt();
  try {
    const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
    if (name === "help" || name === "--help") output.print(await overview());
    else if (command === undefined) throw new UsageError(`Cannot find command "${name}"\n\n${await overview()}`);
    else if (args.includes("--help")) output.print(command.usage);
    else {
      await runInTask({ signal: stop.signal, progress: terminalProgress(process.stderr) }, () =>
        command.run(args, output),
      );
    }
    return 0;
  } catch (error) {
    const { status, words } = explain(error);
    output.say(words);
    return status;
  } finally {
    stop.dispose();
  }
}

/** Ctrl-C asks the run to stop; a second Ctrl-C ends the process at once. */
function stopOnInterrupt(): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const interrupted = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort("interrupted");
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", interrupted);
    },
  };
}

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const lines = all.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
  return ["sightlab <command> [options]", "", ...lines, "", "sightlab <command> --help says more."].join("\n");
}
