/** Opens a checkpoint as a model: config.json decides what it is. */

import { basename, resolve } from "node:path";

import type { GenerateFunction, LanguageModel, LoglikelihoodFunction, StreamFunction } from "../base/language-model.ts";
import { currentTask } from "../base/task.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { readTokenizer, type Tokenizer } from "../data/tokenizer.ts";
import { memoryFigures, type MemoryFigures } from "../runtime/memory.ts";
import type { SessionFigures } from "../runtime/session.ts";
import { type AdapterChoice, withAdapter } from "./adapter.ts";
import { type AttentionFunction, attentionOf, type MapParts } from "./attention-map.ts";
import { chatOf, type ChatTemplate, readChatTemplate } from "./chat-template.ts";
import { readEndTokens } from "./end-tokens.ts";
import { fingerprintOfAll } from "./fingerprint.ts";
import { emptyPrefix, rowLogits, sequenceFrequencies } from "./forward.ts";
import { generateOf, streamOf } from "./generate.ts";
import { locateCheckpoint } from "./hub.ts";
import { llamaGraph } from "./llama.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { type LlavaOptions, type OpenedLlava, readCheckpoint } from "./llava.ts";
import { pictureEncoder } from "./llava-prompt.ts";
import { type ModelSession, openModelSession } from "./open-session.ts";
import { loglikelihoodOf } from "./score.ts";
import {
  noImageFeatures,
  type PictureEncoder,
  sightedGenerate,
  sightedLoglikelihood,
  withImageFeatures,
} from "./sighted.ts";
import { mappedWeights } from "./weights.ts";

/** How a model is found and opened, and what tables call it. */
export interface OpenOptions extends LlavaOptions {
  /** Name in tables. Default: the folder's name, or that of the model on the hub. */
  readonly name?: string;
  /** Family that groups a base with its variants. Default: `name`. */
  readonly base?: string;
  /** Default "base". */
  readonly variant?: string;
  /** A PEFT adapter's folder, or that and whether LLaVA's non_lora_trainables.bin is used too. Default: none. */
  readonly adapter?: string | AdapterChoice;
}

/** A model in memory. Dispose it to give its memory back. */
export interface OpenedModel extends LanguageModel, Disposable {
  readonly config: LlamaConfig;
  readonly tokenizer: Tokenizer;
  readonly loglikelihood: LoglikelihoodFunction;
  readonly generate: GenerateFunction;
  readonly stream: StreamFunction;
  /** What one head looks at in a text; see `attentionOf`. */
  readonly attention: AttentionFunction;
  /** Why it runs on `device`, in words. */
  readonly deviceReason: string;
  /** Runs and their time so far, and the memory of process and machine now. */
  readonly figures: () => SessionFigures & MemoryFigures;
  /**
   * Logits f32[B,T,V] after each token of B sequences; shorter sequences are padded on the right to the longest, T, and
   * what stands at their padding means nothing.
   *
   * @throws RangeError where there is no sequence, one is empty or longer than the context, or an id is not in the
   * vocabulary.
   */
  readonly logits: (ids: readonly (readonly number[])[]) => Promise<Tensor<"f32">>;
}

/**
 * Opens a LLaMA-family model (LLaMA, Qwen2), or a LLaVA of one with its eyes (`seesImages`; layouts in llava-config.ts): a
 * Hugging Face folder (config.json, .safetensors, tokenizer.json), an entry of Hugging Face's cache, or the name of a model
 * on the hub (`org/name`), which is downloaded into that cache. The weights stay in their files and are mapped.
 *
 * @throws RangeError with the figures where it cannot fit the free memory.
 * @throws Error where the hub does not have it or cannot be reached.
 * @throws ModelFormatError naming the file and the field or tensor that is missing or wrong.
 * @throws DeviceError where the device is not there.
 */
export async function open(path: string, options: OpenOptions = {}): Promise<OpenedModel> {
  const folder = await locateCheckpoint(path, options);
  const { llava, grow, tokenizerFolder, folders, ...base } = await readCheckpoint(folder, options);
  const { config, tensors, lora } = await withAdapter(base, options.adapter);
  const { weights, expectAllUsed } = mappedWeights(tensors, folder);
  const graph = llamaGraph(config, grow(weights), lora);
  // Old checkpoints carry the rotation's frequencies; a tied one may carry its output matrix once more.
  expectAllUsed(config.tieWordEmbeddings ? /rotary_emb\.inv_freq$|^lm_head\.weight$/ : /rotary_emb\.inv_freq$/);
  // The session is made in another thread; the text's side is read meanwhile.
  const [opened, texts] = await together(openModelSession(graph, folder, options), async () => {
    const tokenizer = await readTokenizer(tokenizerFolder);
    const template = await readChatTemplate(folder);
    const endTokenIds = await readEndTokens(folder);
    const encode = llava === null ? null : encoderOf(llava, { config, tokenizer, folder });
    return { tokenizer, template, endTokenIds, encode };
  });
  const session =
    llava === null ? opened.session : withImageFeatures(opened.session, noImageFeatures(config.hiddenSize));
  const mapParts = (): MapParts => ({
    config: { ...config, seesImages: false },
    weights: grow(mappedWeights(tensors, folder).weights),
    lora,
    tokenizer: texts.tokenizer,
  });
  const parts = { ...opened, ...texts, session, folder, folders, config, llava, mapParts };
  return openedModel(parts, { ...options, name: options.name ?? basename(resolve(path)) });
}

