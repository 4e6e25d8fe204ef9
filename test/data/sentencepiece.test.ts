import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ModelFormatError } from "../../src/base/errors.ts";
import { readSentencePiece, sentencePieceToTokenizerJson } from "../../src/data/sentencepiece.ts";
import { createTokenizer } from "../../src/data/tokenizer.ts";
import { needRealFiles } from "../eval/real-data.ts";

const file = fileURLToPath(new URL("../golden/sentencepiece.model", import.meta.url));
const golden = JSON.parse(readFileSync(new URL("../golden/sentencepiece.json", import.meta.url), "utf8")) as {
  readonly header: { readonly implementation: string };
  readonly size: number;
  readonly cases: readonly { readonly text: string; readonly ids: readonly number[]; readonly decoded: string }[];
}; // written by sentencepiece_tokens.py

describe("data/sentencepiece, a small model", () => {
  it(`encodes and decodes as ${golden.header.implementation}`, () => {
    const model = readSentencePiece(readFileSync(file), file);
    assert.equal(model.pieces.length, golden.size);
    const { encode, decode } = createTokenizer(sentencePieceToTokenizerJson(model), file);
    for (const { text, ids, decoded } of golden.cases) {
      assert.deepEqual(encode(text), ids, JSON.stringify(text));
      assert.equal(decode(ids), decoded, JSON.stringify(text));
    }
  });

  it("reads special tokens in a text as tokens, as transformers does", () => {
    const { encode } = createTokenizer(sentencePieceToTokenizerJson(readSentencePiece(readFileSync(file), file)), file);
    assert.equal(encode("<s>")[0], 1);
    assert.equal(encode("the</s>").at(-1), 2);
  });
});

describe("data/sentencepiece", () => {
  let encode: (text: string) => readonly number[];
  let bytes: Buffer;

  before(function () {
    const file = join(needRealFiles(this, "tokenizer"), "tokenizer/llama/tokenizer.model");
    bytes = readFileSync(file);
    encode = createTokenizer(sentencePieceToTokenizerJson(readSentencePiece(bytes, file)), file).encode;
  });

  it("sentencePieceToTokenizerJson() gives LLaMA's ids for the pieces that templates turn on", () => {
    assert.deepEqual(encode("###"), [835]);
    assert.deepEqual(encode("\n###"), [29871, 13, 2277, 29937]);
    assert.deepEqual(encode(" yes"), [29871, 4874]);
    assert.deepEqual(encode("[/INST]"), [518, 29914, 25580, 29962]);
    assert.deepEqual(encode("<image>"), [529, 3027, 29958]);
    assert.deepEqual(encode("\u{1F600}é"), [29871, 243, 162, 155, 131, 29948], "bytes of what the vocabulary lacks");
  });

  it("readSentencePiece() names the file and byte of a cut-off model", () => {
    assert.throws(() => readSentencePiece(bytes.subarray(0, 1000), "cut.model"), {
      name: "ModelFormatError",
      message: /Cannot read "cut.model" at byte \d+: expected more bytes/,
    });
    assert.throws(() => readSentencePiece(new TextEncoder().encode("not a model"), "text.model"), ModelFormatError);
    assert.throws(
      () => readSentencePiece(new Uint8Array(), "empty.model"),
      /expected a SentencePiece model, got no pieces/,
    );
  });
});
