/** The runner: models x benchmarks -> a results table. */

import { type LanguageModel } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, type ProgressSink, runInTask } from "../base/task.ts";
import { type AnswerStore, openAnswerStore } from "../result/answer-store.ts";
import { describeRun } from "../result/provenance.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import { buildResults, type ResultTable } from "../result/table.ts";
import { askAlsoScored, askChoices, askGenerations, type AskOptions } from "./ask.ts";
import { baselineRows } from "./baselines.ts";
import { type BenchmarkItem, type ItemScore } from "./benchmark.ts";
import { aggregate, type Asked, type AskedChoices, type AskedGenerations, summaryRowsOf } from "./collect.ts";
import { choiceRows, scoreItems } from "./collect-choices.ts";
import { generationRows, scoreGenerations } from "./collect-generations.ts";
import { overRows } from "./corpus.ts";
import { fitContexts } from "./fit-context.ts";
import { withGroupMeans } from "./group-mean.ts";
import { type BenchmarkList, checkModels, loadBenchmarks } from "./load-benchmarks.ts";
import { countOf, timeLeft, workOf } from "./time-left.ts";

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
  /** What the user ran, for the provenance. */
  readonly command?: string;
}

/**
 * Scores every model on every benchmark and gives one table: samples, numbers with standard errors, baselines on the
 * same samples, and the mean of a group of tasks where all of them were asked.
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
  const store = options.store === undefined ? null : await openAnswerStore(options.store);
  const bar = overallProgress(models, asked, progress);
  const samples: SampleRow[] = [];
  const summary: SummaryRow[] = [];
  try {
    for (const model of models) {
      const fingerprint =
        store === null ? "" : await runInTask({ signal, progress }, () => fingerprintOf(model, store));
      for (const one of asked) {
        const scope = [fingerprint, one.benchmark.name, one.benchmark.version, "truncation: left"];
        const stored = store === null ? null : { store, scope };
        const rows = await askAndScore(model, one, { signal, onStart: bar.onStart, onItem: bar.onItem, stored });
        samples.push(...rows.samples);
        summary.push(...rows.summary);
      }
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
  return buildResults({
    samples,
    summary: withGroupMeans(summary),
    provenance: describeRun({ command, startedAt, seconds }),
  });
}

function fingerprintOf(model: LanguageModel, store: AnswerStore): Promise<string> {
  if (model.fingerprint !== undefined) return model.fingerprint(store);
  throw new TypeError(
    `Cannot store the answers of "${model.identity.name}": expected a model with a fingerprint, which tells its weights from others, got none`,
  );
}

interface Rows {
  readonly samples: readonly SampleRow[];
  readonly summary: readonly SummaryRow[];
}

async function askAndScore(model: LanguageModel, asked: Asked, options: AskOptions): Promise<Rows> {
  const started = performance.now();
  const { samples, scores } =
    asked.kind === "choice" ? await choices(model, asked, options) : await generations(model, asked, options);
  const seconds = (performance.now() - started) / 1000;
  const truncated = samples.filter((row) => row.truncated).length;
  const { identity, device } = model;
  const byMetric = scores.map((score) => score?.scores ?? null);
  const summary = summaryRowsOf(asked, { kind: "model", identity, device, seconds, truncated }, (metric) =>
    metric.over === undefined ? aggregate(metric, asked.items, byMetric) : overRows(metric.over, samples),
  );
  return { samples, summary };
}

interface Scored {
  readonly samples: readonly SampleRow[];
  readonly scores: readonly (ItemScore | null)[];
}

async function choices(model: LanguageModel, asked: AskedChoices, options: AskOptions): Promise<Scored> {
  const loglikelihoods = await askChoices(model, asked, options);
  await nextTurn();
  const scores = scoreItems(
    asked,
    loglikelihoods.map((one) => one.sumNats),
  );
  return { scores, samples: choiceRows(asked, { model, loglikelihoods, scores }) };
}

async function generations(model: LanguageModel, given: AskedGenerations, options: AskOptions): Promise<Scored> {
  const asked = { ...given, items: fitContexts(given.items, model) };
  const found = await askGenerations(model, asked, options);
  const alsoScored = await askAlsoScored(model, asked, options);
  await nextTurn();
  const scores = scoreGenerations(asked, { generations: found, alsoScored });
  return { scores, samples: generationRows(asked, { model, generations: found, alsoScored, scores }) };
}

interface OverallProgress extends Pick<AskOptions, "onStart" | "onItem"> {
  readonly close: (state: "done" | "stopped" | "failed") => void;
}

/** One bar over everything: its label says what is being asked, its time left goes by the characters still to read. */
function overallProgress(
  models: readonly LanguageModel[],
  asked: readonly Asked[],
  progress: ProgressSink,
): OverallProgress {
  const all = asked.flatMap((one): readonly BenchmarkItem[] => one.items);
  const clock = timeLeft(workOf(all) * models.length);
  const whole = `Scoring ${countOf(asked.length, "benchmark")} with ${countOf(models.length, "model")}`;
  let current = whole;
  const bar = openProgress(whole, {
    total: all.length * models.length,
    unit: "questions",
    sink: (event) => {
      const secondsLeft = clock.seconds();
      const isRunning = event.state === "running" && secondsLeft !== null;
      progress({ ...event, label: current, ...(isRunning ? { secondsLeft } : {}) });
    },
  });
  return {
    onStart(what) {
      current = what;
      bar.advance(0);
    },
    onItem(item) {
      clock.add(workOf([item]));
      bar.advance();
    },
    close(state) {
      if (state === "done") current = whole;
      bar.close(state);
    },
  };
}

/** Lets timers and sockets run between two pieces of synchronous work. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
