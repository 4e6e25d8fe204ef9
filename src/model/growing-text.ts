/** The text of a sequence while it is written: where it ends, and what of it is settled. */

import type { Tokenizer } from "../data/tokenizer.ts";

/** A text that grows token by token. */
export interface GrowingText {
  /** Adds a token; true where a stop string is complete. */
  readonly add: (id: number) => boolean;
  /** What has been settled since the last call; at the end, all of the rest. */
  readonly settle: (isOver: boolean) => string;
  /** The text so far, without a stop string and what follows it. */
  readonly text: () => string;
  readonly tokenCount: () => number;
}

/** An empty text. */
export function growingText(tokenizer: Tokenizer, stop: readonly string[]): GrowingText {
  const ids: number[] = [];
  let given = 0;
  const whole = (): string => tokenizer.decode(ids, { skipSpecialTokens: true });
  const text = (): string => {
    const all = whole();
    return all.slice(0, stopPlace(all, stop) ?? undefined);
  };
  return {
    text,
    tokenCount: () => ids.length,
    add: (id) => {
      ids.push(id);
      return stop.length > 0 && stopPlace(whole(), stop) !== null;
    },
    settle: (isOver) => {
      const all = text();
      const end = isOver ? all.length : settledLength(all, stop);
      const piece = all.slice(given, end);
      given = end;
      return piece;
    },
  };
}

/** Where the first stop string begins; null where there is none. */
function stopPlace(text: string, stop: readonly string[]): number | null {
  const places = stop.map((word) => text.indexOf(word)).filter((place) => place >= 0);
  return places.length === 0 ? null : Math.min(...places);
}

/** Without bytes that may become a character, and without what may become a stop string. */
function settledLength(text: string, stop: readonly string[]): number {
  const whole = text.replace(/\uFFFD+$/u, "");
  return whole.length - Math.max(0, ...stop.map((word) => begunLength(whole, word)));
}

/** How many characters at the end of a text are the beginning of a word. */
function begunLength(text: string, word: string): number {
  let length = Math.min(word.length - 1, text.length);
  while (length > 0 && !text.endsWith(word.slice(0, length))) length -= 1;
  return length;
}
