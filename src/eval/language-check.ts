/** The language check: how well models predict a fixed text that no benchmark is made of. */

import { type LanguageModel, type Loglikelihood } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, type ProgressSink } from "../base/task.ts";
import { type HeldOutText, readHeldOutText } from "../data/held-out.ts";
import { type LanguageScore } from "../result/comparison.ts";
import { askChoices, type AskOptions } from "./ask.ts";
import { type AskedChoices } from "./collect.ts";
import { askedParagraphs } from "./held-out-paragraphs.ts";

/** Options of `languageCheck`; the ambient task supplies signal and progress where they are left out. */
export interface LanguageCheckOptions {
  /** One paragraph a line. Default: chapters I to V of "Alice's Adventures in Wonderland" (public domain). */
  readonly text?: HeldOutText;
  readonly signal?: AbortSignal;
  readonly progress?: ProgressSink;
}

/** What `evaluate` is told of the check: false leaves it out, a text takes the place of ours. */
export type LanguageOption = false | Pick<LanguageCheckOptions, "text">;

/** The check that belongs to a run: what is asked, and whom. */
export interface LanguagePlan {
  readonly asked: AskedChoices;
  readonly models: readonly LanguageModel[];
}

/**
 * Nats per token and per byte of a held-out text. Every paragraph but the first is predicted from what stands before it,
 * up to 600 characters. Of our own text as many paragraphs are asked as give every model 10,000 tokens.
 *
 * @throws TypeError where a model offers no loglikelihood; RangeError where the text has fewer than two paragraphs, or an
 * endpoint refuses one; CancelledError where it was stopped.
 */
export async function languageCheck(
  models: readonly LanguageModel[],
  options: LanguageCheckOptions = {},
): Promise<readonly LanguageScore[]> {
  const { signal = currentTask().signal, progress = currentTask().progress } = options;
  const asked = await askedText(models, options);
  const scores: LanguageScore[] = [];
  for (const model of models) scores.push(await checkAlone(model, asked, { signal, progress }));
  return scores;
}

/**
 * The check of a run: for every model that stands in one family with another one and can score a text. Models behind an
 * endpoint, where each paragraph may cost money, are asked only where the caller says how; null where none is left.
 *
 * @throws RangeError where the text has fewer than two paragraphs.
 */
export async function planLanguage(
  models: readonly LanguageModel[],
  option: LanguageOption | undefined,
): Promise<LanguagePlan | null> {
  if (option === false) return null;
  const able = models.filter(
    (model) => model.loglikelihood !== undefined && (option !== undefined || model.answersAlone !== true),
  );
  const checked = able.filter((model) =>
    able.some((other) => other !== model && other.identity.base === model.identity.base),
  );
  return checked.length === 0 ? null : { asked: await askedText(checked, option ?? {}), models: checked };
}

/** Asks one model the paragraphs; null where an endpoint refused one, as a text with holes is another text. */
export async function scoreLanguage(
  model: LanguageModel,
  asked: AskedChoices,
  options: AskOptions<Loglikelihood>,
): Promise<LanguageScore | null> {
  const scored = await askChoices(model, asked, options);
  if (scored.some(({ sumNats, problem }) => problem !== undefined || !Number.isFinite(sumNats))) return null;
  const nats = -scored.reduce((sum, one) => sum + one.sumNats, 0);
  const tokens = scored.reduce((sum, one) => sum + one.tokenCount, 0);
  const bytes = asked.items.reduce((sum, { sets }) => sum + Buffer.byteLength(sets[0]?.choices[0]?.text ?? ""), 0);
  const { name } = model.identity;
  return { model: name, text: asked.file.path, natsPerToken: nats / tokens, natsPerByte: nats / bytes, tokens, bytes };
}

async function askedText(
  models: readonly LanguageModel[],
  { text }: Pick<LanguageCheckOptions, "text">,
): Promise<AskedChoices> {
  return text === undefined
    ? askedParagraphs(await readHeldOutText(), { models, leastTokens: 10_000 })
    : askedParagraphs(text, { models, leastTokens: Infinity });
}

async function checkAlone(
  model: LanguageModel,
  asked: AskedChoices,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: ProgressSink },
): Promise<LanguageScore> {
  const { name } = model.identity;
  if (model.loglikelihood === undefined) {
    throw new TypeError(`Cannot check the language of "${name}": expected a model that offers loglikelihood, got none`);
  }
  const bar = openProgress(`Checking the language of ${name}`, {
    total: asked.items.length,
    unit: "paragraphs",
    sink: progress,
  });
  try {
    const found = await scoreLanguage(model, asked, {
      signal,
      onStart: () => undefined,
      onItem: () => {
        bar.advance();
      },
      stored: null,
      imageHashes: new Map(),
    });
    if (found === null) {
      throw new RangeError(`Cannot check the language of "${name}": expected a score of every paragraph, got too few`);
    }
    bar.close();
    return found;
  } finally {
    bar.close(signal.aborted ? "stopped" : "failed");
  }
}
