/** The weight files of a Hugging Face folder: one model.safetensors, or several and the index that names them. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { readSafetensors, type StoredTensor } from "./safetensors.ts";

const single = "model.safetensors";
const indexName = "model.safetensors.index.json";

/**
 * Every tensor of a checkpoint by name.
 *
 * @throws ModelFormatError naming the folder where neither file is there, the index where its weight_map is not one,
 * the shard and the tensor where a shard does not hold what the index says.
 */
export async function readCheckpointTensors(folder: string): Promise<ReadonlyMap<string, StoredTensor>> {
  try {
    return await readSafetensors(join(folder, single));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const index = join(folder, indexName);
  const weightMap = parseIndex(await readIndex(folder, index), index);
  const shards = new Map<string, ReadonlyMap<string, StoredTensor>>();
  for (const shard of new Set(weightMap.values())) shards.set(shard, await readShard(join(folder, shard), index));
  const entries = [...weightMap].map(([name, shard]): [string, StoredTensor] => {
    const stored = shards.get(shard)?.get(name);
    if (stored !== undefined) return [name, stored];
    throw new ModelFormatError(
      `Cannot read tensor "${name}" at "${join(folder, shard)}": expected it as ${indexName} says, got a file without it`,
    );
  });
  return new Map(entries);
}

async function readIndex(folder: string, index: string): Promise<string> {
  try {
    return await readFile(index, "utf8");
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ModelFormatError(
      `Cannot open checkpoint at "${folder}": expected a file ${single} or ${indexName}, got neither`,
    );
  }
}

function parseIndex(text: string, index: string): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ModelFormatError(`Cannot read "${index}": expected JSON, got ${JSON.stringify(text.slice(0, 40))}`);
  }
  const weightMap: unknown =
    typeof parsed === "object" && parsed !== null && "weight_map" in parsed && parsed.weight_map;
  if (typeof weightMap !== "object" || weightMap === null) {
    throw new ModelFormatError(
      `Cannot read field "weight_map" at "${index}": expected an object, got ${kind(weightMap)}`,
    );
  }
  return new Map(
    Object.entries(weightMap).map(([name, shard]: [string, unknown]) => {
      if (typeof shard === "string" && /^[^/\\]+\.safetensors$/.test(shard)) return [name, shard];
      throw new ModelFormatError(
        `Cannot read field "weight_map" at "${index}": expected a .safetensors file of the same folder for "${name}", got ${JSON.stringify(shard)}`,
      );
    }),
  );
}

async function readShard(file: string, index: string): Promise<ReadonlyMap<string, StoredTensor>> {
  try {
    return await readSafetensors(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ModelFormatError(`Cannot read weights at "${file}": expected the file that "${index}" names, got none`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function kind(value: unknown): string {
  return value === null ? "null" : value === false ? "nothing" : typeof value;
}
