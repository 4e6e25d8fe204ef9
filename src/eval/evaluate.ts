/** The runner: models x benchmarks -> a results table. */

import { type LanguageModel } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { currentTask, type ProgressSink, throwIfStopped } from "../base/task.ts";
import { describeRun } from "../result/provenance.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import { buildResults, type ResultTable } from "../result/table.ts";
import { ask } from "./ask.ts";
import { baselineRows } from "./baselines.ts";
import { type BenchmarkItem } from "./benchmark.ts";
import { aggregate, type Asked, sampleRowsOf, scoreItems, summaryRowsOf } from "./collect.ts";
import { withGroupMeans } from "./group-mean.ts";
import { type BenchmarkList, checkModels, loadBenchmarks } from "./load-benchmarks.ts";
import { countOf, formatSeconds, timeLeft, type TimeLeft, workOf } from "./time-left.ts";

/** Options of `evaluate`; the ambient task supplies signal and progress where they are left out. */
export interface EvaluateOptions {
  /** Only the first so many items of each benchmark, in the order of the harness. Default: all. */
  readonly limit?: number;
  /** A folder laid out like shared/data. Default: SIGHTLAB_DATA, then shared/data beside the package, then our sample. */
  readonly dataFolder?: string;
  readonly signal?: AbortSignal;
  readonly progress?: ProgressSink;
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
  const clock = overallClock(models, asked, progress);
  const samples: SampleRow[] = [];
  const summary: SummaryRow[] = [];
  try {
    for (const model of models) {
      for (const one of asked) {
        const rows = await askAndScore(model, one, { signal, progress, onItem: clock.onItem });
        samples.push(...rows.samples);
        summary.push(...rows.summary);
      }
    }
    clock.close("done");
  } catch (error) {
    clock.close(signal.aborted ? "stopped" : "failed");
    throw error;
  }
  summary.push(...asked.flatMap(baselineRows));
  const seconds = (performance.now() - started) / 1000;
  return buildResults({
    samples,
    summary: withGroupMeans(summary),
    provenance: describeRun({ command, startedAt, seconds }),
  });
}

async function askAndScore(
  model: LanguageModel,
  asked: Asked,
  options: Omit<Parameters<typeof ask>[2], "benchmark">,
): Promise<{ readonly samples: readonly SampleRow[]; readonly summary: readonly SummaryRow[] }> {
  const { benchmark, items } = asked;
  const started = performance.now();
  const loglikelihoods = await ask(model, items, { benchmark, ...options });
  const seconds = (performance.now() - started) / 1000;
  await nextTurn();
  throwIfStopped(options.signal, `scoring ${benchmark.label}`);
  const scores = scoreItems(
    asked,
    loglikelihoods.map((one) => one.sumNats),
  );
  const samples = sampleRowsOf(asked, { model, loglikelihoods, scores });
  const truncated = samples.filter((row) => row.truncated).length;
  const { identity, device } = model;
  const byMetric = scores.map((score) => score?.scores ?? null);
  const summary = summaryRowsOf(asked, { kind: "model", identity, device, seconds, truncated }, (metric) =>
    aggregate(metric, items, byMetric),
  );
  return { samples, summary };
}

/** One bar over everything, whose label says how long is left once that can be told. */
function overallClock(
  models: readonly LanguageModel[],
  asked: readonly Asked[],
  progress: ProgressSink,
): { readonly onItem: (item: BenchmarkItem) => void; readonly close: (state: "done" | "stopped" | "failed") => void } {
  const all = asked.flatMap((one) => one.items);
  const clock = timeLeft(workOf(all) * models.length);
  const what = `Scoring ${countOf(asked.length, "benchmark")} with ${countOf(models.length, "model")}`;
  const bar = openProgress(what, {
    total: all.length * models.length,
    unit: "questions",
    sink: (event) => {
      progress({ ...event, label: event.state === "running" ? labelled(what, clock) : what });
    },
  });
  return {
    onItem(item) {
      clock.add(workOf([item]));
      bar.advance();
    },
    close: bar.close,
  };
}

function labelled(what: string, clock: TimeLeft): string {
  const seconds = clock.seconds();
  return seconds === null ? what : `${what}, ${formatSeconds(seconds)} left`;
}

/** Lets timers and sockets run between two pieces of synchronous work. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
