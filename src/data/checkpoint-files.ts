/**
 * The weight files of a Hugging Face folder: model.safetensors or pytorch_model.bin, or several of a kind and the index
 * that names them.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { elementCount } from "../base/shape.ts";
import { dtypeBytes } from "../base/dtype.ts";
import { readSafetensors, type StoredTensor } from "./safetensors.ts";
import { readTorchCheckpoint } from "./torch-checkpoint.ts";

type Tensors = ReadonlyMap<string, StoredTensor>;

/** A kind of weight file; safetensors come first where both are there, as in transformers. */
interface WeightFormat {
  readonly single: string;
  readonly index: string;
  readonly extension: string;
  readonly read: (file: string) => Promise<Tensors>;
}

const formats: readonly WeightFormat[] = [
  {
    single: "model.safetensors",
    index: "model.safetensors.index.json",
    extension: ".safetensors",
    read: readSafetensors,
  },
  { single: "pytorch_model.bin", index: "pytorch_model.bin.index.json", extension: ".bin", read: readTorchTensors },
];

/**
 * Every tensor of a checkpoint by name.
 *
 * @throws ModelFormatError naming the folder where no weight file is there, the index where its weight_map is not one,
 * the shard and the tensor where a shard does not hold what the index says.
 */
export async function readCheckpointTensors(folder: string): Promise<Tensors> {
  for (const format of formats) {
    const whole = await unlessMissing(format.read(join(folder, format.single)));
    if (whole !== null) return whole;
    const index = await unlessMissing(readFile(join(folder, format.index), "utf8"));
    if (index !== null) return await readShards(folder, { format, index });
  }
  const names = formats.flatMap(({ single, index }) => [single, index]).join(", ");
  throw new ModelFormatError(`Cannot open checkpoint at "${folder}": expected one of ${names}, got none`);
}

async function readShards(
  folder: string,
  { format, index: text }: { readonly format: WeightFormat; readonly index: string },
): Promise<Tensors> {
  const index = join(folder, format.index);
  const weightMap = parseIndex(text, { index, extension: format.extension });
  const shards = new Map<string, Tensors>();
  for (const shard of new Set(weightMap.values())) {
    const tensors = await unlessMissing(format.read(join(folder, shard)));
    if (tensors === null) {
      throw new ModelFormatError(
        `Cannot read weights at "${join(folder, shard)}": expected the file that "${index}" names, got none`,
      );
    }
    shards.set(shard, tensors);
  }
  const entries = [...weightMap].map(([name, shard]): [string, StoredTensor] => {
    const stored = shards.get(shard)?.get(name);
    if (stored !== undefined) return [name, stored];
    throw new ModelFormatError(
      `Cannot read tensor "${name}" at "${join(folder, shard)}": expected it as ${format.index} says, got a file without it`,
    );
  });
  return new Map(entries);
}

/**
 * The tensors of a PyTorch file that can be mapped: row by row, without gaps.
 *
 * @throws ModelFormatError naming the file and the tensor.
 */
export async function readTorchTensors(file: string): Promise<Tensors> {
  const { tensors } = await readTorchCheckpoint(file);
  return new Map(
    [...tensors].map(([name, { dtype, shape, offset, isContiguous }]) => {
      if (!isContiguous) {
        throw new ModelFormatError(`Cannot map tensor "${name}" at "${file}": expected rows without gaps, got strides`);
      }
      return [name, { name, dtype, shape, file, offset, length: elementCount(shape) * dtypeBytes[dtype] }];
    }),
  );
}

function parseIndex(
  text: string,
  { index, extension }: { readonly index: string; readonly extension: string },
): ReadonlyMap<string, string> {
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
      if (typeof shard === "string" && !/[/\\]/.test(shard) && shard.endsWith(extension)) return [name, shard];
      throw new ModelFormatError(
        `Cannot read field "weight_map" at "${index}": expected a ${extension} file of the same folder for "${name}", got ${JSON.stringify(shard)}`,
      );
    }),
  );
}

function kind(value: unknown): string {
  return value === null ? "null" : value === false ? "nothing" : typeof value;
}
