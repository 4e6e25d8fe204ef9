/** Progress on a terminal: one line that is rewritten, and one line for each piece of work that ended. */

import { type ProgressEvent, type ProgressSink } from "../base/task.ts";
import { formatSeconds } from "../eval/time-left.ts";

/** Where the lines go: process.stderr, or a stand-in. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

interface Bar {
  readonly started: number;
  readonly event: ProgressEvent;
}

const clearLine = "\r\u001b[2K";
const redrawMs = 100;

/**
 * A sink that draws on `stream`. The line shows the oldest piece of work that is still running, with the time left;
 * where `stream` is no terminal only the ends are told. `now` returns milliseconds.
 */
export function terminalProgress(stream: TerminalStream, now: () => number = () => performance.now()): ProgressSink {
  const running = new Map<string, Bar>();
  const isTerminal = stream.isTTY === true;
  let drawnAt = -Infinity;
  const draw = (): void => {
    const [oldest] = running.values();
    drawnAt = now();
    const width = Math.max(20, (stream.columns ?? 80) - 1);
    stream.write(clearLine + (oldest === undefined ? "" : runningLine(oldest, drawnAt).slice(0, width)));
  };
  return (event) => {
    const started = running.get(event.id)?.started ?? now();
    if (event.state === "running") {
      running.set(event.id, { started, event });
      if (isTerminal && now() - drawnAt >= redrawMs) draw();
      return;
    }
    running.delete(event.id);
    stream.write(`${isTerminal ? clearLine : ""}${endLine(event, (now() - started) / 1000)}\n`);
    if (isTerminal && running.size > 0) draw();
  };
}

function runningLine({ started, event }: Bar, now: number): string {
  const { label, completed, total, unit } = event;
  if (total === null) return `${plain(label)}: ${amount(completed, unit)}`;
  const { secondsLeft = ((now - started) / 1000 / completed) * (total - completed) } = event;
  const left = completed > 0 ? `, ${formatSeconds(secondsLeft)} left` : "";
  return `${bar(completed / total)} ${unit === "bytes" ? megabytes(completed) : completed}/${amount(total, unit)}  ${plain(label)}${left}`;
}

function endLine({ label, completed, unit, state }: ProgressEvent, seconds: number): string {
  const words = { running: "", done: "", stopped: ", stopped", failed: ", failed" };
  return `${plain(label)}: ${amount(completed, unit)} in ${formatSeconds(seconds)}${words[state]}`;
}

function amount(count: number, unit: string): string {
  return unit === "bytes" ? `${megabytes(count)} MB` : `${count} ${unit}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function bar(share: number): string {
  const full = Math.round(20 * Math.min(1, Math.max(0, share)));
  return "█".repeat(full) + "·".repeat(20 - full);
}

/** Labels may hold names of models and files: no control character reaches the terminal. */
function plain(label: string): string {
  return label.replace(/\p{Cc}+/gu, " ");
}
