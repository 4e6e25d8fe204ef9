/** adapter_config.json as PEFT writes it, since 0.4: what is read, what is refused, what is written. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { type ConfigFields, configFields, type Fields, parseFields } from "./config-fields.ts";
import type { LoraSettings } from "./lora.ts";

/** The file's name. */
export const adapterConfigName = "adapter_config.json";

/** Options that change what an adapter computes and are not offered; each with the value that means "off". */
const off: Readonly<Record<string, unknown>> = {
  use_dora: false,
  use_rslora: false,
  use_qalora: false,
  use_bdlora: null,
  fan_in_fan_out: false,
  lora_bias: false,
  bias: "none",
  rank_pattern: {},
  alpha_pattern: {},
  layers_to_transform: null,
  layer_replication: null,
  exclude_modules: null,
  target_parameters: null,
  trainable_token_indices: null,
  alora_invocation_tokens: null,
};

/**
 * Reads an adapter folder's settings.
 *
 * @throws ModelFormatError naming the file and the field: another kind of adapter, or an option that is not offered
 * (rank-stabilised or weight-decomposed LoRA, trained biases, ranks by layer).
 */
export async function readLoraConfig(folder: string): Promise<LoraSettings> {
  const file = join(folder, adapterConfigName);
  const value = await readObject(file);
  const fields = configFields(value, file);
  if (fields.text("peft_type") !== "LORA") throw fields.error("peft_type", '"LORA"');
  for (const [name, wanted] of Object.entries(off)) {
    if (fields.has(name) && JSON.stringify(value[name]) !== JSON.stringify(wanted)) {
      throw fields.error(name, JSON.stringify(wanted));
    }
  }
  const dropout = value.lora_dropout === 0 ? 0 : fields.positive("lora_dropout", 0);
  if (dropout >= 1) throw fields.error("lora_dropout", "a number in [0, 1)");
  const targets = typeof value.target_modules === "string" ? readPattern(fields) : readNames(fields);
  return { rank: fields.count("r", 8), alpha: fields.positive("lora_alpha", 8), dropout, targets };
}

async function readObject(file: string): Promise<Fields> {
  const text = await unlessMissing(readFile(file, "utf8"));
  if (text === null) throw new ModelFormatError(`Cannot open adapter at "${file}": expected this file, got none`);
  return parseFields(text, file);
}

function readNames(fields: ConfigFields): readonly string[] {
  const names = fields.list("target_modules").filter((name) => typeof name === "string");
  if (names.length === 0 || names.length < fields.list("target_modules").length) {
    throw fields.error("target_modules", "a list of module names, or a regular expression");
  }
  return names;
}

/** "all-linear" is PEFT's word for every matrix but the output's. */
function readPattern(fields: ConfigFields): string {
  const pattern = fields.text("target_modules");
  if (pattern === "all-linear") return String.raw`.*\.(?:[qkvo]|gate|up|down)_proj`;
  try {
    new RegExp(pattern, "u");
    return pattern;
  } catch {
    throw fields.error("target_modules", "a regular expression");
  }
}

/** What PEFT 0.4 and later read; `savedModules` are those whose whole weights are in the adapter. */
export function loraConfigJson(
  { rank, alpha, dropout, targets }: LoraSettings,
  { base, savedModules }: { readonly base: string; readonly savedModules: readonly string[] },
): object {
  return {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: dropout,
    modules_to_save: savedModules.length === 0 ? null : savedModules,
    peft_type: "LORA",
    r: rank,
    target_modules: targets,
    task_type: "CAUSAL_LM",
  };
}
