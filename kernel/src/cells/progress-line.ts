/** Progress where no notebook shows it: one line on a terminal's stderr, rewritten in place. */

import type { ProgressEvent, Task } from "./context.ts";
import { progressFigures } from "./progress-figures.ts";

/** Where the line goes: process.stderr, or a stand-in. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const periodMs = 100;
const clearLine = "\r\u001b[2K";

interface Running {
  readonly startedMs: number;
  event: ProgressEvent;
}

/** A task that nobody stops; its bars share one line, outermost first. What is no terminal is told only of their ends. */
export function lineTask(stream: LineStream): Task {
  const running = new Map<string, Running>();
  const isTerminal = stream.isTTY === true;
  let drawnMs = -Infinity;
  const draw = (now: number): void => {
    drawnMs = now;
    const texts = [...running.values()].map((bar) => lineOf(bar, now));
    stream.write(clearLine + texts.join(" | ").slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
  };
  const show = (event: ProgressEvent): void => {
    const now = performance.now();
    const bar = running.get(event.id) ?? { startedMs: now, event };
    bar.event = event;
    if (event.state === "running") {
      running.set(event.id, bar);
      if (isTerminal && now - drawnMs >= periodMs) draw(now);
      return;
    }
    running.delete(event.id);
    // Inner bars come and go by the thousand: only outermost ones leave a line behind.
    if (running.size === 0) stream.write(`${isTerminal ? clearLine : ""}${lineOf(bar, now)}\n`);
  };
  return { signal: new AbortController().signal, progress: show };
}

function lineOf({ event, startedMs }: Running, now: number): string {
  // A label must not move the terminal's cursor.
  const label = event.label.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  return `${label}: ${progressFigures(event, (now - startedMs) / 1000)}`;
}
