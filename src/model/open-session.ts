/** The session of a model: on which device, with weights held how, and never one that cannot fit. */

import type { StaticShape } from "../base/shape.ts";
import { emit } from "../graph/emit.ts";
import type { Graph } from "../graph/graph.ts";
import type { CudaOptions } from "../runtime/cuda.ts";
import type { DeviceRequest } from "../runtime/device.ts";
import { memoryFigures, predictWeightMemory } from "../runtime/memory.ts";
import { createSession, type Session } from "../runtime/session.ts";

/** Where and how a model runs. */
export interface ModelDevice {
  /** Default "auto": CUDA where its provider is given and works, else the CPU. */
  readonly device?: DeviceRequest;
  /** Where the CUDA provider is. Default for the device "cuda": what `npm run cuda` fetched. */
  readonly cuda?: CudaOptions;
  /**
   * Copy f32 weights into the order that products read fastest (CPU). Default: where the copy fits the free memory; else, and
   * with false, they stay mapped.
   */
  readonly prepack?: boolean;
  /** Memory that may be taken, in bytes. Default: what the machine has free. */
  readonly availableBytes?: number;
}

/** A session, and in words why it runs where it does. */
export interface ModelSession {
  readonly session: Session;
  readonly deviceReason: string;
}

/**
 * Makes the session of a graph whose weights are in files; `folder` is named in errors.
 *
 * @throws RangeError with the figures where its weights cannot fit the free memory; nothing has been loaded then.
 * @throws as `createSession`.
 */
export async function openModelSession(graph: Graph, folder: string, options: ModelDevice): Promise<ModelSession> {
  const { device = "auto", cuda } = options;
  const plan =
    device === "cuda" || (cuda !== undefined && device === "auto")
      ? { prepack: options.prepack ?? true, why: "" }
      : planMemory(graph, folder, options);
  const session = await createSession(emit(graph), {
    device,
    prepack: plan.prepack,
    largePages: plan.prepack && predictWeightMemory(copiedWeights(graph)).heldBytes >= leastLargeBytes,
    ...(cuda !== undefined && { cuda }),
  });
  return { session, deviceReason: session.deviceReason + plan.why };
}

/** Copies of weights below this stay in the processor's caches, whatever their pages. */
const leastLargeBytes = 2 ** 25;

function planMemory(
  graph: Graph,
  folder: string,
  { prepack, availableBytes = memoryFigures().availableBytes }: ModelDevice,
): { readonly prepack: boolean; readonly why: string } {
  const weights = copiedWeights(graph);
  const needed = (copies: boolean): number => predictWeightMemory(weights, { prepack: copies }).loadingBytes;
  const [copied, mapped] = [needed(true), needed(false)];
  if (prepack !== false && copied <= availableBytes) return { prepack: true, why: "" };
  if (prepack !== true && mapped <= availableBytes) {
    const why = `; weights stay mapped, as copies that products read faster take ${gigabytes(copied)} and ${gigabytes(availableBytes)} are free`;
    return { prepack: false, why: prepack === undefined ? why : "" };
  }
  const isHalf = weights.some(({ dtype }) => dtype === "f16" || dtype === "bf16");
  const reason = isHalf ? " (its 16-bit weights become f32 on the CPU)" : "";
  const least = prepack === true ? copied : mapped;
  throw new RangeError(
    `Cannot open model at "${folder}": expected ${gigabytes(least)} of free memory${reason}, got ${gigabytes(availableBytes)}`,
  );
}

type CopiedWeight = Parameters<typeof predictWeightMemory>[0][number];

/** Weights that a session copies on the CPU: those of 16 bits, and f32 ones that products read. */
function copiedWeights({ initializers, nodes }: Graph): readonly CopiedWeight[] {
  const read = new Set(
    nodes.flatMap(({ op, inputs }) => (op === "Gemm" || op === "MatMul" ? inputs.map(({ name }) => name) : [])),
  );
  return initializers.flatMap(({ value: { name, dtype, shape }, source }): CopiedWeight[] => {
    if (source.kind !== "external" || (dtype === "f32" && !read.has(name))) return [];
    return [{ dtype, shape: shape as StaticShape }]; // weights have no named sizes
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0)} GB`;
}
