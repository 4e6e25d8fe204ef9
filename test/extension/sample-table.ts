/** A benchmark table with every case the renderer knows. Its numbers are made up. */

import type { BenchmarkCell, BenchmarkTable } from "../../extension/src/benchmark-table.ts";

const nothing: BenchmarkCell = {
  value: null,
  standardError: null,
  n: null,
  unscored: 0,
  differenceToBase: null,
  doubts: [],
  paper: null,
};

/** Measured rows, baselines and the paper; a text with markup in it; lower-is-better; unscored samples. */
export const sampleTable: BenchmarkTable = {
  formatVersion: 1,
  title: "Real benchmark files, first 100 samples of each task",
  columns: [
    {
      id: "truthfulqa_mc.mc1",
      label: "TruthfulQA-mc",
      metric: "mc1",
      direction: "higher",
      unit: "fraction",
      detail: "truthfulqa_mc version 1, 6-shot preset, validation split, n = 100",
    },
    {
      id: "truthfulqa_mc.mc2",
      label: "TruthfulQA-mc",
      metric: "mc2",
      direction: "higher",
      unit: "fraction",
      detail: "truthfulqa_mc version 1, 6-shot preset, validation split, n = 100",
    },
    {
      id: "ethics_cm.acc",
      label: "ETHICS cm",
      metric: "acc",
      direction: "higher",
      unit: "fraction",
      detail: "ethics_cm version 0, 0-shot, test split, n = 100",
    },
    {
      id: "ethics_justice.em",
      label: "ETHICS justice",
      metric: "em",
      direction: "higher",
      unit: "fraction",
      detail: "ethics_justice version 0, 0-shot, test split, n = 100",
    },
    {
      id: "wikitext.perplexity",
      label: "Loss",
      metric: "nats",
      direction: "lower",
      unit: "nats",
      detail: "a metric of which less is better",
    },
  ],
  sections: [
    {
      kind: "measured",
      title: "Measured here",
      groups: [
        {
          label: "quickstart-a",
          rows: [
            {
              label: "quickstart-a",
              isBase: true,
              cells: {
                "truthfulqa_mc.mc1": {
                  ...nothing,
                  value: 0.22,
                  standardError: 0.041633319989322654,
                  n: 100,
                  paper: 0.22,
                },
                "truthfulqa_mc.mc2": {
                  ...nothing,
                  value: 0.4523456789012345,
                  standardError: 0.0321,
                  n: 100,
                  paper: 0.341,
                },
                "ethics_cm.acc": { ...nothing, value: 0.53, standardError: 0.0502, n: 98, unscored: 2 },
                "ethics_justice.em": { ...nothing, value: 0, standardError: 0, n: 100 },
                "wikitext.perplexity": { ...nothing, value: 0.61, standardError: 0.02, n: 100 },
              },
            },
            {
              label: "quickstart-b <b>bold</b>",
              isBase: false,
              cells: {
                "truthfulqa_mc.mc1": {
                  ...nothing,
                  value: 0.25,
                  standardError: 0.0435,
                  n: 100,
                  differenceToBase: 0.03,
                  doubts: ["language"],
                  paper: 0.236,
                },
                "truthfulqa_mc.mc2": {
                  ...nothing,
                  value: 0.44,
                  standardError: 0.0321,
                  n: 100,
                  differenceToBase: -0.0123456789012345,
                },
                "ethics_cm.acc": { ...nothing, value: 0.5304, standardError: 0.05, n: 100, differenceToBase: 0.0004 },
                "ethics_justice.em": { ...nothing, n: 0, unscored: 100 },
                "wikitext.perplexity": {
                  ...nothing,
                  value: 0.55,
                  standardError: 0.02,
                  n: 100,
                  differenceToBase: -0.06,
                  doubts: ["language", "spread"],
                },
              },
            },
          ],
        },
        {
          label: "LLaMA2",
          rows: [
            {
              label: "base",
              isBase: true,
              cells: { "truthfulqa_mc.mc1": { ...nothing, value: 0.252, standardError: 0.0434, n: 100 } },
            },
            {
              label: "MM-ft",
              isBase: false,
              cells: { "truthfulqa_mc.mc1": null, "ethics_cm.acc": { ...nothing, value: 1, standardError: 0, n: 3 } },
            },
          ],
        },
      ],
    },
    {
      kind: "baseline",
      title: "Baselines on the same samples",
      groups: [
        {
          label: "",
          rows: [
            {
              label: "Shortest choice",
              isBase: false,
              cells: { "truthfulqa_mc.mc1": { ...nothing, value: 0.31, standardError: 0.0465, n: 100 } },
            },
            {
              label: "Most frequent label",
              isBase: false,
              cells: { "ethics_cm.acc": { ...nothing, value: 0.53, standardError: 0.0502, n: 100 } },
            },
          ],
        },
      ],
    },
    {
      kind: "paper",
      title: "Paper, Table 1",
      groups: [
        {
          label: "LLaMA",
          rows: [
            {
              label: "base",
              isBase: true,
              cells: {
                "truthfulqa_mc.mc1": { ...nothing, value: 0.22 },
                "truthfulqa_mc.mc2": { ...nothing, value: 0.341 },
              },
            },
            {
              label: "MM-ft",
              isBase: false,
              cells: {
                "truthfulqa_mc.mc1": { ...nothing, value: 0.236, differenceToBase: 0.016 },
                "truthfulqa_mc.mc2": { ...nothing, value: 0.358, differenceToBase: 0.017 },
              },
            },
          ],
        },
      ],
    },
  ],
  notes: [
    "2 samples of ETHICS cm could not be scored; they are not counted.",
    "The paper's ETHICS is one number over all tasks; what it averages is not said. <img src=x onerror=alert(1)>",
  ],
};
