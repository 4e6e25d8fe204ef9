import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  addedTokenIdsAfterV0,
  encodeEvaluationPrompt,
  evaluationPrompt,
} from "../../../src/data/conversation/evaluation-prompt.ts";
import { readSentencePiece, sentencePieceToTokenizerJson } from "../../../src/data/sentencepiece.ts";
import { createTokenizer, type Tokenizer } from "../../../src/data/tokenizer.ts";
import { needRealFiles } from "../../eval/real-data.ts";

interface GoldenCase {
  readonly task: string;
  readonly question: string;
  readonly demos: readonly [question: string, answer: string][];
  readonly prompt: string;
  readonly input_ids: readonly number[];
}

describe("data/conversation/evaluation-prompt", () => {
  let tokenizer: Tokenizer;
  let cases: readonly GoldenCase[];

  before(function () {
    const folder = needRealFiles(this, "tokenizer");
    const file = join(folder, "tokenizer/llama/tokenizer.model");
    tokenizer = createTokenizer(sentencePieceToTokenizerJson(readSentencePiece(readFileSync(file), file)), file);
    const golden = readFileSync(join(folder, "../golden/eval_prompts.json"), "utf8");
    ({ cases } = JSON.parse(golden) as { cases: readonly GoldenCase[] });
  });

  it("evaluationPrompt() writes all 80 prompts of the paper's released code", () => {
    assert.equal(cases.length, 80);
    for (const { question, demos, prompt } of cases) {
      const demonstrations = demos.map((demo) => ({ question: demo[0], answer: demo[1] }));
      assert.equal(evaluationPrompt(question, demonstrations), prompt);
    }
  });

  it("encodeEvaluationPrompt() gives the ids of all 80, in both layouts of the added tokens", () => {
    const afterV0 = new Map([
      [32001, 32002],
      [32002, 32003],
    ]);
    for (const { prompt, input_ids } of cases) {
      assert.deepEqual(encodeEvaluationPrompt(prompt, { tokenizer }), input_ids);
      assert.deepEqual(
        encodeEvaluationPrompt(prompt, { tokenizer, added: addedTokenIdsAfterV0 }),
        input_ids.map((id) => afterV0.get(id) ?? id),
      );
    }
  });
});
