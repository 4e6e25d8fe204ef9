/** Files that appear whole or not at all. */

import { open, rename, rm } from "node:fs/promises";

type Chunk = Uint8Array | string;

/** Writes chunks as they come to a new file beside `file` and renames it; on an error nothing is left behind. */
export async function replaceFile(file: string, chunks: Iterable<Chunk> | AsyncIterable<Chunk>): Promise<void> {
  const unfinished = `${file}.${process.pid}.partial`;
  try {
    const handle = await open(unfinished, "w");
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
