/** Goldens of test/golden/make/llava.py. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { EncodedImage } from "../../src/base/language-model.ts";

export const llavas = ["hf", "tiny", "paper"] as const;
export type LlavaName = (typeof llavas)[number];

interface Asked {
  readonly text: string;
  /** Numbers of pictures. */
  readonly images: readonly number[];
}

export interface LlavaGolden {
  readonly header: { readonly implementation: string };
  /** Of the vocabulary, one logit in so many is there. */
  readonly step: number;
  /** Files in base64. */
  readonly pictures: readonly string[];
  readonly prompts: readonly (Asked & { readonly length: number; readonly logits: readonly (readonly number[])[] })[];
  readonly scores: readonly {
    readonly context: string;
    readonly continuation: string;
    readonly images: readonly number[];
    readonly sumNats: number;
    readonly isGreedy: boolean;
  }[];
  readonly written: readonly (Asked & { readonly ids: readonly number[] })[];
  /** Of the mean loss of the last `targets` tokens: each tensor's norm and some of its elements, evenly spaced. */
  readonly gradients?: Asked & {
    readonly targets: number;
    readonly loss: number;
    readonly tensors: Readonly<Record<string, readonly number[]>>;
  };
}

export function llavaFolder(name: LlavaName): string {
  return fileURLToPath(new URL(`../golden/llava-${name}`, import.meta.url));
}

export function readLlavaGolden(name: LlavaName): LlavaGolden {
  return JSON.parse(readFileSync(`${llavaFolder(name)}.json`, "utf8")) as LlavaGolden; // written by llava.py
}

/** The pictures of these numbers, as files. */
export function picturesOf(
  { pictures }: Pick<LlavaGolden, "pictures">,
  numbers: readonly number[],
): readonly EncodedImage[] {
  return numbers.map((number) => Buffer.from(pictures[number] ?? "", "base64"));
}
