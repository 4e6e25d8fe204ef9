/** Asks one model all requests of one benchmark, tells what is answered, and stops as soon as the signal says so. */

import { CancelledError } from "../base/errors.ts";
import {
  type Generation,
  type GenerationRequest,
  type LanguageModel,
  type Loglikelihood,
  type LoglikelihoodRequest,
} from "../base/language-model.ts";
import { throwIfStopped } from "../base/task.ts";
import { askInBatches, type BatchItem, type Stored } from "./batches.ts";
import {
  type Benchmark,
  type BenchmarkItem,
  type ChoiceItem,
  type GenerationItem,
  readGenerationRequest,
  readRequests,
  requestsOf,
} from "./benchmark.ts";
import { type Asked, type AskedChoices, type AskedGenerations } from "./collect.ts";
import { hashing, type ImageHashes, imagesOf } from "./item-images.ts";

/** What asking needs besides model and items. */
export interface AskOptions<Answer = unknown> {
  readonly signal: AbortSignal;
  /** Called once before the first request, with words for a person, "Scoring ETHICS cm with tuned", and the items. */
  readonly onStart: (what: string, items: number) => void;
  /** Called with the items that have all their answers, as they come. */
  readonly onItem: (item: BenchmarkItem, answers: readonly Answer[]) => void;
  /** Where answers are kept as they come; null for nowhere. */
  readonly stored: Stored | null;
  /** Takes the SHA-256 of every picture that is read. */
  readonly imageHashes: ImageHashes;
}

/**
 * Says whether a model can be asked at all, before anything is.
 *
 * @throws TypeError naming model, benchmark and what is missing.
 */
export function checkAbility(model: LanguageModel, { kind, benchmark, items }: Asked): void {
  ability(model, benchmark, kind === "choice" ? "loglikelihood" : "generate");
  const first = items.find((item) => imagesOf(item).length > 0);
  if (first !== undefined && model.seesImages !== true) {
    throw new TypeError(
      `Cannot ask "${model.identity.name}" for "${benchmark.name}": expected a model that sees images, got one that reads text alone`,
    );
  }
}

/**
 * The score of every request of the items, in order. All go to the model in one call, so that it can share prefixes.
 *
 * @throws TypeError where the model cannot score; CancelledError at once where the signal is aborted.
 */
export function askChoices(
  model: LanguageModel,
  asked: AskedChoices,
  options: AskOptions<Loglikelihood>,
): Promise<readonly Loglikelihood[]> {
  const { signal } = options;
  checkAbility(model, asked);
  const score = ability(model, asked.benchmark, "loglikelihood");
  const read = (item: ChoiceItem): BatchItem<LoglikelihoodRequest> => ({
    count: requestsOf(item).length,
    hasImages: imagesOf(item).length > 0,
    read: () => readRequests(hashing(item, options.imageHashes)),
  });
  return answers(model, asked, {
    ...options,
    what: `scoring ${asked.benchmark.label} with ${model.identity.name}`,
    batches: asked.items.map(read),
    ask: (batch, onScored) => score(batch, { signal, truncation, onScored }),
  });
}

/**
 * The answer to every item, in order.
 *
 * @throws TypeError where the model cannot generate; CancelledError at once where the signal is aborted.
 */
export function askGenerations(
  model: LanguageModel,
  asked: AskedGenerations,
  options: AskOptions<Generation>,
): Promise<readonly Generation[]> {
  const { signal } = options;
  checkAbility(model, asked);
  const generate = ability(model, asked.benchmark, "generate");
  const read = (item: GenerationItem): BatchItem<GenerationRequest> => ({
    count: 1,
    hasImages: imagesOf(item).length > 0,
    read: async () => [await readGenerationRequest(hashing(item, options.imageHashes))],
  });
  return answers(model, asked, {
    ...options,
    what: `answering ${asked.benchmark.label} with ${model.identity.name}`,
    batches: asked.items.map(read),
    ask: (batch, onGenerated) => generate(batch, { signal, truncation, onGenerated }),
  });
}

/**
 * The scores of the continuations that items ask beside their answer, in order; none, and no call, where they ask none.
 *
 * @throws TypeError where the model cannot score; CancelledError at once where the signal is aborted.
 */
