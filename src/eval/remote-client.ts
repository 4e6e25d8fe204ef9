/**
 * Requests to an OpenAI-compatible endpoint: patient with busy servers, within rates and a budget, and with a key that
 * appears nowhere but in the header.
 */

import { CancelledError } from "../base/errors.ts";
import { throwIfStopped } from "../base/task.ts";
import { isPassing, pause, retryDelayMs } from "../base/retry.ts";
import { type Budget, type MostTokens, type RemoteUsage, startUsage, type UsageMeter } from "./remote-budget.ts";

/** How an endpoint is reached. */
export interface ClientOptions {
  /** The part of the address before "/chat/completions": "https://api.openai.com/v1". */
  readonly address: string;
  /** Null where the endpoint wants none. */
  readonly key: string | null;
  /** Requests at the same time. */
  readonly concurrency: number;
  /** At most so many in any minute, evenly spread; Infinity for no limit. */
  readonly requestsPerMinute: number;
  /** Tokens of prompts and answers, as far as they can be told beforehand. */
  readonly tokensPerMinute: number;
  readonly budget: Budget;
  /** Tries of one request. */
  readonly tries: number;
  readonly timeoutMs: number;
}

/** One request, and the most tokens it can cost. */
export interface RemoteCall {
  readonly path: "/chat/completions" | "/completions";
  readonly body: Readonly<Record<string, unknown>>;
  readonly most: MostTokens;
  /** About what it will cost. */
  readonly likelyTokens: number;
}

/** An answer, or the endpoint's reason for giving none to this request. */
export type RemoteAnswer =
  { readonly kind: "answer"; readonly value: unknown } | { readonly kind: "refused"; readonly problem: string };

/** A client. */
export interface RemoteClient {
  /** Nothing is sent once `given` is aborted, but what is under way ends; `signal` ends that too. */
  readonly call: (call: RemoteCall, signal: AbortSignal, given: AbortSignal) => Promise<RemoteAnswer>;
  readonly usage: () => RemoteUsage;
}

/** Requests that may be refused before any was answered: then the fault lies in how we ask. */
const mostRefusedAtFirst = 5;

/**
 * Opens a client; nothing is sent.
 *
 * @throws TypeError where the address is not one, or carries a user or password.
 */
export function remoteClient(options: ClientOptions): RemoteClient {
  const { address, key, budget } = options;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new TypeError(`Cannot ask "${url.host}": expected an address http(s) without a user and password in it`);
  }
  const meter = startUsage(budget);
  const lane = startLane(options);
  const hide = (text: string): string => (key === null || key === "" ? text : text.replaceAll(key, "[key]"));
  let [answered, refused] = [0, 0];
  const call: RemoteClient["call"] = async (request, signal, given) => {
    const found = await attempts(request, { options, meter, lane, signal, given, hide });
    if (found.kind === "answer") answered += 1;
    else refused += 1;
    if (found.kind === "refused" && answered === 0 && refused >= mostRefusedAtFirst) {
      throw new Error(`Cannot ask "${url.host}": expected answers, got refusals only: ${found.problem}`);
    }
    return found;
  };
  return { call: (request, signal, given) => lane.inTurn(() => call(request, signal, given)), usage: meter.usage };
}

interface Attempting {
  readonly options: ClientOptions;
  readonly meter: UsageMeter;
  readonly lane: Lane;
  readonly signal: AbortSignal;
  readonly given: AbortSignal;
  readonly hide: (text: string) => string;
}

async function attempts(request: RemoteCall, work: Attempting): Promise<RemoteAnswer> {
  const { options, meter, lane, signal, given, hide } = work;
  const what = `asking ${new URL(options.address).host}`;
  for (let failures = 1; ; failures++) {
    throwIfStopped(signal, what);
    throwIfStopped(given, what);
    await lane.pace(request.likelyTokens, AbortSignal.any([signal, given]), what);
    const reserved = meter.reserve(request.most);
    const found = await attempt(request, work).finally(reserved.release);
    if (found.kind === "answer") {
      reserved.settle(found.value);
      return found;
    }
    if (found.kind === "refused") return { ...found, problem: hide(found.problem) };
    if (signal.aborted) throw new CancelledError(what, signal.reason);
    if (failures >= options.tries) {
      throw new Error(hide(`Cannot go on ${what}: expected an answer, got ${found.problem} (${failures} tries)`));
    }
    const waitMs = retryDelayMs(failures, found.retryAfter, Date.now());
    if (found.isBusy) lane.holdMs(waitMs);
    await pause(waitMs, { signal, what });
  }
}

type Attempt =
  | RemoteAnswer
  | { readonly kind: "failed"; readonly problem: string; readonly retryAfter: string | null; readonly isBusy: boolean };

async function attempt({ path, body }: RemoteCall, { options, signal, hide }: Attempting): Promise<Attempt> {
  const { address, key, timeoutMs } = options;
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${address.replace(/\/+$/, "")}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    const { status } = response;
    if (status === 200) return parsed(text);
    const problem = `status ${status}: ${messageOf(text)}`;
    if (isPassing(status) && !isQuota(text)) {
      return { kind: "failed", problem, retryAfter: response.headers.get("retry-after"), isBusy: status === 429 };
    }
    if (status === 400 || status === 413 || status === 422) return { kind: "refused", problem };
    throw new Refusal(hide(`Cannot ask "${new URL(address).host}": expected an answer, got ${problem}`));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const found = timeout.aborted ? `nothing for ${timeoutMs / 1000} s` : causeOf(error);
    return { kind: "failed", problem: found, retryAfter: null, isBusy: false };
  }
}

/** A status that stands for every request: a wrong key, an unknown model, an empty account. */
class Refusal extends Error {}

function parsed(text: string): Attempt {
  try {
    return { kind: "answer", value: JSON.parse(text) as unknown };
  } catch {
    return { kind: "failed", problem: `no JSON: ${text.slice(0, 80)}`, retryAfter: null, isBusy: false };
  }
}

/** Endpoints answer 429 to an empty account too; waiting does not fill it. */
function isQuota(text: string): boolean {
  return text.includes("insufficient_quota");
}

function messageOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } | string };
    const message = typeof error === "string" ? error : error?.message;
    if (typeof message === "string") return message.slice(0, 300);
  } catch {
    // shown as it is
  }
  return text.slice(0, 300);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Who may send when: so many at once, so many a minute, and nobody while the server wants to be left alone. */
interface Lane {
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pace: (tokens: number, signal: AbortSignal, what: string) => Promise<void>;
  readonly holdMs: (ms: number) => void;
}

function startLane({ concurrency, requestsPerMinute, tokensPerMinute }: ClientOptions): Lane {
  let running = 0;
  let nextAt = 0;
  const waiting: (() => void)[] = [];
  return {
    async inTurn(work) {
      if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
    async pace(tokens, signal, what) {
      const now = performance.now();
      const startsAt = Math.max(now, nextAt);
      nextAt = startsAt + Math.max(60_000 / requestsPerMinute, (60_000 * tokens) / tokensPerMinute);
      if (startsAt > now) await pause(startsAt - now, { signal, what });
    },
    holdMs(ms) {
      nextAt = Math.max(nextAt, performance.now() + ms);
    },
  };
}
