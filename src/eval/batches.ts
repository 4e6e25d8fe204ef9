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
  /** One entry an item: how many requests it has, and how they are read. */
  readonly items: readonly BatchItem<Request>[];
  readonly ask: (
    requests: readonly Request[],
    onAnswered: (index: number, answer: Answer) => void,
  ) => Promise<readonly Answer[]>;
  readonly stored: Stored | null;
  /** Answers do not depend on what is asked beside them: each item is stored as soon as it has its answers. */
  readonly answersAlone: boolean;
  /** No batch is begun after it is aborted. */
  readonly signal: AbortSignal;
}

/** The requests of one item; pictures are read with them. */
export interface BatchItem<Request> {
  readonly count: number;
  readonly hasImages: boolean;
  readonly read: () => Promise<readonly Request[]>;
}

/** Items a batch where answers are stored (what a crash may lose) or pictures are read (what memory must hold). */
const batchItems = 32;

/** Called with the index of a request and its answer, in any order. */
type OnAnswered<Answer> = (request: number, answer: Answer) => void;

/**
 * The answers to all requests, in order. The batches are a function of the requests alone, so that a run that goes on
 * after a crash computes what an uninterrupted one would have, to the last bit.
 */
export async function askInBatches<Request, Answer>(
  plan: BatchPlan<Request, Answer>,
  onAnswered: OnAnswered<Answer>,
): Promise<readonly Answer[]> {
  const { items, stored, signal } = plan;
  const isOneBatch = (stored === null || plan.answersAlone) && !items.some((item) => item.hasImages);
  const size = isOneBatch ? items.length : batchItems;
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += size) {
    throwIfStopped(signal, "asking");
    const before = answers.length;
    const requests = await Promise.all(items.slice(start, start + size).map((item) => item.read()));
    const tell: OnAnswered<Answer> = (index, answer) => {
      onAnswered(before + index, answer);
    };
    answers.push(...(await (plan.answersAlone ? askAlone(requests, plan, tell) : askTogether(requests, plan, tell))));
  }
  return answers;
}

/** A batch whose answers depend on each other in their last digits: it is stored whole. */
async function askTogether<Request, Answer>(
  requests: readonly (readonly Request[])[],
  { ask, stored }: BatchPlan<Request, Answer>,
  tell: OnAnswered<Answer>,
): Promise<readonly Answer[]> {
  const batch = requests.flat();
  if (stored === null) return ask(batch, tell);
  const key = batchKey(stored.scope, batch);
  const known = stored.store.find(key) as readonly Answer[] | undefined; // the key holds all that an answer depends on
  known?.forEach((answer, index) => {
    tell(index, answer);
  });
  if (known !== undefined) return known;
  const found = await ask(batch, tell);
  await stored.store.append(key, found);
  return found;
}

/** Items that do not touch each other: those that are not stored are asked in one call, and stored one by one. */
async function askAlone<Request, Answer>(
  requests: readonly (readonly Request[])[],
  { ask, stored }: BatchPlan<Request, Answer>,
  tell: OnAnswered<Answer>,
): Promise<readonly Answer[]> {
  if (stored === null) return ask(requests.flat(), tell);
  const keys = requests.map((own) => batchKey(stored.scope, own));
  const known = keys.map((key) => stored.store.find(key) as readonly Answer[] | undefined);
  const starts = requests.map((_, item) => requests.slice(0, item).flat().length);
  const wanted = requests.flatMap((own, item) =>
    known[item] === undefined ? own.map((request, index) => ({ request, item, index })) : [],
  );
  const found = requests.map((own, item): (Answer | undefined)[] => own.map((_, index) => known[item]?.[index]));
  known.forEach((answers, item) => {
    answers?.forEach((answer, index) => {
      tell((starts[item] ?? 0) + index, answer);
    });
  });
  const writing: Promise<void>[] = [];
  const take = (position: number, answer: Answer): void => {
    const { item, index } = wanted[position] ?? { item: -1, index: -1 };
    const own = found[item];
    if (own === undefined || own[index] !== undefined) return;
    own[index] = answer;
    tell((starts[item] ?? 0) + index, answer);
    if (!own.includes(undefined)) writing.push(stored.store.append(keys[item] ?? "", own));
  };
  try {
    const asked = wanted.map(({ request }) => request);
    (await ask(asked, take)).forEach((answer, position) => {
      take(position, answer);
    });
    await Promise.all(writing);
  } finally {
    await Promise.allSettled(writing); // what was answered before an error is kept
  }
  return found.flat().filter((answer) => answer !== undefined);
}

function batchKey(scope: readonly string[], batch: readonly unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify([scope, batch], hashBytes))
    .digest("hex");
}

/** Pictures stand for themselves by their SHA-256. */
function hashBytes(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { sha256: createHash("sha256").update(value).digest("hex") } : value;
}
