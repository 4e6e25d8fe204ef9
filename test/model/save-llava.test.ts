import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tensor } from "../../src/base/tensor.ts";
import { readTokenizer } from "../../src/data/tokenizer.ts";
import { parseKeepingFloats, stringifyKeepingFloats } from "../../src/model/json-floats.ts";
import { tokenizerWithPictures } from "../../src/model/llava-tokenizer.ts";
import { readConfig } from "../../src/model/config-fields.ts";
import { readLlavaConfig } from "../../src/model/llava-config.ts";
import { open } from "../../src/model/open.ts";
import { saveCheckpoint } from "../../src/model/save-checkpoint.ts";
import { llavaFolder, llavas, picturesOf, readLlavaGolden } from "./llava-golden.ts";

interface Golden {
  readonly header: { readonly implementation: string };
  readonly checkpoints: Readonly<
    Record<
      string,
      {
        readonly worstLogit: number;
        readonly missing: readonly string[];
        readonly unexpected: readonly string[];
        readonly sha256: Readonly<Record<string, string>>;
      }
    >
  >;
}

const golden = JSON.parse(readFileSync(new URL("../golden/llava-saved.json", import.meta.url), "utf8")) as Golden; // llava_saved.py

describe("model/save-llava", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightlab-llava-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of llavas) {
    it(`saveCheckpoint() writes the files of ${name} that ${golden.header.implementation} opened with the same logits`, async () => {
      const checked = golden.checkpoints[name];
      assert.ok(checked !== undefined && checked.worstLogit < 1e-5);
      assert.deepEqual([checked.missing, checked.unexpected], [[], []]);
      await saveCheckpoint(folder, { from: llavaFolder(name), changed: new Map() });
      const written = readdirSync(folder).map((file) => [
        file,
        createHash("sha256")
          .update(readFileSync(join(folder, file)))
          .digest("hex"),
      ]);
      assert.deepEqual(Object.fromEntries(written), checked.sha256);
    });

    it(`what was saved of ${name} opens with the same scores`, async () => {
      await saveCheckpoint(folder, { from: llavaFolder(name), changed: new Map() });
      const { scores, ...pictures } = readLlavaGolden(name);
      using model = await open(folder, { resizing: "pillow-13" });
      const found = await model.loglikelihood(
        scores.map(({ images, ...texts }) => ({ ...texts, images: picturesOf(pictures, images) })),
      );
      found.forEach((score, i) => {
        assert.ok(Math.abs(score.sumNats - (scores[i]?.sumNats ?? NaN)) < 1e-4, `request ${i}`);
      });
    });
  }

  it("saveCheckpoint() writes changed tensors of projector and decoder by the names of the graph", async () => {
    const bias = tensor("f32", [24], new Float32Array(24).fill(3));
    const changed = new Map([
      ["multi_modal_projector.linear_1.bias", bias],
      ["model.norm.weight", tensor("f32", [24], new Float32Array(24).fill(2))],
    ]);
    const request = { context: "<image>", continuation: "a", images: picturesOf(readLlavaGolden("paper"), [0]) };
    const score = async (path: string): Promise<number> => {
      using model = await open(path);
      const [found] = await model.loglikelihood([request]);
      return found?.sumNats ?? NaN;
    };
    await saveCheckpoint(join(folder, "same"), { from: llavaFolder("paper"), changed: new Map() });
    await saveCheckpoint(join(folder, "other"), { from: llavaFolder("paper"), changed });
    assert.ok(Math.abs((await score(join(folder, "same"))) - (await score(join(folder, "other")))) > 1e-2);
    await assert.rejects(
      saveCheckpoint(join(folder, "no"), { from: llavaFolder("paper"), changed: new Map([["x", bias]]) }),
      {
        name: "TypeError",
        message: /^Cannot save tensor "x": expected a tensor of /,
      },
    );
  });

  it("tokenizerWithPictures() names the rows that a tokenizer lacks", async () => {
    const config = readLlavaConfig(await readConfig(llavaFolder("paper")));
    cpSync(join(llavaFolder("hf"), "tokenizer_config.json"), join(folder, "tokenizer_config.json"));
    const file = join(llavaFolder("paper"), "tokenizer.json");
    const model = JSON.parse(readFileSync(file, "utf8")) as {
      readonly added_tokens: readonly { readonly id: number }[];
    }; // ours
    const bare = { ...model, added_tokens: model.added_tokens.filter(({ id }) => id < 259) };
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(bare));
    const known = (await readTokenizer(folder)).vocabularySize;
    assert.equal(known, 259);
    const made = await tokenizerWithPictures(folder, { config, known });
    assert.deepEqual([made.imageTokenId, made.vocabularySize], [259, 262]);
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(made.model));
    const tokenizer = await readTokenizer(folder);
    assert.deepEqual(tokenizer.encode("a <im_start><image><im_end>\nb"), [
      ...tokenizer.encode("a"),
      260,
      259,
      261,
      ...tokenizer.encode("b"),
    ]);
  });

  it("stringifyKeepingFloats() writes numbers as they were read", () => {
    const text = '{\n  "a": 1.0,\n  "b": [\n    1,\n    -2.50,\n    1e-05\n  ],\n  "c": "1.0 \\" 2.0"\n}';
    assert.equal(stringifyKeepingFloats(parseKeepingFloats(text, "config.json")), text);
    assert.throws(() => parseKeepingFloats("[1.0]", "config.json"), {
      name: "ModelFormatError",
      message: 'Cannot read "config.json": expected a JSON object, got "[1.0]"',
    });
  });
});
