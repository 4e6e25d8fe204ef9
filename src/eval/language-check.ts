/** The language check: how well models predict a fixed text that no benchmark is made of. */

import { type LanguageModel, type LoglikelihoodRequest } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, type ProgressSink } from "../base/task.ts";
import { readHeldOutText } from "../data/held-out.ts";
import { type LanguageScore } from "../result/comparison.ts";

/** Options of `languageCheck`; the ambient task supplies signal and progress where they are left out. */
export interface LanguageCheckOptions {
  /** One paragraph a line. Default: chapters I to V of "Alice's Adventures in Wonderland" (public domain). */
  readonly text?: { readonly name: string; readonly content: string };
  readonly signal?: AbortSignal;
  readonly progress?: ProgressSink;
}

/** Characters of the text before a paragraph that a model reads to predict it. */
const contextCharacters = 600;

/**
 * Nats per token and per byte of a held-out text. Every paragraph but the first is predicted from what stands before it,
 * up to 600 characters.
 *
 * @throws TypeError where a model offers no loglikelihood; RangeError where the text has fewer than two paragraphs.
 */
export async function languageCheck(
  models: readonly LanguageModel[],
  options: LanguageCheckOptions = {},
): Promise<readonly LanguageScore[]> {
  const { signal = currentTask().signal, progress = currentTask().progress } = options;
  const text = options.text ?? (await readHeldOutText());
  const requests = paragraphRequests(text);
  const scores: LanguageScore[] = [];
  for (const model of models) scores.push(await check(model, { text, requests, signal, progress }));
  return scores;
}

/** Each paragraph after the end of the text before it. */
function paragraphRequests({
  name,
  content,
}: {
  readonly name: string;
  readonly content: string;
}): LoglikelihoodRequest[] {
  const paragraphs = content.split("\n").filter((paragraph) => paragraph.trim() !== "");
  if (paragraphs.length < 2) {
    throw new RangeError(
      `Cannot check language on "${name}": expected at least two paragraphs, got ${paragraphs.length}`,
    );
  }
  let before = paragraphs[0] ?? "";
  return paragraphs.slice(1).map((paragraph) => {
    const request = { context: before.slice(-contextCharacters), continuation: `\n${paragraph}` };
    before += request.continuation;
    return request;
  });
}

async function check(
  model: LanguageModel,
  work: {
    readonly text: { readonly name: string };
    readonly requests: readonly LoglikelihoodRequest[];
    readonly signal: AbortSignal;
    readonly progress: ProgressSink;
  },
): Promise<LanguageScore> {
  const { text, requests, signal, progress } = work;
  const { name } = model.identity;
  if (model.loglikelihood === undefined) {
    throw new TypeError(`Cannot check the language of "${name}": expected a model that offers loglikelihood, got none`);
  }
  const bar = openProgress(`Checking the language of ${name}`, {
    total: requests.length,
    unit: "paragraphs",
    sink: progress,
  });
  try {
    const onScored = (): void => {
      bar.advance();
    };
    const scored = await model.loglikelihood(requests, { signal, truncation: "left", onScored });
    bar.close();
    const nats = -scored.reduce((sum, one) => sum + one.sumNats, 0);
    const tokens = scored.reduce((sum, one) => sum + one.tokenCount, 0);
    const bytes = requests.reduce((sum, request) => sum + Buffer.byteLength(request.continuation), 0);
    return { model: name, text: text.name, natsPerToken: nats / tokens, natsPerByte: nats / bytes, tokens, bytes };
  } finally {
    bar.close(signal.aborted ? "stopped" : "failed");
  }
}
