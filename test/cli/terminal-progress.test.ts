import assert from "node:assert/strict";

import { type ProgressEvent } from "../../src/base/task.ts";
import { terminalProgress } from "../../src/cli/terminal-progress.ts";

describe("cli/terminal-progress", () => {
  const event = (change: Partial<ProgressEvent>): ProgressEvent => ({
    id: "1",
    label: "Scoring",
    completed: 0,
    total: 10,
    unit: "questions",
    state: "running",
    ...change,
  });
  const drawn = (isTTY: boolean, steps: readonly [number, Partial<ProgressEvent>][]): string[] => {
    const lines: string[] = [];
    let time = 0;
    const sink = terminalProgress({ isTTY, columns: 80, write: (text) => lines.push(text) }, () => time);
    for (const [at, change] of steps) {
      time = at;
      sink(event(change));
    }
    return lines;
  };

  it("draws the oldest running bar with the time left, and no more than ten times a second", () => {
    const lines = drawn(true, [
      [0, {}],
      [50, { completed: 1 }],
      [1000, { completed: 1 }],
      [1001, { id: "2", label: "Other" }],
      [2000, { id: "2", label: "Other", completed: 5 }],
    ]);
    assert.deepEqual(lines, [
      "\r\u001b[2K···················· 0/10 questions  Scoring",
      "\r\u001b[2K██·················· 1/10 questions  Scoring, 9 s left",
      "\r\u001b[2K██·················· 1/10 questions  Scoring, 18 s left",
    ]);
  });

  it("counts bytes in megabytes", () => {
    const pulled = { label: "Downloading a", unit: "bytes", total: 25_000_000 };
    const lines = drawn(true, [
      [0, { ...pulled, completed: 5_000_000 }],
      [1000, { ...pulled, completed: 25_000_000, state: "done" }],
    ]);
    assert.match(lines[0] ?? "", / 5\.0\/25\.0 MB {2}Downloading a/);
    assert.match(lines[1] ?? "", /Downloading a: 25\.0 MB in 1 s\n$/);
  });

  it("tells the end of each piece of work, also where there is no terminal", () => {
    const steps: [number, Partial<ProgressEvent>][] = [
      [0, {}],
      [3000, { completed: 10, state: "done" }],
      [3000, { id: "2", label: "Other\u001b[2J" }],
      [5000, { id: "2", label: "Other\u001b[2J", completed: 4, state: "stopped" }],
    ];
    assert.deepEqual(drawn(false, steps), [
      "Scoring: 10 questions in 3 s\n",
      "Other [2J: 4 questions in 2 s, stopped\n",
    ]);
  });
});
