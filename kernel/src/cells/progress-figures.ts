/** What a bar says in words: how many, for how long, how fast, how much longer. */

import type { ProgressEvent } from "./context.ts";

/** The figures of a bar that has run for `seconds`. */
export function progressFigures(event: ProgressEvent, seconds: number): string {
  const { completed, total, unit, state } = event;
  const count = total === null ? String(completed) : `${String(completed)}/${String(total)}`;
  const time = [`${duration(seconds)} elapsed`];
  if (state === "running" && completed > 0) time.push(`${(completed / seconds).toPrecision(2)} a second`);
  if (state === "running" && total !== null && completed > 0) {
    const { secondsLeft = (seconds / completed) * (total - completed) } = event;
    time.push(`${duration(secondsLeft)} left`);
  }
  return `${count} ${unit}, ${state === "running" ? time.join(", ") : `${state} after ${duration(seconds)}`}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${String(minutes)} min ${(seconds % 60).toFixed(0)} s` : `${(minutes / 60).toFixed(1)} h`;
}
