/**
 * Chat templates: how a model writes down a conversation, as tokenizer_config.json, chat_template.jinja or
 * chat_template.json says.
 *
 * Source: transformers@5.23.0 utils/chat_template_utils.py and tokenization_utils_base.py (apply_chat_template).
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as jinja from "@huggingface/jinja";

import type { ChatFunction, ChatMessage, GenerateFunction } from "../base/language-model.ts";
import { ModelFormatError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { type Fields, parseFields } from "./config-fields.ts";

/** Writes a conversation down, up to where the assistant's next turn begins. */
export type ChatTemplate = (messages: readonly ChatMessage[]) => string;

/** What is used of the package. Its own declarations import without extensions, which nodenext does not resolve. */
const { Template } = jinja as unknown as {
  readonly Template: new (source: string) => { readonly render: (values: object) => string };
};

/**
 * The chat template of a folder; null where it has none.
 *
 * @throws ModelFormatError naming the file whose template cannot be read.
 */
export async function readChatTemplate(folder: string): Promise<ChatTemplate | null> {
  const settings = await readSettings(join(folder, "tokenizer_config.json"));
  const found = await findTemplate(folder, settings);
  if (found === null) return null;
  const { text, file } = found;
  const tokens = Object.fromEntries(
    ["bos_token", "eos_token", "unk_token", "pad_token"].map((name) => [name, tokenText(settings, name)]),
  );
  const run = <T>(act: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ModelFormatError(`Cannot ${act} chat template at "${file}": ${reason}`, { cause: error });
    }
  };
  const template = run("read", () => new Template(text));
  return (messages) => run("apply", () => template.render({ ...tokens, messages, add_generation_prompt: true }));
}

/** The `chat` of a model: its template before `generate`. */
export function chatOf(template: ChatTemplate, generate: GenerateFunction): ChatFunction {
  return async (conversations, request, options) => {
    const requests = conversations.map((messages, index) => {
      if (messages.length === 0) {
        throw new RangeError(`Cannot continue conversation ${index}: expected at least one message, got none`);
      }
      return { ...request, context: template(messages) };
    });
    return await generate(requests, options);
  };
}

interface Found {
  readonly text: string;
  readonly file: string;
}

async function findTemplate(folder: string, settings: Settings | null): Promise<Found | null> {
  const file = join(folder, "chat_template.jinja");
  const text = await unlessMissing(readFile(file, "utf8"));
  if (text !== null) return { text, file };
  for (const found of [await readSettings(join(folder, "chat_template.json")), settings]) {
    const template = found?.fields.chat_template ?? null;
    if (found !== null && template !== null) return { text: templateOf(template, found.file), file: found.file };
  }
  return null;
}

/** One template, or several by name. */
function templateOf(field: unknown, file: string): string {
  if (typeof field === "string") return field;
  const named = Array.isArray(field) ? field.filter(isNamed).find(({ name }) => name === "default") : undefined;
  if (named !== undefined) return named.template;
  throw new ModelFormatError(
    `Cannot read field "chat_template" at "${file}": expected a template, or a list of them with one named "default"`,
  );
}

function isNamed(entry: unknown): entry is { readonly name: string; readonly template: string } {
  if (typeof entry !== "object" || entry === null || !("template" in entry)) return false;
  return typeof entry.template === "string" && "name" in entry && typeof entry.name === "string";
}

/** A special token stands as text, or as an object with its content. */
function tokenText(settings: Settings | null, name: string): string {
  const found = settings?.fields[name];
  const text = typeof found === "object" && found !== null && "content" in found ? found.content : found;
  return typeof text === "string" ? text : "";
}

interface Settings {
  readonly file: string;
  readonly fields: Fields;
}

/** A file with a JSON object; null where there is none. */
async function readSettings(file: string): Promise<Settings | null> {
  const text = await unlessMissing(readFile(file, "utf8"));
  return text === null ? null : { file, fields: parseFields(text, file) };
}
