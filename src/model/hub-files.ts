/** Which files of a repository make up a model, and whether a folder has them. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Small files that say what the model is. */
const settings =
  /^((generation_|tokenizer_|adapter_|preprocessor_|processor_)?config|tokenizer|special_tokens_map|added_tokens|chat_template)\.json$|^tokenizer\.model$|^chat_template\.jinja$/;

/** Weights in several forms, the best first; one form is enough. */
const forms = [
  { single: "model.safetensors", index: "model.safetensors.index.json", shard: /^model-[\d-]+of-\d+\.safetensors$/ },
  { single: "pytorch_model.bin", index: "pytorch_model.bin.index.json", shard: /^pytorch_model-[\d-]+of-\d+\.bin$/ },
] as const;

/** Weights that come besides or instead: adapters, projectors. */
const besides = [
  ["adapter_model.safetensors", "adapter_model.bin"],
  ["non_lora_trainables.bin"],
  ["mm_projector.bin"],
] as const;

/** The files to bring, the small ones first. Names with folders are left out. */
export function chooseFiles(files: readonly string[]): readonly string[] {
  const names = new Set(files.filter((name) => /^[\w.-]+$/.test(name) && !name.startsWith(".")));
  const form = forms.find(({ single, index }) => names.has(single) || names.has(index));
  const weights = [...names].filter((name) => {
    if (form === undefined) return false;
    return names.has(form.single) ? name === form.single : name === form.index || form.shard.test(name);
  });
  const more = besides.flatMap((choices) => choices.find((name) => names.has(name)) ?? []);
  return [...[...names].filter((name) => settings.test(name)).sort(), ...weights.sort(), ...more];
}

/** What a folder lacks to be a whole model, in words; null where it lacks nothing. */
export async function missingFiles(folder: string): Promise<string | null> {
  const names = new Set(await readdir(folder));
  if (names.has("adapter_config.json")) return chooseFiles([...names]).some(isAdapter) ? null : "an adapter's weights";
  if (!names.has("config.json")) return "config.json";
  if (!names.has("tokenizer.json") && !names.has("tokenizer.model")) return "a tokenizer";
  const form = forms.find(({ single, index }) => names.has(single) || names.has(index));
  if (form === undefined) return "weights";
  if (names.has(form.single)) return null;
  const wanted = shardsOf(await readFile(join(folder, form.index), "utf8"));
  return wanted.find((shard) => !names.has(shard)) ?? null;
}

function isAdapter(name: string): boolean {
  return name.startsWith("adapter_model.");
}

/** The files that an index names; none where it cannot be read, which opening it will say. */
function shardsOf(text: string): readonly string[] {
  try {
    const { weight_map: map } = JSON.parse(text) as { readonly weight_map?: object | null };
    return [...new Set(Object.values(map ?? {}).map(String))];
  } catch {
    return [];
  }
}
