/** The two small random checkpoints of the first notebook: the same for everybody. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { writeRandomCheckpoint } from "./random-checkpoint.ts";

const seeds = { "quickstart-a": 1, "quickstart-b": 2 } as const;

/**
 * Writes `<folder>/quickstart-a` and `<folder>/quickstart-b`, at most 2 MB each, and gives their paths. A checkpoint
 * that is there stays as it is, unless `replace` is set.
 */
export async function writeQuickstartCheckpoints(
  folder: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<readonly [string, string]> {
  const write = async (name: keyof typeof seeds): Promise<string> => {
    const path = join(folder, name);
    // config.json is the last file that is written: where it is, the checkpoint is whole.
    if (replace || !existsSync(join(path, "config.json"))) await writeRandomCheckpoint(path, { seed: seeds[name] });
    return path;
  };
  return [await write("quickstart-a"), await write("quickstart-b")];
}
