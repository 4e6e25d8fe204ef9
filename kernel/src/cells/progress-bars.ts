/** Progress of the ambient task as bars in the output of a cell. */

import type { CellContext, ProgressEvent } from "./context.ts";
import type { Outbox } from "./outbox.ts";
import { escapeHtml } from "./rich/html.ts";

/** A bar moves at most this often; its last state is always shown. */
const periodMs = 100;

interface Bar {
  readonly displayId: string;
  readonly startedMs: number;
  event: ProgressEvent;
  shownMs: number;
  timer: NodeJS.Timeout | undefined;
}

/** The bars of one cell. */
export class ProgressBars {
  readonly #outbox: Outbox;
  readonly #cell: CellContext;
  readonly #bars = new Map<string, Bar>();

  constructor(outbox: Outbox, cell: CellContext) {
    this.#outbox = outbox;
    this.#cell = cell;
  }

  /** Draws the bar of an event, or moves it. */
  readonly show = (event: ProgressEvent): void => {
    const bar = this.#bars.get(event.id);
    if (bar === undefined) {
      this.#open(event);
      return;
    }
    bar.event = event;
    const waitMs = bar.shownMs + periodMs - performance.now();
    if (event.state !== "running" || waitMs <= 0) this.#update(bar);
    else {
      bar.timer ??= setTimeout(() => {
        this.#update(bar);
      }, waitMs).unref();
    }
  };

  /** Marks the bars that still run as stopped. */
  stop(): void {
    for (const { event } of this.#bars.values()) {
      if (event.state === "running") this.show({ ...event, state: "stopped" });
    }
  }

  #open(event: ProgressEvent): void {
    const now = performance.now();
    const displayId = `${this.#cell.parent.msg_id}-${event.id}`;
    const bar: Bar = { displayId, startedMs: now, event, shownMs: now, timer: undefined };
    this.#bars.set(event.id, bar);
    this.#send("display_data", bar);
  }

  #update(bar: Bar): void {
    clearTimeout(bar.timer);
    bar.timer = undefined;
    bar.shownMs = performance.now();
    this.#send("update_display_data", bar);
  }

  #send(type: "display_data" | "update_display_data", { displayId, event, startedMs }: Bar): void {
    const data = progressBundle(event, (performance.now() - startedMs) / 1000);
    this.#outbox.publish({ type, content: { data, metadata: {}, transient: { display_id: displayId } } }, this.#cell);
  }
}

/** A bar as text and as HTML; the label is text of a library's or a user's and is escaped. */
export function progressBundle(event: ProgressEvent, seconds: number): Readonly<Record<string, string>> {
  const { label, completed, total, state } = event;
  const figures = progressFigures(event, seconds);
  const value =
    total === null ? (state === "running" ? "" : ` value="1"`) : ` max="${String(total)}" value="${String(completed)}"`;
  const html =
    `<div class="sightlab-progress" data-state="${state}">` +
    `<label>${escapeHtml(label)} <progress${value}></progress></label> <span>${escapeHtml(figures)}</span></div>`;
  return { "text/html": html, "text/plain": `${label}: ${figures}` };
}

function progressFigures(event: ProgressEvent, seconds: number): string {
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