export function askAlsoScored(
  model: LanguageModel,
  asked: AskedGenerations,
  options: Pick<AskOptions, "signal" | "stored" | "imageHashes">,
): Promise<readonly Loglikelihood[]> {
  const { signal } = options;
  const { items, benchmark } = asked;
  if (items.every(({ alsoScored = [] }) => alsoScored.length === 0)) return Promise.resolve([]);
  const score = ability(model, benchmark, "loglikelihood");
  const read = (item: GenerationItem): BatchItem<LoglikelihoodRequest> => ({
    count: item.alsoScored?.length ?? 0,
    hasImages: imagesOf(item).length > 0,
    read: async () => {
      const { context, images } = await readGenerationRequest(hashing(item, options.imageHashes));
      const seen = images === undefined ? {} : { images };
      return (item.alsoScored ?? []).map((continuation) => ({ context, continuation, ...seen }));
    },
  });
  return answers(model, asked, {
    ...options,
    onStart: () => undefined,
    onItem: () => undefined,
    what: `scoring ${benchmark.label} with ${model.identity.name}`,
    batches: items.map(read),
    ask: (batch, onScored) => score(batch, { signal, truncation, onScored }),
  });
}

/** As the harness does: what does not fit is cut on the left, and such samples are counted. */
const truncation = "left";

interface Work<Request, Answer> extends AskOptions<Answer> {
  readonly what: string;
  readonly batches: readonly BatchItem<Request>[];
  readonly ask: (
    requests: readonly Request[],
    onAnswered: (index: number, answer: Answer) => void,
  ) => Promise<readonly Answer[]>;
}

async function answers<Request, Answer>(
  { answersAlone = false }: LanguageModel,
  { items }: Pick<Asked, "items">,
  work: Work<Request, Answer>,
): Promise<readonly Answer[]> {
  const { what, signal, onStart, onItem, batches, ask, stored } = work;
  throwIfStopped(signal, what);
  onStart(capitalize(what), items.length);
  const counts = batches.map(({ count }) => count);
  const counted = countItems(items, counts, onItem);
  const asking = askInBatches({ items: batches, ask, stored, answersAlone, signal }, counted.answered);
  const found = await untilStopped(asking, signal, what);
  const expected = counts.reduce((sum, count) => sum + count, 0);
  if (found.length !== expected) {
    throw new RangeError(`Cannot go on ${what}: expected ${expected} answers, got ${found.length}`);
  }
  counted.finish(found);
  return found;
}

function ability<A extends "loglikelihood" | "generate">(
  model: LanguageModel,
  benchmark: Benchmark,
  name: A,
): NonNullable<LanguageModel[A]> {
  const found = model[name];
  if (found === undefined) {
    throw new TypeError(
      `Cannot ask "${model.identity.name}" for "${benchmark.name}": expected a model that offers ${name}, got one that does not`,
    );
  }
  return found.bind(model) as NonNullable<LanguageModel[A]>; // bind keeps the signature
}

/** Calls `done` once an item when all its requests are answered; `finish` does so for what a model did not announce. */
function countItems<Answer>(
  items: readonly BenchmarkItem[],
  counts: readonly number[],
  done: (item: BenchmarkItem, answers: readonly Answer[]) => void,
): {
  readonly answered: (request: number, answer: Answer) => void;
  readonly finish: (answers: readonly Answer[]) => void;
} {
  const owners = counts.flatMap((count, item) => Array.from({ length: count }, (_, index) => ({ item, index })));
  const given = counts.map((count): (Answer | undefined)[] => Array.from({ length: count }, () => undefined));
  const missing = [...counts];
  const answered = (request: number, answer: Answer): void => {
    const { item: owner, index } = owners[request] ?? { item: -1, index: -1 };
    const [item, own, left = 0] = [items[owner], given[owner], missing[owner]];
    if (item === undefined || own === undefined || own[index] !== undefined) return;
    own[index] = answer;
    missing[owner] = left - 1;
    if (left === 1) done(item, own as readonly Answer[]); // none is missing
  };
  return {
    answered,
    finish(answers) {
      for (const [request, answer] of answers.entries()) answered(request, answer);
      for (const [index, count] of counts.entries()) {
        const item = items[index];
        if (count === 0 && item !== undefined) done(item, []);
      }
    },
  };
}

/** Settles with the work, or rejects as soon as the signal is aborted even if the work does not listen. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new CancelledError(what, signal.reason));
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