/** A session in the making and what is read at the same time; no session is left open where that fails. */
async function together<Read>(
  making: Promise<ModelSession>,
  read: () => Promise<Read>,
): Promise<readonly [ModelSession, Read]> {
  const [opened, found] = await Promise.allSettled([making, read()]);
  if (opened.status === "rejected") throw opened.reason;
  if (found.status === "fulfilled") return [opened.value, found.value];
  opened.value.session.dispose();
  throw found.reason;
}

interface Parts extends ModelSession {
  readonly folder: string;
  readonly config: LlamaConfig;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | null;
  readonly endTokenIds: readonly number[] | undefined;
  readonly llava: OpenedLlava | null;
  readonly folders: readonly string[];
  readonly encode: PictureEncoder | null;
  readonly mapParts: () => MapParts;
}

function encoderOf(
  { config: { placeholder } }: OpenedLlava,
  { config, tokenizer, folder }: Pick<Parts, "config" | "tokenizer" | "folder">,
): PictureEncoder {
  return pictureEncoder({ tokenizer, placeholder, vocabularySize: config.vocabularySize, folder });
}

function openedModel(parts: Parts, options: OpenOptions & { readonly name: string }): OpenedModel {
  const { session, config, tokenizer } = parts;
  const { generate, ...asking } = askingOf(parts);
  const { name, base = name, variant = "base" } = options;
  return {
    identity: { name, base, variant },
    contextLength: config.contextLength,
    device: session.device,
    deviceReason: parts.deviceReason,
    figures: () => ({ ...session.figures, ...memoryFigures() }),
    config,
    tokenizer,
    ...asking,
    generate,
    stream: streamOf(generate),
    ...(parts.template !== null && { chat: chatOf(parts.template, generate) }),
    countTokens: (text) => tokenizer.encode(text).length,
    fingerprint: (memory) => fingerprintOfAll([...foldersOf(parts.folder, options.adapter), ...parts.folders], memory),
    attention: attentionOf(parts.mapParts),
    logits: (ids) => allLogits(parts, ids),
    [Symbol.dispose]: () => {
      session.dispose();
      parts.llava?.dispose();
    },
  };
}

/** What a model can be asked, with pictures where it has eyes. */
function askingOf(parts: Parts): Pick<OpenedModel, "loglikelihood" | "generate" | "seesImages"> {
  const { llava, encode } = parts;
  if (llava === null || encode === null) {
    return { loglikelihood: loglikelihoodOf(parts), generate: generateOf(parts) };
  }
  const sighted = { ...parts, encode, openEyes: llava.openEyes };
  return { loglikelihood: sightedLoglikelihood(sighted), generate: sightedGenerate(sighted), seesImages: true };
}

/** The folders that the answers depend on. */
function foldersOf(folder: string, adapter: OpenOptions["adapter"]): readonly string[] {
  if (adapter === undefined) return [folder];
  return [folder, resolve(typeof adapter === "string" ? adapter : adapter.path)];
}

async function allLogits({ session, config }: Parts, ids: readonly (readonly number[])[]): Promise<Tensor<"f32">> {
  checkIds(ids, config);
  const T = Math.max(...ids.map((sequence) => sequence.length));
  const rows = ids.flatMap((_, sequence) =>
    Array.from({ length: T }, (_, position) => ({ sequence, position, targets: [] })),
  );
  const { signal } = currentTask();
  const frequencies = sequenceFrequencies(
    config,
    ids.map((sequence) => sequence.length),
  );
  const forward = { sequences: ids, prefix: emptyPrefix(config), rows, frequencies, signal };
  const logits = await rowLogits(session, forward);
  return tensor("f32", [ids.length, T, config.vocabularySize], logits.data);
}

function checkIds(ids: readonly (readonly number[])[], { contextLength, vocabularySize }: LlamaConfig): void {
  const fail = (expected: string, found: string): RangeError =>
    new RangeError(`Cannot compute logits: expected ${expected}, got ${found}`);
  if (ids.length === 0) throw fail("at least one sequence", "none");
  for (const sequence of ids) {
    if (sequence.length === 0 || sequence.length > contextLength) {
      throw fail(`sequences of 1 to ${contextLength} ids`, `${sequence.length}`);
    }
    const wrong = sequence.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
    if (wrong !== undefined) throw fail(`ids in [0, ${vocabularySize})`, `${wrong}`);
  }
}
