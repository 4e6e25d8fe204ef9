/** How long an evaluation will take, measured before it is started. */

import { type LanguageModel } from "../base/language-model.ts";
import { currentTask } from "../base/task.ts";
import { askChoices, askGenerations } from "./ask.ts";
import { type Asked } from "./collect.ts";
import { type EvaluateOptions } from "./evaluate.ts";
import { planLanguage } from "./language-check.ts";
import { type BenchmarkList, checkModels, loadBenchmarks } from "./load-benchmarks.ts";
import { countOf, formatSeconds, workOf } from "./time-left.ts";

/** What `estimateTime` found. */
export interface TimeEstimate {
  readonly seconds: number;
  /** For a person: "About 40 s: 600 questions with 2 models, measured on the first 60 questions". */
  readonly text: string;
}

/** Items of the two trials; what they differ by says what one more item costs, shared prompts and start-up left out. */
const trialSizes = [2, 10] as const;

/**
 * How long `evaluate` with the same arguments will take, measured on the first ten items of each benchmark.
 *
 * @throws what `evaluate` throws.
 */
export async function estimateTime(
  models: readonly LanguageModel[],
  benchmarks: BenchmarkList,
  options: EvaluateOptions = {},
): Promise<TimeEstimate> {
  const { signal = currentTask().signal } = options;
  checkModels(models);
  const asked = await loadBenchmarks(benchmarks, options);
  let seconds = 0;
  for (const model of models) for (const one of asked) seconds += await trial(model, one, signal);
  const plan = await planLanguage(models, options.language);
  if (plan !== null) for (const model of plan.models) seconds += await trial(model, plan.asked, signal);
  const questions = asked.reduce((sum, { items }) => sum + items.length, 0);
  const measured = asked.reduce((sum, { items }) => sum + Math.min(trialSizes[1], items.length), 0);
  const besides = plan === null ? "" : ` and ${countOf(plan.models.length, "language check")}`;
  const text = `About ${formatSeconds(seconds)}: ${questions} questions with ${countOf(models.length, "model")}${besides}, measured on the first ${measured} questions`;
  return { seconds, text };
}

/** Seconds for all items of one benchmark: a straight line through two trials, never below the longer one's rate / 4. */
async function trial(model: LanguageModel, asked: Asked, signal: AbortSignal): Promise<number> {
  const { items } = asked;
  const quiet = { signal, onStart: () => undefined, onItem: () => undefined, stored: null, imageHashes: new Map() };
  const timed = async (size: number): Promise<number> => {
    const started = performance.now();
    if (asked.kind === "choice") await askChoices(model, { ...asked, items: asked.items.slice(0, size) }, quiet);
    else await askGenerations(model, { ...asked, items: asked.items.slice(0, size) }, quiet);
    return (performance.now() - started) / 1000;
  };
  const [few, more] = trialSizes;
  if (items.length <= few) return timed(items.length);
  const short = await timed(few);
  const long = await timed(more);
  const [small, large] = [workOf(items.slice(0, few)), workOf(items.slice(0, more))];
  const perCharacter = Math.max((long - short) / (large - small), long / large / 4);
  return long + perCharacter * (workOf(items) - large);
}
