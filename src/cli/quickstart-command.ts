/** `sightlab quickstart`: the two small random checkpoints that the first notebook opens. */

import { parseArgs } from "node:util";

import { writeQuickstartCheckpoints } from "../model/quickstart-checkpoints.ts";
import { type Command, UsageError } from "./command.ts";

/** Writes them anew; a second call writes the same bytes. */
export const quickstartCommand: Command = {
  name: "quickstart",
  summary: "write two small random checkpoints for the first notebook",
  usage: [
    "sightlab quickstart <folder>",
    "",
    "Writes <folder>/quickstart-a and <folder>/quickstart-b: untrained, from fixed seeds, at most 2 MB each.",
  ].join("\n"),
  async run(args, { say }) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) {
      throw new UsageError("Cannot write the checkpoints: expected one folder");
    }
    for (const path of await writeQuickstartCheckpoints(folder, { replace: true })) say(`Wrote ${path}`);
  },
};
