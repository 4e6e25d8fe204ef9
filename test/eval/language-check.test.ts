import assert from "node:assert/strict";

import { type LanguageModel, type LoglikelihoodRequest } from "../../src/base/language-model.ts";
import { type ProgressEvent } from "../../src/base/task.ts";
import { readHeldOutText } from "../../src/data/held-out.ts";
import { benchmarks } from "../../src/eval/benchmarks.ts";
import { evaluate, type EvaluateOptions } from "../../src/eval/evaluate.ts";
import { languageCheck } from "../../src/eval/language-check.ts";
import { type ResultTable } from "../../src/result/table.ts";
import { modelOf } from "./mock-model.ts";
import { sampleFolder } from "./sample-folder.ts";

const text = { name: "t", content: "One.\n\nTwo ä.\nThree.\n" };

describe("eval/language-check", () => {
  it("languageCheck() counts nats over the tokens and bytes of every paragraph but the first", async () => {
    const model = modelOf("m", ({ continuation }) => -2 * continuation.length);
    const [found] = await languageCheck([model], { text });
    // "\nTwo ä." and "\nThree.": 7 + 7 tokens of the mock, 8 + 7 bytes, 28 nats
    assert.deepEqual(found, { model: "m", text: "t", natsPerToken: 2, natsPerByte: 28 / 15, tokens: 14, bytes: 15 });
  });

  it("the default text has at least 10,000 words, and every paragraph a context before it", async () => {
    const { content } = await readHeldOutText();
    assert.ok((content.match(/\w+/g) ?? []).length >= 10_000);
    const contexts: string[] = [];
    const model = modelOf("m", ({ context }) => {
      contexts.push(context);
      return -1;
    });
    await languageCheck([model]);
    assert.ok(contexts.every((context) => context.length > 0 && context.length <= 600));
  });

  it("of the default text as many paragraphs are asked as give every model 10,000 tokens, and the name says so", async () => {
    const words = { ...modelOf("words", () => -1), countTokens: (piece: string) => piece.split(" ").length };
    const letters = { ...modelOf("letters", () => -1), countTokens: (piece: string) => piece.length };
    const [alone] = await languageCheck([letters]);
    const [beside, whole] = await languageCheck([letters, words]);
    assert.match(alone?.text ?? "", /public domain, its first \d+ paragraphs$/);
    assert.ok(alone !== undefined && alone.tokens >= 10_000 && alone.tokens < 11_500, String(alone?.tokens));
    assert.deepEqual([beside?.text, beside?.bytes], [whole?.text, whole?.bytes], "both are asked the same");
    assert.ok(beside !== undefined && beside.tokens > 4 * alone.tokens);
  });

  it("a paragraph that is too long for a window is asked in pieces that are it again", async () => {
    const asked: LoglikelihoodRequest[] = [];
    const model: LanguageModel = {
      ...modelOf("small", (request) => -asked.push(request)),
      contextLength: 16,
      countTokens: (piece) => piece.length,
    };
    const long = "a garden is never finished by its gardener";
    await languageCheck([model], { text: { name: "t", content: `One.\n${long}` } });
    assert.ok(asked.length > 2 && asked.every(({ continuation }) => continuation.length < 16));
    assert.equal(asked.map(({ continuation }) => continuation).join(""), `\n${long}`);
    assert.equal(asked[1]?.context, `One.${asked[0]?.continuation ?? ""}`);
  });

  it("languageCheck() names a model that cannot score, one that refuses, and a text that is too short", async () => {
    const { identity } = modelOf("m", () => -1);
    await assert.rejects(languageCheck([{ identity, contextLength: 1, device: "none" }]), { name: "TypeError" });
    await assert.rejects(languageCheck([modelOf("m", () => NaN)], { text }), { name: "RangeError", message: /"m"/ });
    await assert.rejects(languageCheck([], { text: { name: "t", content: "One." } }), {
      name: "RangeError",
      message: /"t": expected at least two paragraphs, got 1/,
    });
  });

  describe("in evaluate()", () => {
    const data = sampleFolder();
    const family = (variant: string, nats = 1): LanguageModel =>
      modelOf(variant, () => -nats, { base: "family", variant });
    const run = (models: readonly LanguageModel[], options: EvaluateOptions = {}): Promise<ResultTable> =>
      evaluate(models, [benchmarks.ethicsCm], { dataFolder: data.folder, limit: 4, ...options });

    it("is made for a base and its variants, and for no model that stands alone", async () => {
      const { language } = await run([family("base"), modelOf("alone", () => -1), family("tuned", 2)]);
      assert.deepEqual(
        language.map(({ model }) => model),
        ["base", "tuned"],
      );
      assert.match(language[0]?.text ?? "", /^Alice's Adventures in Wonderland/);
      assert.equal((language[1]?.natsPerByte ?? NaN) / (language[0]?.natsPerByte ?? NaN), 2);
    });

    it("takes another text, and is left out where that is said", async () => {
      const { language } = await run([family("base"), family("tuned")], { language: { text } });
      assert.deepEqual(
        language.map((score) => [score.model, score.text, score.bytes]),
        [
          ["base", "t", 15],
          ["tuned", "t", 15],
        ],
      );
      assert.deepEqual((await run([family("base"), family("tuned")], { language: false })).language, []);
    });

    it("asks no endpoint that was not asked for, and keeps no score of one that refuses", async () => {
      const endpoint = (variant: string): LanguageModel => ({ ...family(variant), answersAlone: true });
      const models = [endpoint("base"), endpoint("tuned")];
      assert.deepEqual((await run(models)).language, []);
      assert.equal((await run(models, { language: { text } })).language.length, 2);
      const refusing = family("tuned");
      const { loglikelihood } = refusing;
      const refuses: LanguageModel = {
        ...refusing,
        loglikelihood: async (requests) => {
          const scores = (await loglikelihood?.(requests)) ?? [];
          const isText = requests.some(({ continuation }) => continuation.startsWith("\n"));
          return scores.map((score, index) => (isText && index === 1 ? { ...score, problem: "refused" } : score));
        },
      };
      const { language } = await run([family("base"), refuses], { language: { text } });
      assert.deepEqual(
        language.map(({ model }) => model),
        ["base"],
      );
    });

    it("moves the same bar, and stops where it is told to", async () => {
      const events: ProgressEvent[] = [];
      const progress = (event: ProgressEvent): number => events.push(event);
      await run([family("base"), family("tuned")], { language: { text }, progress });
      const last = events.at(-1);
      assert.deepEqual([last?.completed, last?.total, last?.state], [12, 12, "done"]);
      assert.ok(events.some(({ label }) => label === "Scoring a held-out text with tuned: 2 of 2"));
      const controller = new AbortController();
      const stop = (event: ProgressEvent): void => {
        if (event.label.startsWith("Scoring a held-out text")) controller.abort();
      };
      await assert.rejects(run([family("base"), family("tuned")], { signal: controller.signal, progress: stop }), {
        name: "AbortError",
        message: "Stopped scoring a held-out text with base",
      });
    });
  });
});
