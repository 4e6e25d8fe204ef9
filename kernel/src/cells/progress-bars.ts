/** Progress of the ambient task as bars in the output of a cell. */

import type { CellContext, ProgressEvent } from "./context.ts";
import { displayData } from "../messages/display-data.ts";
import { updateDisplayData } from "../messages/update-display-data.ts";
import { hasWidgetFrontEnd } from "../widgets/control-channel.ts";
import type { Outbox } from "./outbox.ts";
import { progressFigures } from "./progress-figures.ts";
import { escapeHtml } from "./rich/html.ts";
import { openStoppableBar, type StoppableBar } from "./stop-button.ts";

/** A bar moves at most this often; its last state is always shown. */
const periodMs = 100;

/** A bar that runs this long gets a button that stops its cell. */
const stoppableMs = 500;

interface Bar {
  readonly displayId: string;
  /** How many running bars it stands in. */
  readonly depth: number;
  readonly startedMs: number;
  event: ProgressEvent;
  /** When it was last shown, or another in its place; undefined before. */
  shownMs: number | undefined;
  timer: NodeJS.Timeout | undefined;
  button: StoppableBar | undefined;
}

/** Whose bars they are. */
export interface ProgressBarsOptions {
  readonly cell: CellContext;
  /** Has a button watched that stops the cell. */
  readonly listenToStop: (button: string) => void;
}

/** The running bars of one cell. */
export class ProgressBars {
  readonly #outbox: Outbox;
  readonly #options: ProgressBarsOptions;
  readonly #bars = new Map<string, Bar>();
  /** Inner bars that have ended, by depth: the next one at its depth takes the place over. */
  readonly #ended = new Map<number, Bar>();
  /** Ids whose bars have ended: whoever was stopped may go on reporting. */
  readonly #over = new Set<string>();
  #hasCellEnded = false;

  constructor(outbox: Outbox, options: ProgressBarsOptions) {
    this.#outbox = outbox;
    this.#options = options;
  }

  /** Draws the bar of an event, or moves it. */
  readonly show = (event: ProgressEvent): void => {
    if (this.#over.has(event.id)) return;
    const bar = this.#bars.get(event.id) ?? this.#open(event);
    bar.event = event;
    if (event.state !== "running") this.#end(bar);
    this.#draw(bar);
  };

  /** Shows what still waits to be shown; bars that go on without their cell have no button that would stop it. */
  cellEnded(): void {
    this.#hasCellEnded = true;
    for (const bar of [...this.#bars.values(), ...this.#ended.values()]) {
      if (bar.timer !== undefined || bar.button !== undefined) this.#update(bar);
    }
  }

  /** Marks the bars that still run as stopped. */
  stop(): void {
    for (const { event } of this.#bars.values()) this.show({ ...event, state: "stopped" });
  }

  #open(event: ProgressEvent): Bar {
    const depth = this.#bars.size;
    const before = this.#ended.get(depth);
    this.#ended.delete(depth);
    if (before?.button !== undefined) this.#update(before);
    clearTimeout(before?.timer);
    const { displayId, shownMs } = before ?? {
      displayId: `${this.#options.cell.parent.msg_id}-${event.id}`,
      shownMs: undefined,
    };
    const bar: Bar = {
      displayId,
      depth,
      startedMs: performance.now(),
      event,
      shownMs,
      timer: undefined,
      button: undefined,
    };
    this.#bars.set(event.id, bar);
    return bar;
  }

  /** Shows a bar now, or when its place may move again; the end of an outermost one is shown at once. */
  #draw(bar: Bar): void {
    const waitMs = (bar.shownMs ?? -Infinity) + periodMs - performance.now();
    const isEnd = bar.depth === 0 && bar.event.state !== "running";
    if (isEnd || waitMs <= 0) this.#update(bar);
    else {
      bar.timer ??= setTimeout(() => {
        this.#update(bar);
      }, waitMs).unref();
    }
  }

  #end(bar: Bar): void {
    const { depth, event } = bar;
    this.#bars.delete(event.id);
    this.#over.add(event.id);
    for (const [deeper, inner] of this.#ended) {
      if (deeper <= depth) continue;
      if (inner.timer !== undefined) this.#update(inner);
      this.#ended.delete(deeper);
    }
    if (depth > 0) this.#ended.set(depth, bar);
  }

  #update(bar: Bar): void {
    clearTimeout(bar.timer);
    bar.timer = undefined;
    const isFirst = bar.shownMs === undefined;
    const now = performance.now();
    bar.shownMs = now;
    const { button } = bar;
    if (bar.event.state !== "running" || this.#hasCellEnded) {
      // What a bar was stays as plain HTML, which needs no kernel.
      bar.button = undefined;
      this.#send(isFirst ? displayData : updateDisplayData, bar);
      button?.close();
    } else if (button !== undefined) button.move(this.#bundle(bar)["text/html"]);
    else {
      if (now - bar.startedMs >= stoppableMs && hasWidgetFrontEnd()) {
        bar.button = openStoppableBar(this.#bundle(bar)["text/html"], this.#options.listenToStop);
      }
      this.#send(isFirst ? displayData : updateDisplayData, bar);
    }
  }

  #bundle({ event, startedMs, depth }: Bar): ReturnType<typeof progressBundle> {
    return progressBundle(event, { seconds: (performance.now() - startedMs) / 1000, depth });
  }

  #send(message: typeof displayData, bar: Bar): void {
    const data = { ...bar.button?.bundle, ...this.#bundle(bar) };
    this.#outbox.publish(message(data, bar.displayId), this.#options.cell);
  }
}

/** A bar as text and as HTML; the label is text of a library's or a user's and is escaped. */
function progressBundle(
  event: ProgressEvent,
  { seconds, depth }: { readonly seconds: number; readonly depth: number },
): { readonly "text/html": string; readonly "text/plain": string } {
  const { label, completed, total, state } = event;
  const figures = progressFigures(event, seconds);
  const value =
    total === null ? (state === "running" ? "" : ` value="1"`) : ` max="${String(total)}" value="${String(completed)}"`;
  const html =
    `<div class="sightlab-progress" data-state="${state}"${depth === 0 ? "" : ` style="margin-left:${String(2 * depth)}em"`}>` +
    `<label>${escapeHtml(label)} <progress${value}></progress></label> <span>${escapeHtml(figures)}</span></div>`;
  return { "text/html": html, "text/plain": `${label}: ${figures}` };
}
