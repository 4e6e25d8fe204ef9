/** What stands under the view of one question: scores, why there are none, the whole prompt and its pictures. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { type SampleRow } from "../result/rows.ts";
import { escapeHtml, escapeMarkdown, oneLine } from "./markup.ts";

/** One model's row of the sample. */
export interface ModelSample {
  readonly model: string;
  readonly sample: SampleRow;
}

/** Scores as words, one entry a model: "acc 1, mc2 0.353", or why there are none. */
function scoreWords({ scoreNames, scoreValues, problem, truncated }: SampleRow): string {
  const values = scoreNames.map((name, index) => `${name} ${short(scoreValues[index] ?? NaN)}`);
  const scored = values.length > 0 ? values.join(", ") : `not scored${problem === null ? "" : `: ${problem}`}`;
  return truncated ? `${scored} (prompt cut to fit the model's window)` : scored;
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}

/** The details as HTML: the prompt is folded away, pictures are drawn from their files where those are still the same. */
export function detailsHtml(found: readonly ModelSample[]): string {
  const [first] = found;
  if (first === undefined) return "";
  const scores = found.map(({ model, sample }) => `<li>${escapeHtml(model)}: ${escapeHtml(scoreWords(sample))}</li>`);
  const { prompt, promptHash, images, imageHashes } = first.sample;
  const pictures = images.map((path, index) => pictureHtml(path, imageHashes[index] ?? ""));
  return [
    ...(pictures.length === 0 ? [] : [`<div class="sl-question">${pictures.join(" ")}</div>`]),
    `<ul class="sl-notes">${scores.join("")}</ul>`,
    `<details class="sl-notes"><summary>Prompt, SHA-256 ${escapeHtml(promptHash.slice(0, 12))}</summary>`,
    `<pre class="sl-question">${escapeHtml(prompt)}</pre></details>`,
  ].join("");
}

/** The scores as a Markdown list. */
export function detailsMarkdown(found: readonly ModelSample[]): string {
  return found
    .map(({ model, sample }) => `- ${escapeMarkdown(model)}: ${escapeMarkdown(scoreWords(sample))}`)
    .join("\n");
}

/** The details as lines of text, with the whole prompt. */
export function detailsText(found: readonly ModelSample[]): readonly string[] {
  const [first] = found;
  if (first === undefined) return [];
  const { prompt, promptHash, images } = first.sample;
  return [
    ...found.map(({ model, sample }) => `${oneLine(model)}: ${oneLine(scoreWords(sample))}`),
    ...images.map((path) => `Picture: ${oneLine(path)}`),
    "",
    `Prompt, SHA-256 ${promptHash.slice(0, 12)}:`,
    ...prompt.split("\n").map((line) => `  ${oneLine(line)}`),
  ];
}

const mimeTypes: readonly (readonly [start: readonly number[], type: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], "image/png"],
  [[0xff, 0xd8, 0xff], "image/jpeg"],
  [[0x47, 0x49, 0x46, 0x38], "image/gif"],
  [[0x52, 0x49, 0x46, 0x46], "image/webp"],
];

/** A picture of at most 4 MB as part of the page; otherwise its name, and why it is not drawn. */
function pictureHtml(path: string, sha256: string): string {
  const name = escapeHtml(basename(path));
  if (!existsSync(path)) return `<span class="sl-faint">${name} (no longer there)</span>`;
  const bytes = readFileSync(path);
  const type = mimeTypes.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1];
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    return `<span class="sl-faint">${name} (not what the model saw: made from it, or changed since)</span>`;
  }
  if (type === undefined || bytes.length > 4e6) return `<span class="sl-faint">${name}</span>`;
  return `<img alt="${name}" src="data:${type};base64,${bytes.toString("base64")}" style="max-width:320px;max-height:320px">`;
}
