/** What is asked of whom: benchmarks with their items, cut to the limit, and models that tables can tell apart. */

import { type LanguageModel } from "../base/language-model.ts";
import { type Benchmark } from "./benchmark.ts";
import { type Asked } from "./collect.ts";
import { harnessSeed } from "./harness-order.ts";

/** Benchmarks, or lists of them such as `benchmarks.ethics`. */
export type BenchmarkList = readonly (Benchmark | readonly Benchmark[])[];

/**
 * Reads the data of every benchmark.
 *
 * @throws RangeError for an empty list or a bad limit; DataFormatError for bad data.
 */
export async function loadBenchmarks(
  list: BenchmarkList,
  options: { readonly limit?: number; readonly shots?: number; readonly seed?: number; readonly dataFolder?: string },
): Promise<readonly Asked[]> {
  const { limit, seed = harnessSeed, dataFolder } = options;
  const benchmarks = list.flat();
  if (benchmarks.length === 0) throw new RangeError("Cannot evaluate: expected at least one benchmark, got none");
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
    throw new RangeError(`Cannot evaluate: expected a limit of at least 1, got ${limit}`);
  }
  if (!Number.isInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot evaluate: expected a seed of at least 0, got ${seed}`);
  }
  return Promise.all(
    benchmarks.map(async (benchmark): Promise<Asked> => {
      const { shots = benchmark.shots } = options;
      const part = <I>(items: readonly I[]): { readonly items: readonly I[]; readonly limit: number | null } => ({
        items: items.slice(0, limit),
        limit: limit !== undefined && limit < items.length ? limit : null,
      });
      if (benchmark.kind === "choice") {
        const { items, file } = await benchmark.load({ folder: dataFolder, shots, seed });
        return { kind: "choice", benchmark, file, shots, seed, ...part(items) };
      }
      const { items, file } = await benchmark.load({ folder: dataFolder, shots, seed });
      return { kind: "generation", benchmark, file, shots, seed, ...part(items) };
    }),
  );
}

/**
 * Checks the models of one run.
 *
 * @throws RangeError where there is none, or two have the same name.
 */
export function checkModels(models: readonly LanguageModel[]): void {
  if (models.length === 0) throw new RangeError("Cannot evaluate: expected at least one model, got none");
  const names = models.map((model) => model.identity.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot evaluate two models named "${twice}": expected different names, which tell rows apart`,
    );
  }
}
