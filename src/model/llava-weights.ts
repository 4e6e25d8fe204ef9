/**
 * The tensors of a LLaVA by its parts, under the names of the graph: `model.` and `lm_head.` as in a LLaMA,
 * `vision_tower.` and `multi_modal_projector.linear_1.` and so on, whatever the checkpoint's layout calls them.
 */

import type { StoredTensor } from "../data/safetensors.ts";
import type { Tensors } from "./vision-weights.ts";

/** A LLaVA's tensors by part. */
export interface LlavaTensors {
  readonly language: Tensors;
  readonly projector: Tensors;
  /** Under the checkpoint's own names; empty where the tower has a folder of its own. */
  readonly tower: Tensors;
}

/** Sorts and renames the tensors of a checkpoint. */
export function llavaTensors(tensors: Tensors): LlavaTensors {
  const parts = {
    language: new Map<string, StoredTensor>(),
    projector: new Map<string, StoredTensor>(),
    tower: new Map<string, StoredTensor>(),
  };
  for (const [name, stored] of tensors) {
    const place = placeOf(name);
    parts[place.part].set(place.name, stored);
  }
  return parts;
}

/** The parts with other projector tensors in place of their own, as an adapter may bring them. */
export function withProjectorOf(parts: LlavaTensors, tensors: Tensors): LlavaTensors {
  return { ...parts, projector: new Map([...parts.projector, ...llavaTensors(tensors).projector]) };
}

/** The graph's name of a tensor as transformers 5's LlavaForConditionalGeneration has it, and PEFT over that. */
export function transformersName(name: string): string {
  if (name.startsWith("model.")) return name.replace("model.", "model.language_model.");
  return name.startsWith("lm_head.") ? name : `model.${name}`;
}

/** Where a tensor belongs, and its name there. */
export function placeOf(name: string): { readonly part: keyof LlavaTensors; readonly name: string } {
  const projector = projectorName(name);
  if (projector !== null) return { part: "projector", name: projector };
  if (/^(model\.)?vision_tower\./u.test(name)) return { part: "tower", name };
  // transformers 5 may write model.language_model.layers, transformers 4 language_model.model.layers.
  const language = name.replace(/^(model\.)?language_model\./u, "");
  if (language === name || /^(model|lm_head)\./u.test(language)) return { part: "language", name: language };
  return { part: "language", name: `model.${language}` };
}

/** The projector's tensors of `mm_projector.bin` and of whole checkpoints. */
function projectorName(name: string): string | null {
  const known = /(?:^|\.)multi_modal_projector\.(.+)$/u.exec(name)?.[1];
  if (known !== undefined) return `multi_modal_projector.${known}`;
  const [, rest] = /(?:^|\.)(?:mm_projector|connector\._connector)\.(.+)$/u.exec(name) ?? [];
  if (rest === undefined) return null;
  const [, place = "0", part = rest] = /^(\d+)\.(.+)$/u.exec(rest) ?? [];
  // Between two linear layers stands an activation, which has no tensors.
  return `multi_modal_projector.linear_${Number(place) / 2 + 1}.${part}`;
}
