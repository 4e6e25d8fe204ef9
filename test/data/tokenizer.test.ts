import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { byteTokenizerJson, byteVocabularySize } from "../../src/data/byte-tokenizer.ts";
import { createTokenizer, readTokenizer } from "../../src/data/tokenizer.ts";
import { needRealFiles } from "../eval/real-data.ts";

interface Golden {
  readonly vocabularySize: number;
  readonly cases: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly decoded: string;
    readonly withoutSpecial: string;
  }[];
  readonly cuts: readonly { readonly ids: readonly number[]; readonly decoded: string }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/byte-tokenizer.json", import.meta.url), "utf8")) as Golden; // written by test/golden/make/byte_tokenizer.py

describe("data/tokenizer", () => {
  const bytes = createTokenizer(byteTokenizerJson(), "tokenizer.json");

  it("encodes as Hugging Face tokenizers does", () => {
    for (const { text, ids } of golden.cases) assert.deepEqual(bytes.encode(text), ids, JSON.stringify(text));
    assert.equal(bytes.vocabularySize, golden.vocabularySize);
    assert.equal(bytes.vocabularySize, byteVocabularySize);
  });

  it("decodes as Hugging Face tokenizers does, without cleaning up spaces", () => {
    for (const { ids, decoded, withoutSpecial } of golden.cases) {
      assert.equal(bytes.decode(ids), decoded);
      assert.equal(bytes.decode(ids, { skipSpecialTokens: true }), withoutSpecial);
    }
    for (const { ids, decoded } of golden.cuts) assert.equal(bytes.decode(ids), decoded);
    assert.equal(bytes.decode(bytes.encode("do n't . we 're")), "do n't . we 're");
  });

  it("idOf() knows special tokens", () => {
    assert.equal(bytes.idOf("</s>"), 2);
    assert.equal(bytes.idOf("no such token"), null);
  });

  it("any text comes back from the byte tokenizer", () => {
    const text = golden.cases.map((one) => one.text).join("\n");
    assert.equal(bytes.decode(bytes.encode(text)), text);
    assert.equal(bytes.encode("aé").length, 3);
  });

  it("readTokenizer() reads tokenizer.model where there is no tokenizer.json", async function () {
    const tokenizer = await readTokenizer(join(needRealFiles(this, "tokenizer"), "tokenizer/llama"));
    assert.equal(tokenizer.vocabularySize, 32000);
    assert.deepEqual(tokenizer.encode("Hello world"), [15043, 3186]);
    assert.equal(tokenizer.decode([15043, 3186]), "Hello world");
    assert.equal(tokenizer.idOf("</s>"), 2);
  });

  it("readTokenizer() names the file that is missing or cannot be read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sightlab-tokenizer-"));
    const file = join(folder, "tokenizer.json");
    const rejects = async (text: string, message: string): Promise<void> => {
      await writeFile(file, text);
      await assert.rejects(readTokenizer(folder), { name: "ModelFormatError", message });
    };
    try {
      await assert.rejects(readTokenizer(folder), {
        name: "ModelFormatError",
        message: `Cannot open tokenizer at "${folder}": expected a file tokenizer.json or tokenizer.model, got neither`,
      });
      await rejects("{", `Cannot read tokenizer at "${file}": expected a JSON object, got "{"`);
      await rejects("[]", `Cannot read tokenizer at "${file}": expected a JSON object, got "[]"`);
      await rejects("{}", `Cannot read field "model" at "${file}": expected an object with a vocab, got neither`);
      const bytes = byteTokenizerJson();
      await rejects(
        JSON.stringify({ ...bytes, model: { type: "Rune", vocab: {} } }),
        `Cannot read field "model.type" at "${file}": expected BPE, Unigram, WordPiece, got "Rune"`,
      );
      await rejects(
        JSON.stringify({ ...bytes, decoder: { type: "Rune" } }),
        `Cannot read tokenizer at "${file}": expected parts that are offered, got "Unknown Decoder type: Rune"`,
      );
      await writeFile(file, JSON.stringify(bytes));
      assert.deepEqual((await readTokenizer(folder)).encode("a"), [100]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
