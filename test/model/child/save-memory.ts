/** Saves or merges in a process of its own and prints the memory it took: `node --import tsx save-memory.ts <json>`. */

import { mergeAdapter } from "../../../src/model/merge-adapter.ts";
import { saveCheckpoint } from "../../../src/model/save-checkpoint.ts";
import { memoryFigures } from "../../../src/runtime/memory.ts";

interface Setting {
  readonly from: string;
  readonly to: string;
  /** Null: nothing is merged. */
  readonly adapter: string | null;
}

const { from, to, adapter } = JSON.parse(process.argv[2] ?? "{}") as Setting; // written by the test
const before = memoryFigures().processBytes;
if (adapter === null) await saveCheckpoint(to, { from, changed: new Map() });
else await mergeAdapter(to, { base: from, adapter });
console.log(memoryFigures().peakBytes - before);
