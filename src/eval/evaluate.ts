/** The runner: models x benchmarks -> a results table. */

import { type LanguageModel } from "../base/language-model.ts";
import { currentTask, type ProgressSink, runInTask } from "../base/task.ts";
import { type AnswerStore, openAnswerStore } from "../result/answer-store.ts";
import { type LanguageScore } from "../result/comparison.ts";
import { describeRun } from "../result/provenance.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import { buildResults, type ResultTable } from "../result/table.ts";
import { type AskOptions, checkAbility } from "./ask.ts";
import { baselineRows } from "./baselines.ts";
import { type Asked } from "./collect.ts";
import { withGroupMeans } from "./group-mean.ts";
import { type LanguageOption, planLanguage, scoreLanguage } from "./language-check.ts";
import { type BenchmarkList, checkModels, loadBenchmarks } from "./load-benchmarks.ts";
import { liveTable, overallProgress } from "./run-progress.ts";
import { askAndScore, nextTurn } from "./score-asked.ts";

/** Options of `evaluate`; the ambient task supplies signal and progress where they are left out. */
export interface EvaluateOptions {
  /** Only the first so many items of each benchmark, in the order of the harness. Default: all. */
  readonly limit?: number;
  /** Examples before each question, for benchmarks that can give as many. Default: each benchmark's own number. */
  readonly shots?: number;
  /** Seed of the order of the items and of the draw of the shots. Default: 42, the harness's. */
  readonly seed?: number;
  /** A folder laid out like shared/data. Default: SIGHTLAB_DATA, then shared/data beside the package, then our sample. */
  readonly dataFolder?: string;
  readonly signal?: AbortSignal;
  readonly progress?: ProgressSink;
  /**
   * A file that keeps every answer as it comes (JSON lines, appended and flushed). A run that was stopped or killed goes
   * on where it was; answers are used again only for the same weights, task version, requests and decoding.
   */
  readonly store?: string;
  /**
   * The language check (`languageCheck`) of models of one family, which says whether a gain may be forgetting. Default: our
   * text, for a base and variants of it that run here; `{ text }` takes another, and asks endpoints too; false: none.
   */
  readonly language?: LanguageOption;
  /** What the user ran, for the provenance. */
  readonly command?: string;
  /** Called with the table so far, about twice a second at most, and with the whole one at the end: `report.live(display)`. */
  readonly onResults?: (results: ResultTable) => void;
}

/**
 * Scores every model on every benchmark and gives one table: samples, numbers with standard errors, baselines on the
 * same samples, the mean of a group of tasks where all of them were asked, and the language check of a base and its variants.
 *
 * @throws RangeError for an empty list, two models of one name or a bad limit; DataFormatError for bad data;
 * CancelledError at once where the signal is aborted.
 */
export async function evaluate(
  models: readonly LanguageModel[],
  benchmarks: BenchmarkList,
  options: EvaluateOptions = {},
): Promise<ResultTable> {
  const { signal = currentTask().signal, progress = currentTask().progress, command = null } = options;
  const startedAt = new Date();
  const started = performance.now();
  checkModels(models);
  const asked = await loadBenchmarks(benchmarks, options);
  for (const model of models) for (const one of asked) checkAbility(model, one);
  const plan = await planLanguage(models, options.language);
  const store = options.store === undefined ? null : await openAnswerStore(options.store);
  const bar = overallProgress({ models, asked, language: plan }, progress);
  const live =
    options.onResults === undefined
      ? null
      : liveTable(options.onResults, { command, startedAt, asked: countAnswers(models, asked) });
  const samples: SampleRow[] = [];
  const summary: SummaryRow[] = [];
  const language: LanguageScore[] = [];
  try {
    for (const model of models) {
      const fingerprint =
        store === null ? "" : await runInTask({ signal, progress }, () => fingerprintOf(model, store));
      const asking = ({ benchmark: { name, version } }: Asked): Omit<AskOptions, "onItem"> => ({
        signal,
        onStart: bar.onStart,
        stored: store === null ? null : { store, scope: [fingerprint, name, version, "truncation: left"] },
        imageHashes: new Map(),
      });
      for (const one of asked) {
        const rows = await askAndScore(model, one, {
          ...asking(one),
          onItem(item, soFar) {
            bar.onItem(item);
            live?.show({ samples, summary, language }, soFar);
          },
        });
        samples.push(...rows.samples);
        summary.push(...rows.summary);
      }
      if (plan?.models.includes(model) !== true) continue;
      const score = await scoreLanguage(model, plan.asked, { ...asking(plan.asked), onItem: bar.onItem });
      if (score !== null) language.push(score);
    }
    bar.close("done");
  } catch (error) {
    bar.close(signal.aborted ? "stopped" : "failed");
    throw error;
  } finally {
    await store?.close();
  }
  for (const one of asked) {
    summary.push(...baselineRows(one));
    await nextTurn();
  }
  const seconds = (performance.now() - started) / 1000;
  const results = buildResults({
    samples,
    summary: withGroupMeans(summary),
    language,
    provenance: describeRun({ command, startedAt, seconds }),
  });
  options.onResults?.(results);
  return results;
}

function countAnswers(models: readonly LanguageModel[], asked: readonly Asked[]): number {
  return models.length * asked.reduce((sum, { items }) => sum + items.length, 0);
}

function fingerprintOf(model: LanguageModel, store: AnswerStore): Promise<string> {
  if (model.fingerprint !== undefined) return model.fingerprint(store);
  throw new TypeError(
    `Cannot store the answers of "${model.identity.name}": expected a model with a fingerprint, which tells its weights from others, got none`,
  );
}
