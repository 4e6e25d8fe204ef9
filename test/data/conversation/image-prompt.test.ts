import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { encodeImagePrompt, withStartAndEnd } from "../../../src/data/conversation/image-prompt.ts";
import { readTokenizer, type Tokenizer } from "../../../src/data/tokenizer.ts";
import { needRealFiles } from "../../eval/real-data.ts";

interface Golden {
  readonly header: { readonly addedTokens: Readonly<Record<string, Readonly<Record<string, number>>>> };
  readonly cases: readonly {
    readonly template: string;
    readonly kind: string;
    readonly hasImage: boolean;
    readonly prompt?: string;
    readonly input_ids?: readonly number[];
  }[];
}

describe("data/conversation/image-prompt", () => {
  let tokenizer: Tokenizer;
  let folder: string;

  before(async function () {
    folder = needRealFiles(this, "tokenizer");
    tokenizer = await readTokenizer(join(folder, "tokenizer/llama"));
  });

  it("encodeImagePrompt() gives the ids of the paper's code for all 366 training prompts with pictures", () => {
    const file = join(folder, "../golden/llava_preprocess.json");
    const golden = JSON.parse(readFileSync(file, "utf8")) as Golden; // made by the released code
    let count = 0;
    for (const { template, kind, hasImage, prompt, input_ids: ids } of golden.cases) {
      if (!hasImage || prompt === undefined || ids === undefined) continue;
      const pictures = ids.filter((id) => id === -200).map((id) => [id]);
      const added = new Map(Object.entries(golden.header.addedTokens[template] ?? {}));
      const found = encodeImagePrompt(prompt, { tokenizer, startIds: tokenizer.startIds ?? [], pictures, added });
      assert.deepEqual(found, ids, `${template} ${kind}`);
      count += 1;
    }
    assert.equal(count, 366);
  });

  it("readTokenizer() knows the tokens of added_tokens.json, and the white space that they take", async () => {
    const model = mkdtempSync(join(tmpdir(), "sightlab-tokenizer-"));
    try {
      copyFileSync(join(folder, "tokenizer/llama/tokenizer.model"), join(model, "tokenizer.model"));
      const file = join(folder, "../golden/llava_preprocess.json");
      const golden = JSON.parse(readFileSync(file, "utf8")) as Golden; // made by the released code
      const added = golden.header.addedTokens.v1;
      writeFileSync(join(model, "added_tokens.json"), JSON.stringify(added));
      const whole = await readTokenizer(model);
      assert.deepEqual([whole.idOf("<im_start>"), whole.vocabularySize], [32001, 32003]);
      const wrapped = golden.cases.filter(
        ({ template, prompt = "" }) => template === "v1" && prompt.includes("<im_start><image><im_end>"),
      );
      assert.equal(wrapped.length, 108 + 2);
      for (const { prompt = "", input_ids: ids = [], kind } of wrapped) {
        // The package takes white space as JavaScript knows it, with U+FEFF; prompts with pictures take Python's.
        if (kind === "odd_whitespace") continue;
        const text = prompt.replaceAll("<im_start><image><im_end>", "<im_start><im_end>");
        assert.deepEqual(
          [1, ...whole.encode(text)],
          ids.filter((id) => id !== -200),
          kind,
        );
      }
      writeFileSync(join(model, "added_tokens.json"), '{"<im_start>": "32001"}');
      await assert.rejects(readTokenizer(model), {
        name: "ModelFormatError",
        message: /^Cannot read field "<im_start>" at ".+added_tokens.json": expected a token id >= 0, got "32001"$/,
      });
    } finally {
      rmSync(model, { recursive: true });
    }
  });

  it("encodeImagePrompt() puts a picture's ids in its place and takes further markers for text", () => {
    const letters: Tokenizer = {
      encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0)),
      decode: (ids) => String.fromCharCode(...ids),
      idOf: () => null,
      vocabularySize: 128,
    };
    const text = (found: readonly number[]): string =>
      found.map((id) => (id < 0 ? `(${id})` : String.fromCharCode(id))).join("");
    const pictures = [[-200, -201], [-202]];
    const plain = { tokenizer: letters, startIds: [94], pictures, added: new Map<string, number>() };
    assert.equal(text(encodeImagePrompt("a <image>\nb<image> <image> c", plain)), "^a (-200)(-201)\nb(-202) <image> c");
    const added = new Map([
      ["<im_start>", 91],
      ["<im_end>", 93],
    ]);
    const wrapped = withStartAndEnd("a <image>\nb<im_start><image><im_end>c");
    assert.equal(wrapped, "a <im_start><image><im_end>\nb<im_start><image><im_end>c");
    assert.equal(text(encodeImagePrompt(wrapped, { ...plain, added })), "^a[(-200)(-201)]b[(-202)]c");
  });
});
