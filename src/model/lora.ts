/**
 * LoRA as graph: beside a frozen product x W^T a trained one of low rank, alpha/r B(A x).
 *
 * Source: Hu et al. 2021, section 4.1; peft@0.21.2 tuners/lora/layer.py (dropout acts on the adapter's input alone).
 */

import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Weights } from "./weights.ts";

/** What an adapter is, without its weights. */
export interface LoraSettings {
  /** r: width of the product in between. */
  readonly rank: number;
  /** The adapter's product is multiplied by alpha / rank. */
  readonly alpha: number;
  /** Fraction of the adapter's inputs that training sets to zero. */
  readonly dropout: number;
  /** Names of the adapted modules, or the ends of them after a dot; a text is a regular expression over whole names. */
  readonly targets: readonly string[] | string;
}

/** The paper's adapters: every matrix of the decoder but the output's. */
export const loraDefaults: LoraSettings = {
  rank: 64,
  alpha: 16,
  dropout: 0.05,
  targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
};

/** Adapters for a decoder's graph. */
export interface Lora {
  readonly settings: Pick<LoraSettings, "rank" | "alpha" | "dropout">;
  /** True where a module's matrix has an adapter. */
  readonly adapts: (module: string) => boolean;
  /** Sets a fraction `dropout` of an adapter's inputs [N,in] to zero; training gives it, inference does not. */
  readonly drop?: (graph: GraphBuilder, x: Value, module: string) => Value;
}

/** True where the settings name a module, by PEFT's rules. */
export function isAdapted({ targets }: Pick<LoraSettings, "targets">, module: string): boolean {
  if (typeof targets === "string") return new RegExp(`^(?:${targets})$`, "u").test(module);
  return targets.some((target) => module === target || module.endsWith(`.${target}`));
}

/** Names of an adapter's two matrices, A [r,in] and B [out,r]. */
export function loraNames(module: string): { readonly a: string; readonly b: string } {
  return { a: `${module}.lora_A.weight`, b: `${module}.lora_B.weight` };
}

/** One adapted matrix. */
export interface LoraProduct {
  readonly module: string;
  readonly lora: Lora;
  readonly weights: Weights;
  /** What the adapter's product is added to, [N,out]. */
  readonly sum: Value;
  /** Multiplies the adapter's product besides alpha / rank. */
  readonly scale: number;
}

/** sum + scale alpha/r (x A^T) B^T for x [N,in]. */
export function addLora(graph: GraphBuilder, x: Value, { module, lora, weights, sum, scale }: LoraProduct): Value {
  const { rank, alpha, dropout } = lora.settings;
  const names = loraNames(module);
  const a = weights(graph, names.a, [rank, Number(x.shape[1])]);
  const b = weights(graph, names.b, [Number(sum.shape[1]), rank]);
  const input = lora.drop?.(graph, x, module) ?? x;
  const kept = lora.drop === undefined ? 1 : 1 - dropout; // what is left is scaled, so that the mean stays
  const low = graph.op("Gemm", [input, a], { transB: true }); // [N, r]
  const product = graph.op("Gemm", [low, b], { transB: true, alpha: (scale * alpha) / rank / kept });
  return graph.op("Add", [sum, product]); // faster than as the addend of a Gemm, which one thread copies
}
