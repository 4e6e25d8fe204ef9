/** One model on one benchmark: asks, scores, and makes the rows, also of the part that is answered so far. */

import { type Generation, type LanguageModel, type Loglikelihood } from "../base/language-model.ts";
import { type SampleRow, type SummaryRow } from "../result/rows.ts";
import { askAlsoScored, askChoices, askGenerations, type AskOptions } from "./ask.ts";
import { type BenchmarkItem, type ItemScore } from "./benchmark.ts";
import { aggregate, type Asked, type AskedChoices, type AskedGenerations, summaryRowsOf } from "./collect.ts";
import { choiceRows, scoreItems } from "./collect-choices.ts";
import { generationRows, scoreGenerations } from "./collect-generations.ts";
import { overRows } from "./corpus.ts";
import { fitContexts } from "./fit-context.ts";

/** The rows of one model on one benchmark. */
export interface Rows {
  readonly samples: readonly SampleRow[];
  readonly summary: readonly SummaryRow[];
}

/** What asking one benchmark needs; `onItem` gets what the rows of the items so far would be, made when called. */
export interface ScoreOptions extends Omit<AskOptions, "onItem"> {
  readonly onItem: (item: BenchmarkItem, soFar: () => Rows) => void;
}

/** Asks a model all items of a benchmark and scores them. */
export function askAndScore(model: LanguageModel, asked: Asked, options: ScoreOptions): Promise<Rows> {
  return asked.kind === "choice" ? choices(model, asked, options) : generations(model, asked, options);
}

async function choices(model: LanguageModel, asked: AskedChoices, options: ScoreOptions): Promise<Rows> {
  const { imageHashes } = options;
  const started = performance.now();
  const rowsOf = (part: AskedChoices, loglikelihoods: readonly Loglikelihood[]): Rows => {
    const scores = scoreItems(
      part,
      loglikelihoods.map(({ sumNats, problem }) => (problem === undefined ? sumNats : NaN)),
    );
    const samples = choiceRows(part, { model, imageHashes, loglikelihoods, scores });
    return withSummary(part, { model, samples, scores, started });
  };
  const done = new Map<BenchmarkItem, readonly Loglikelihood[]>();
  const found = await askChoices(model, asked, {
    ...options,
    onItem: (item, answers) => {
      done.set(item, answers);
      options.onItem(item, () => {
        const items = asked.items.filter((one) => done.has(one));
        return rowsOf(
          { ...asked, items },
          items.flatMap((one) => done.get(one) ?? []),
        );
      });
    },
  });
  await nextTurn();
  return rowsOf(asked, found);
}

async function generations(model: LanguageModel, given: AskedGenerations, options: ScoreOptions): Promise<Rows> {
  const { imageHashes } = options;
  const started = performance.now();
  const asked = { ...given, items: fitContexts(given.items, model) };
  const rowsOf = (
    part: AskedGenerations,
    answers: { readonly generations: readonly Generation[]; readonly alsoScored: readonly Loglikelihood[] },
  ): Rows => {
    const scores = scoreGenerations(part, answers);
    const samples = generationRows(part, { ...answers, model, imageHashes, scores });
    return withSummary(part, { model, samples, scores, started });
  };
  const done = new Map<BenchmarkItem, Generation>();
  const found = await askGenerations(model, asked, {
    ...options,
    onItem: (item, [answer]) => {
      if (answer !== undefined) done.set(item, answer);
      options.onItem(item, () => {
        const items = asked.items.filter((one) => done.has(one) && one.alsoScored === undefined);
        const known = items.flatMap((one) => done.get(one) ?? []);
        return rowsOf({ ...asked, items }, { generations: known, alsoScored: [] });
      });
    },
  });
  const alsoScored = await askAlsoScored(model, asked, options);
  await nextTurn();
  return rowsOf(asked, { generations: found, alsoScored });
}

function withSummary(
  asked: Asked,
  run: {
    readonly model: LanguageModel;
    readonly samples: readonly SampleRow[];
    readonly scores: readonly (ItemScore | null)[];
    readonly started: number;
  },
): Rows {
  const { model, samples, scores, started } = run;
  const { identity, device } = model;
  const seconds = (performance.now() - started) / 1000;
  const truncated = samples.filter((row) => row.truncated).length;
  const byMetric = scores.map((score) => score?.scores ?? null);
  const summary = summaryRowsOf(asked, { kind: "model", identity, device, seconds, truncated }, (metric) =>
    metric.over === undefined ? aggregate(metric, asked.items, byMetric) : overRows(metric.over, samples),
  );
  return { samples, summary };
}

/** Lets timers and sockets run between two pieces of synchronous work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
