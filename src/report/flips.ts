/** The questions on which two models differ, side by side: first those that one gets right and the other wrong. */

import { type SampleRow } from "../result/rows.ts";
import { type ResultTable } from "../result/table.ts";
import { type Displayed, displayed } from "./display.ts";
import { escapeHtml, escapeMarkdown, oneLine, shorten } from "./markup.ts";
import { samplesByModel } from "./sample-view.ts";
import { styled } from "./style.ts";

/** Which flips to show. */
export interface FlipsOptions {
  /** "truthfulqa_mc". */
  readonly benchmark: string;
  /** Which score, 1 or 0, says right where models answer in words: "acc", "rougeL_acc". Default: the first such. */
  readonly metric?: string;
  /** How many questions to draw; the counts are of all. Default: 10. */
  readonly limit?: number;
}

/** How often two models agree and differ, over the samples that both could be scored on. */
export interface FlipCounts {
  readonly both: number;
  readonly onlyFirstRight: number;
  readonly onlySecondRight: number;
  /** Both wrong, with different choices (in words: this is not counted). */
  readonly differentlyWrong: number;
  /** Samples that one of the two could not be scored on. */
  readonly unscored: number;
}

/** The view, with its counts as data. */
export interface Flips extends Displayed {
  readonly counts: FlipCounts;
}

type Pair = readonly [SampleRow, SampleRow];

/**
 * Shows where two models differ.
 *
 * @throws RangeError where the results do not have the benchmark or one of the models.
 */
export function flips(
  results: ResultTable,
  models: readonly [string, string],
  { benchmark, metric, limit = 10 }: FlipsOptions,
): Flips {
  const samples = samplesByModel(results, benchmark);
  const [first, second] = models.map((model) => samplesOf(samples, model));
  const others = new Map(second?.map((row) => [row.sample, row]));
  const pairs = (first ?? []).flatMap((row): Pair[] => {
    const other = others.get(row.sample);
    return other === undefined ? [] : [[row, other]];
  });
  const right = (row: SampleRow): boolean => isRight(row, metric);
  const scored = pairs.filter((pair) => pair.every((row) => row.scoreNames.length > 0));
  const differing = scored.filter(([a, b]) => right(a) !== right(b) || a.prediction !== b.prediction);
  const count = (rightA: boolean, rightB: boolean): number =>
    differing.filter(([a, b]) => right(a) === rightA && right(b) === rightB).length;
  const counts: FlipCounts = {
    both: scored.length,
    onlyFirstRight: count(true, false),
    onlySecondRight: count(false, true),
    differentlyWrong: count(false, false),
    unscored: pairs.length - scored.length,
  };
  const view = {
    models,
    benchmark,
    counts,
    shown: byFlip(differing, right).slice(0, limit),
    right,
    left: Math.max(0, differing.length - limit),
  };
  return Object.assign(displayed({ html: flipsHtml(view), markdown: flipsMarkdown(view), text: flipsText(view) }), {
    counts,
  });
}

interface View {
  readonly models: readonly [string, string];
  readonly benchmark: string;
  readonly counts: FlipCounts;
  readonly shown: readonly Pair[];
  readonly right: (row: SampleRow) => boolean;
  readonly left: number;
}

function samplesOf(samples: ReadonlyMap<string, readonly SampleRow[]>, model: string): readonly SampleRow[] {
  const found = samples.get(model);
  if (found === undefined) {
    throw new RangeError(
      `Cannot find model "${model}" in the results: expected one of ${[...samples.keys()].join(", ")}`,
    );
  }
  return found;
}

/** Pairs in their order, those that only one gets right before those that both get wrong. */
function byFlip(pairs: readonly Pair[], right: (row: SampleRow) => boolean): readonly Pair[] {
  const isFlip = ([a, b]: Pair): boolean => right(a) !== right(b);
  return [...pairs.filter(isFlip), ...pairs.filter((pair) => !isFlip(pair))];
}

/** A choice is right where the data says so; words are right where their score is 1. */
function isRight(sample: SampleRow, metric: string | undefined): boolean {
  if (sample.prediction !== null) return sample.isRight[sample.prediction] ?? false;
  const name = metric ?? sample.scoreNames.find((one) => one === "acc" || one.endsWith("_acc"));
  return sample.scoreValues[sample.scoreNames.indexOf(name ?? "")] === 1;
}

function headline({ models, benchmark, counts }: View): string {
  const [a, b] = models;
  const unscored = counts.unscored === 0 ? "" : `; ${counts.unscored} not scored by both`;
  return `${benchmark}: of ${counts.both} questions, only ${a} is right on ${counts.onlyFirstRight}, only ${b} on ${counts.onlySecondRight}, both wrong in different ways on ${counts.differentlyWrong}${unscored}`;
}

function leftOver({ left }: View): string {
  return left === 0 ? "" : `and ${left} more`;
}

function answerText(sample: SampleRow, right: View["right"]): string {
  const answer = sample.response ?? sample.choices[sample.prediction ?? -1] ?? "";
  return `${right(sample) ? "✓" : "✗"} ${answer.trim()}`;
}

function flipsHtml(view: View): string {
  const head = view.models.map((model) => `<th class="sl-name" scope="col">${escapeHtml(model)}</th>`).join("");
  const rows = view.shown.map(([a, b]) => {
    const cells = [a, b].map((row) => `<td class="sl-text">${escapeHtml(answerText(row, view.right))}</td>`).join("");
    return `<tr><td class="sl-faint">${escapeHtml(a.sample)}</td><td class="sl-text">${escapeHtml(shorten(a.question, 400))}</td>${cells}</tr>`;
  });
  const left = leftOver(view);
  return styled(
    `<table><caption>${escapeHtml(headline(view))}</caption><thead><tr><th scope="col">#</th><th class="sl-name" scope="col">Question</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>${left === "" ? "" : `<ul class="sl-notes"><li>${left}</li></ul>`}`,
  );
}

function flipsMarkdown(view: View): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    `**${escapeMarkdown(headline(view))}**`,
    "",
    line(["#", "Question", ...view.models.map(escapeMarkdown)]),
    line(["---:", "---", "---", "---"]),
    ...view.shown.map(([a, b]) =>
      line([
        a.sample,
        escapeMarkdown(shorten(a.question, 400)),
        ...[a, b].map((row) => escapeMarkdown(answerText(row, view.right))),
      ]),
    ),
    "",
    leftOver(view),
  ].join("\n");
}

function flipsText(view: View): string {
  const blocks = view.shown.flatMap(([a, b]) => [
    "",
    `${a.sample}  ${shorten(oneLine(a.question), 200)}`,
    `    ${oneLine(view.models[0])}: ${oneLine(answerText(a, view.right))}`,
    `    ${oneLine(view.models[1])}: ${oneLine(answerText(b, view.right))}`,
  ]);
  return [oneLine(headline(view)), ...blocks, "", leftOver(view)].join("\n").trimEnd();
}
