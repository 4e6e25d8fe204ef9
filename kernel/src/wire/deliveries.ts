/** Comm messages on their way to the main thread: the front end hears idle only when they have been dealt with. */

import type { CommMessage } from "../messages/comm.ts";
import type { ToCells } from "../threads/cells.ts";

/** Hands comm messages over and waits for their receipts. */
export class Deliveries {
  readonly #tell: (message: ToCells) => void;
  readonly #waiting = new Map<number, () => void>();
  #count = 0;

  constructor(tell: (message: ToCells) => void) {
    this.#tell = tell;
  }

  /** Resolves when the main thread has dealt with the message. */
  deliver(comm: CommMessage): Promise<void> {
    this.#count += 1;
    const delivery = this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(delivery, resolve);
      this.#tell({ kind: "comm", comm, delivery });
    });
  }

  /** Takes a receipt. */
  done(delivery: number): void {
    this.#waiting.get(delivery)?.();
    this.#waiting.delete(delivery);
  }
}
