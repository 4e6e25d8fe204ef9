/** A checkpoint's tensors as values of a graph: mapped where they lie, checked against what the model expects. */

import { realpathSync } from "node:fs";

import { ModelFormatError } from "../base/errors.ts";
import { formatShape, sameShape, type StaticShape } from "../base/shape.ts";
import type { StoredTensor } from "../data/safetensors.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** Gives a model its parameter of this name and shape, f32. A checkpoint maps it; training makes it an input. */
export type Weights = (graph: GraphBuilder, name: string, shape: StaticShape) => Value;

/** Weights that stay in their files. */
export interface MappedWeights {
  readonly weights: Weights;
  /**
   * Throws where the checkpoint has a tensor that the model did not use; names matching `ignored` are let pass.
   *
   * @throws ModelFormatError naming the tensor and its file.
   */
  readonly expectAllUsed: (ignored: RegExp) => void;
}

/**
 * Weights over a checkpoint's tensors, by the names that the graph asks for; errors say the names in the file. f16 and
 * bf16 are cast to f32 when the session is made.
 *
 * The function throws ModelFormatError naming tensor and file where one is missing, or has not the shape or a kind of
 * element that config.json asks for.
 */
export function mappedWeights(tensors: ReadonlyMap<string, StoredTensor>, folder: string): MappedWeights {
  const used = new Map<string, Value>();
  const locations = new Map<string, string>();
  const weights: Weights = (graph, name, shape) => {
    const known = used.get(name);
    if (known !== undefined) return known;
    const stored = tensors.get(name);
    if (stored === undefined) {
      throw new ModelFormatError(
        `Cannot read tensor "${name}" at "${folder}": expected ${formatShape(shape)} as config.json says, got a checkpoint without it`,
      );
    }
    checkStored(stored, shape);
    const { dtype, offset, length, file } = stored;
    const location = locations.get(file) ?? locationOf(file);
    locations.set(file, location);
    const mapped = graph.weight(name, { dtype, shape }, { location, offset, length });
    const value = dtype === "f32" ? mapped : graph.op("Cast", [mapped], { to: "f32" });
    used.set(name, value);
    return value;
  };
  return {
    weights,
    expectAllUsed: (ignored) => {
      for (const [key, { name, file }] of tensors) {
        if (used.has(key) || ignored.test(key)) continue;
        throw new ModelFormatError(
          `Cannot use tensor "${name}" at "${file}": expected only tensors that config.json asks for, got one more`,
        );
      }
    },
  };
}

function checkStored({ name, file, dtype, shape: found }: StoredTensor, shape: StaticShape): void {
  const where = `Cannot read tensor "${name}" at "${file}"`;
  if (dtype !== "f32" && dtype !== "f16" && dtype !== "bf16") {
    throw new ModelFormatError(`${where}: expected f32, f16 or bf16, got ${dtype}`);
  }
  if (!sameShape(found, shape)) {
    throw new ModelFormatError(
      `${where}: expected ${formatShape(shape)} as config.json says, got ${formatShape(found)}`,
    );
  }
}

/** Sessions take locations relative to "/": the real path, as symlinks may lead out of the folder, without its slash. */
function locationOf(file: string): string {
  return realpathSync(file).replace(/^\/+/, "");
}
