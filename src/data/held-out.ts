/** The held-out text of the language check. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { datasetsFolder } from "./manifest.ts";

/** A text that no benchmark is made of, one paragraph a line. */
export interface HeldOutText {
  readonly name: string;
  readonly content: string;
}

/** Chapters I to V of "Alice's Adventures in Wonderland" (1865, public domain), one paragraph a line, 10,735 words. */
export async function readHeldOutText(): Promise<HeldOutText> {
  const content = await readFile(join(datasetsFolder, "held-out", "sample", "alice.txt"), "utf8");
  return { name: "Alice's Adventures in Wonderland, chapters I to V, public domain", content };
}
