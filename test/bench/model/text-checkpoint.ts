/** The checkpoint of the parts that read text: M with 32,000 tokens, random weights, LLaMA's own tokenizer. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../../../src/base/replace-file.ts";
import { byteTokenizerJson } from "../../../src/data/byte-tokenizer.ts";
import { locateDataset } from "../../../src/data/dataset.ts";
import { readSentencePiece, sentencePieceToTokenizerJson } from "../../../src/data/sentencepiece.ts";
import { benchCheckpoint, type BenchSize, benchSizes } from "./checkpoint.ts";

/** Folder of the checkpoint; both sides read the same tokenizer.json, made of LLaMA's tokenizer.model. */
export async function textCheckpoint(): Promise<string> {
  const { M } = benchSizes;
  if (M === undefined) throw new RangeError("Cannot bench text: expected a size M");
  const folder = await benchCheckpoint({ ...M, vocabularySize: 32_000 } satisfies BenchSize);
  if (!existsSync(join(folder, "tokenizer.json"))) {
    await replaceFile(join(folder, "tokenizer.json"), [JSON.stringify(await tokenizerJson())]);
    const settings = { tokenizer_class: "PreTrainedTokenizerFast", clean_up_tokenization_spaces: false };
    const tokens = { unk_token: "<unk>", bos_token: "<s>", eos_token: "</s>", pad_token: "<unk>" };
    await replaceFile(join(folder, "tokenizer_config.json"), [JSON.stringify({ ...settings, ...tokens })]);
  }
  return folder;
}

async function tokenizerJson(): Promise<object> {
  const file = join(tokenizerFolder(), "llama", "tokenizer.model");
  if (existsSync(file)) return sentencePieceToTokenizerJson(readSentencePiece(await readFile(file), file));
  console.log(`  no ${file}: every byte is a token, so texts are longer`);
  return byteTokenizerJson();
}

function tokenizerFolder(): string {
  try {
    return locateDataset("tokenizer").folder;
  } catch {
    return "nowhere";
  }
}
