/** One question: its choices, what is right, what each model makes of it, its scores, and the prompt with its pictures. */

import { type SampleRow } from "../result/rows.ts";
import { type ResultTable } from "../result/table.ts";
import { type Displayed, displayed } from "./display.ts";
import { escapeHtml, escapeMarkdown, oneLine } from "./markup.ts";
import { detailsHtml, detailsMarkdown, detailsText } from "./sample-details.ts";
import { type ChoiceView, choicesOf, samplesByModel } from "./sample-view.ts";
import { styled } from "./style.ts";

/** Which question to show. */
export interface QuestionOptions {
  /** "truthfulqa_mc". */
  readonly benchmark: string;
  /** Row of the data file, from 0, as the samples' column `sample` has it. Default: the first sample of the results. */
  readonly sample?: number | string;
  /** Which choices, where a question has several sets. Default: the first set (mc1). */
  readonly set?: string;
  /** Only these models. Default: all. */
  readonly models?: readonly string[];
}

interface Answer {
  readonly model: string;
  /** The model's own words; null where it chose among choices. */
  readonly response: string | null;
  readonly choices: readonly ChoiceView[];
}

const legend =
  "✓ right · ▸ what the model prefers · numbers are nats (log-likelihood summed over the tokens); the longest bar is the most likely choice";

/**
 * Shows one question.
 *
 * @throws RangeError where the results do not have the benchmark or the sample.
 */
export function question(results: ResultTable, options: QuestionOptions): Displayed {
  const { benchmark, set, models } = options;
  const found = [...samplesByModel(results, benchmark)].flatMap(([model, samples]) => {
    if (models !== undefined && !models.includes(model)) return [];
    const sample = samples.find((row) => options.sample === undefined || row.sample === String(options.sample));
    return sample === undefined ? [] : [{ model, sample }];
  });
  const [first] = found;
  if (first === undefined) {
    const wanted = options.sample === undefined ? "for these models" : `"${String(options.sample)}"`;
    throw new RangeError(`Cannot find sample ${wanted} of "${benchmark}" in the results: expected one that was scored`);
  }
  const answers = found.map(({ model, sample }) => ({
    model,
    response: sample.response,
    choices: choicesOf(sample, set),
  }));
  return displayed({
    html: styled(questionHtml(first.sample, answers) + detailsHtml(found)),
    markdown: [questionMarkdown(first.sample, answers), "", detailsMarkdown(found)].join("\n"),
    text: [questionText(first.sample, answers), "", ...detailsText(found)].join("\n"),
  });
}

function titleOf(sample: SampleRow): string {
  return `${sample.benchmark} version ${sample.version}, sample ${sample.sample}`;
}

function questionHtml(sample: SampleRow, answers: readonly Answer[]): string {
  if (isInWords(answers)) return wordsHtml(sample, answers);
  const head = answers.map(({ model }) => `<th scope="col">${escapeHtml(model)}</th>`).join("");
  const rows = (answers[0]?.choices ?? []).map((choice, index) => {
    const cells = answers.map(({ choices }) => `<td class="sl-value">${scoreHtml(choices[index])}</td>`).join("");
    return `<tr><td>${choice.isRight ? "✓" : ""}</td><td class="sl-text">${escapeHtml(choice.text.trim())}</td>${cells}</tr>`;
  });
  return `<table><caption>${escapeHtml(titleOf(sample))}<div class="sl-question">${escapeHtml(sample.question)}</div></caption><thead><tr><th></th><th class="sl-name" scope="col">Choice</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table><ul class="sl-notes"><li>${legend}</li></ul>`;
}

function scoreHtml(choice: ChoiceView | undefined): string {
  if (choice === undefined) return "–";
  const width = (100 * choice.share).toFixed(1);
  const value = `${choice.isPreferred ? "▸ " : ""}${natsText(choice)}`;
  return `${choice.isPreferred ? `<b>${value}</b>` : value}<span class="sl-bar"><i style="width:${width}%"></i></span>`;
}

function questionMarkdown(sample: SampleRow, answers: readonly Answer[]): string {
  if (isInWords(answers)) return wordsText(sample, answers).split("\n").map(escapeMarkdown).join("  \n");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    `**${escapeMarkdown(titleOf(sample))}**: ${escapeMarkdown(sample.question)}`,
    "",
    line(["", "Choice", ...answers.map(({ model }) => escapeMarkdown(model))]),
    line(["---", "---", ...answers.map(() => "---:")]),
    ...(answers[0]?.choices ?? []).map((choice, index) =>
      line([
        choice.isRight ? "✓" : "",
        escapeMarkdown(choice.text),
        ...answers.map(
          ({ choices }) => `${choices[index]?.isPreferred === true ? "▸ " : ""}${natsText(choices[index])}`,
        ),
      ]),
    ),
    "",
    legend,
  ].join("\n");
}

function questionText(sample: SampleRow, answers: readonly Answer[]): string {
  if (isInWords(answers)) return wordsText(sample, answers);
  const blocks = answers.flatMap(({ model, choices }) => [
    "",
    oneLine(model),
    ...choices.map((choice) => {
      const bar = "█".repeat(Math.round(20 * choice.share)).padEnd(20, "·");
      const marks = `${choice.isPreferred ? "▸" : " "}${choice.isRight ? "✓" : " "}`;
      return `${marks} ${natsText(choice).padStart(9)} ${bar} ${oneLine(choice.text)}`;
    }),
  ]);
  return [titleOf(sample), oneLine(sample.question), ...blocks, "", legend].join("\n");
}

/** True where models answered in words: the choices are then the references, without log-likelihoods. */
function isInWords(answers: readonly Answer[]): boolean {
  return answers.some(({ response }) => response !== null);
}

function wordsHtml(sample: SampleRow, answers: readonly Answer[]): string {
  const row = (name: string, text: string): string =>
    `<tr><th class="sl-name" scope="row">${escapeHtml(name)}</th><td class="sl-text">${escapeHtml(text)}</td></tr>`;
  const said = answers.map(({ model, response }) => row(model, response?.trim() ?? "not answered"));
  const references = (answers[0]?.choices ?? []).map((one) =>
    row(one.isRight ? "✓ reference" : "✗ reference", one.text),
  );
  return `<table><caption>${escapeHtml(titleOf(sample))}<div class="sl-question">${escapeHtml(sample.question)}</div></caption><tbody>${said.join("")}${references.join("")}</tbody></table>`;
}

function wordsText(sample: SampleRow, answers: readonly Answer[]): string {
  return [
    titleOf(sample),
    oneLine(sample.question),
    "",
    ...answers.map(({ model, response }) => `${oneLine(model)}: ${oneLine(response ?? "not answered")}`),
    "",
    ...(answers[0]?.choices ?? []).map((one) => `${one.isRight ? "✓" : "✗"} ${oneLine(one.text)}`),
  ].join("\n");
}

function natsText(choice: ChoiceView | undefined): string {
  const nats = choice?.nats ?? null;
  if (nats === null) return "not scored";
  return Number.isFinite(nats) ? nats.toFixed(2).replace("-", "−") : "−∞";
}
