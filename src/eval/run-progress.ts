/** What a person sees while an evaluation runs: one bar over everything, and the table so far. */

import { type LanguageModel } from "../base/language-model.ts";
import { openProgress } from "../base/progress.ts";
import { type ProgressSink } from "../base/task.ts";
import { describeRun } from "../result/provenance.ts";
import { buildResults, type ResultTable } from "../result/table.ts";
import { type BenchmarkItem } from "./benchmark.ts";
import { type Asked } from "./collect.ts";
import { withGroupMeans } from "./group-mean.ts";
import { type LanguagePlan } from "./language-check.ts";
import { type Rows } from "./score-asked.ts";
import { countOf, timeLeft, workOf } from "./time-left.ts";

/** One bar; its label says what is being asked and how far that is, its time left goes by the characters still to read. */
export interface OverallProgress {
  readonly onStart: (what: string, items: number) => void;
  readonly onItem: (item: BenchmarkItem) => void;
  readonly close: (state: "done" | "stopped" | "failed") => void;
}

/** Opens the bar of a run. */
export function overallProgress(
  run: {
    readonly models: readonly LanguageModel[];
    readonly asked: readonly Asked[];
    readonly language: LanguagePlan | null;
  },
  progress: ProgressSink,
): OverallProgress {
  const { models, asked, language } = run;
  const items = asked.flatMap((one): readonly BenchmarkItem[] => one.items);
  const all = [...models.flatMap(() => items), ...(language?.models.flatMap(() => language.asked.items) ?? [])];
  const clock = timeLeft(workOf(all));
  const whole = `Scoring ${countOf(asked.length, "benchmark")} with ${countOf(models.length, "model")}`;
  let current = whole;
  let part: { readonly items: number; done: number } | null = null;
  const bar = openProgress(whole, {
    total: all.length,
    unit: language === null ? "questions" : "questions and paragraphs",
    sink: (event) => {
      const secondsLeft = clock.seconds();
      const isRunning = event.state === "running" && secondsLeft !== null;
      const far = part === null ? "" : `: ${part.done} of ${part.items}`;
      progress({ ...event, label: current + far, ...(isRunning ? { secondsLeft } : {}) });
    },
  });
  return {
    onStart(what, items) {
      [current, part] = [what, { items, done: 0 }];
      bar.advance(0);
    },
    onItem(item) {
      clock.add(workOf([item]));
      if (part !== null) part.done += 1;
      bar.advance();
    },
    close(state) {
      if (state === "done") [current, part] = [whole, null];
      bar.close(state);
    },
  };
}

/** Gives the table so far, not more often than is worth its time. */
export interface LiveTable {
  /** Rows of what is finished, and of the benchmark that is being asked, made when they are needed. */
  readonly show: (finished: Rows & Pick<ResultTable, "language">, current: () => Rows) => void;
}

/** At least so long between two tables; a table may take a twentieth of the time. */
const shortestMs = 500;
const share = 20;

/** A live table that goes to `onResults`. `asked` is how many answers there will be. */
export function liveTable(
  onResults: (results: ResultTable) => void,
  run: { readonly command: string | null; readonly startedAt: Date; readonly asked: number },
): LiveTable {
  const started = performance.now();
  let nextAt = started;
  return {
    show(finished, current) {
      const now = performance.now();
      if (now < nextAt) return;
      const { samples, summary } = current();
      const rows = { samples: [...finished.samples, ...samples], summary: [...finished.summary, ...summary] };
      const { command, startedAt, asked } = run;
      const running = { answered: rows.samples.length, asked };
      const provenance = describeRun({ command, startedAt, seconds: (now - started) / 1000, running });
      const { language } = finished;
      onResults(buildResults({ samples: rows.samples, summary: withGroupMeans(rows.summary), provenance, language }));
      const costMs = performance.now() - now;
      nextAt = performance.now() + Math.max(shortestMs, share * costMs);
    },
  };
}
