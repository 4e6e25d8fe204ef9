/** The batches in which a model is asked: all at once, or, where answers are stored, a fixed number of items at a time. */

import { createHash } from "node:crypto";

import { throwIfStopped } from "../base/task.ts";
import { type AnswerStore } from "../result/answer-store.ts";

/** Where the answers of one model to one benchmark are kept. */
export interface Stored {
  readonly store: AnswerStore;
  /** What a batch's requests do not say: the model's fingerprint, the task, its version, what is cut. */
  readonly scope: readonly string[];
}

/** How one benchmark is asked. */
export interface BatchPlan<Request, Answer> {
  /** One row an item. */
  readonly requests: readonly (readonly Request[])[];
  readonly ask: (requests: readonly Request[], onAnswered: (index: number) => void) => Promise<readonly Answer[]>;
  readonly stored: Stored | null;
  /** No batch is begun after it is aborted. */
  readonly signal: AbortSignal;
}

/** Items a batch where answers are stored: what a crash may lose. */
const storedBatchItems = 32;

/**
 * The answers to all requests, in order. The batches are a function of the requests alone, so that a run that goes on
 * after a crash computes what an uninterrupted one would have, to the last bit.
 */
export async function askInBatches<Request, Answer>(
  { requests, ask, stored, signal }: BatchPlan<Request, Answer>,
  onAnswered: (index: number) => void,
): Promise<readonly Answer[]> {
  if (stored === null) return ask(requests.flat(), onAnswered);
  const answers: Answer[] = [];
  for (let start = 0; start < requests.length; start += storedBatchItems) {
    throwIfStopped(signal, "asking");
    const batch = requests.slice(start, start + storedBatchItems).flat();
    const before = answers.length;
    const key = batchKey(stored.scope, batch);
    const known = stored.store.find(key) as readonly Answer[] | undefined; // the key holds all that an answer depends on
    const found =
      known ??
      (await ask(batch, (index) => {
        onAnswered(before + index);
      }));
    if (known === undefined) await stored.store.append(key, found);
    else {
      known.forEach((_, index) => {
        onAnswered(before + index);
      });
    }
    answers.push(...found);
  }
  return answers;
}

function batchKey(scope: readonly string[], batch: readonly unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify([scope, batch]))
    .digest("hex");
}
