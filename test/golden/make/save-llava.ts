/** Saves the golden LLaVA checkpoints as our code does: node --import tsx test/golden/make/save-llava.ts <folder> */

import { join } from "node:path";

import { saveCheckpoint } from "../../../src/model/save-checkpoint.ts";
import { llavaFolder, llavas } from "../../model/llava-golden.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("expected a folder");
for (const name of llavas) await saveCheckpoint(join(folder, name), { from: llavaFolder(name), changed: new Map() });
