/** What cells say, on its way to the wire thread: text is batched, everything keeps its order. */

import type { Published } from "../messages/published.ts";
import { type StreamName, streamMessage } from "../messages/stream.ts";
import type { FromCells } from "../threads/cells.ts";
import type { Content } from "../wire/content.ts";
import { type CellContext, currentCell } from "./context.ts";

/** One message of a cell. */
export interface CellMessage extends Published {
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
}

/** Text that waits is sent at the latest after this time, or when there is this much of it. */
const batchMs = 20;
const batchLength = 1 << 16;

/** Sends what cells say. */
export class Outbox {
  readonly #post: (message: FromCells) => void;
  #text:
    | { readonly name: StreamName; readonly cell: CellContext; readonly since: number; parts: string[]; length: number }
    | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(post: (message: FromCells) => void) {
    this.#post = post;
  }

  /** Sends a message of `cell`, after the text before it. */
  publish({ type, content, metadata, buffers }: CellMessage, cell: CellContext | undefined = currentCell()): void {
    this.flush();
    if (cell?.silent === true) return;
    const more = { ...(metadata && { metadata }), ...(buffers && { buffers }) };
    this.#post({ kind: "publish", publication: { type, content, parent: cell?.parent ?? {}, ...more } });
  }

  /** Adds text to a stream of the cell this code belongs to. */
  write(name: StreamName, text: string): void {
    const cell = currentCell();
    if (text === "" || cell === undefined) return;
    if (this.#text !== undefined && (this.#text.name !== name || this.#text.cell !== cell)) this.flush();
    this.#text ??= { name, cell, since: performance.now(), parts: [], length: 0 };
    this.#text.parts.push(text);
    this.#text.length += text.length;
    if (this.#text.length >= batchLength || performance.now() - this.#text.since > batchMs) this.flush();
    else {
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, batchMs).unref();
    }
  }

  /** Sends the text that waits. */
  flush(): void {
    const waiting = this.#text;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#text = undefined;
    if (waiting === undefined || waiting.cell.silent) return;
    const { name, cell, parts } = waiting;
    for (const text of pieces(parts.join(""))) {
      this.#post({ kind: "publish", publication: { ...streamMessage(name, text), parent: cell.parent } });
    }
  }
}

/** Cuts long text, never through a surrogate pair, so that no message takes long to sign. */
function* pieces(text: string): Generator<string> {
  const size = 1 << 19;
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + size, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
