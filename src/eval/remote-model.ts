/** Models behind an OpenAI-compatible endpoint: GPT-4 and GPT-4V of the paper's Table 2, or any server of that protocol. */

import { createHash } from "node:crypto";

import {
  type Generation,
  type GenerationRequest,
  type LanguageModel,
  type Loglikelihood,
  type LoglikelihoodRequest,
  type ModelIdentity,
} from "../base/language-model.ts";
import { currentTask } from "../base/task.ts";
import {
  chatBody,
  conversationBody,
  costOf,
  echoBody,
  firstTokenBody,
  readChat,
  readEcho,
  readFirstToken,
} from "./remote-protocol.ts";
import { type Budget, type RemoteUsage } from "./remote-budget.ts";
import { remoteClient, type RemoteAnswer, type RemoteClient } from "./remote-client.ts";

/** Which endpoint, which model, and within what limits. */
export interface RemoteOptions {
  /** The part of the address before "/chat/completions". Default: "https://api.openai.com/v1". */
  readonly address?: string;
  /** The endpoint's name of the model: "gpt-4-turbo". */
  readonly model: string;
  /** For tables. Default: the model's name, as the base of a family of its own. */
  readonly identity?: Partial<ModelIdentity>;
  /** The environment variable that holds the key; null where the endpoint wants none. Default: "OPENAI_API_KEY". */
  readonly keyVariable?: string | null;
  /** Words before every conversation. */
  readonly system?: string;
  /** True for a model that takes pictures. Default: false. */
  readonly seesImages?: boolean;
  /**
   * Where choices can be scored. "echo": the endpoint's completions give the log-probabilities of a prompt (vLLM, llama.cpp
   * and others). "first token": its chat gives the likely first tokens of an answer (OpenAI), for choices of one word.
   * Default: "none"; choices are then asked by chat (`askedByChat`).
   */
  readonly logProbabilities?: "none" | "echo" | "first token";
  /** Longest sequence in tokens. Default: 128,000. */
  readonly contextLength?: number;
  /** The field that limits an answer's length; newer models of OpenAI want the second. Default: "max_tokens". */
  readonly lengthField?: "max_tokens" | "max_completion_tokens";
  /** Default: 4 at once, no limit a minute. */
  readonly concurrency?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly budget?: Budget;
  /** Tries of one request. Default: 6. */
  readonly tries?: number;
  /** Default: 120 s. */
  readonly timeoutMs?: number;
}

/** A model that is asked over the network. It holds no key that could be printed or stored. */
export interface RemoteModel extends LanguageModel {
  /** What it has cost so far. */
  readonly usage: () => RemoteUsage;
}

/**
 * A model behind an endpoint; nothing is sent before it is asked.
 *
 * @throws TypeError where the environment has no key, or the address is none.
 */
export function remoteModel(
  options: RemoteOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RemoteModel {
  const { address = "https://api.openai.com/v1", model, identity = {}, seesImages = false } = options;
  const { contextLength = 128_000, logProbabilities = "none", concurrency = 4 } = options;
  const client = remoteClient({
    address,
    key: keyOf(options.keyVariable, environment),
    concurrency,
    requestsPerMinute: options.requestsPerMinute ?? Infinity,
    tokensPerMinute: options.tokensPerMinute ?? Infinity,
    budget: options.budget ?? {},
    tries: options.tries ?? 6,
    timeoutMs: options.timeoutMs ?? 120_000,
  });
  const name = identity.name ?? model;
  const asked = { model, system: options.system ?? null, lengthField: options.lengthField ?? "max_tokens" };
  const known = JSON.stringify([address, asked, logProbabilities]);
  return {
    identity: { name, base: identity.base ?? name, variant: identity.variant ?? "base" },
    contextLength,
    device: "remote",
    seesImages,
    answersAlone: true,
    fingerprint: () => Promise.resolve(createHash("sha256").update(known).digest("hex")),
    usage: client.usage,
    generate: (requests, { signal = currentTask().signal, onGenerated } = {}) =>
      askAll(requests, { client, signal, onAnswer: onGenerated }, (request) => ({
        call: { path: "/chat/completions", body: chatBody(request, asked), ...costOf(request) },
        read: (answer): Generation => readChat(answer, request),
      })),
    chat: (conversations, request, { signal = currentTask().signal, onGenerated } = {}) =>
      askAll(
        conversations.map((messages) => ({
          ...request,
          context: messages.map(({ content }) => content).join("\n"),
          messages,
        })),
        { client, signal, onAnswer: onGenerated },
        (one) => ({
          call: { path: "/chat/completions", body: conversationBody(one.messages, request, asked), ...costOf(one) },
          read: (answer): Generation => readChat(answer, one),
        }),
      ),
    ...(logProbabilities === "none"
      ? {}
      : {
          loglikelihood: (
            requests: readonly LoglikelihoodRequest[],
            {
              signal = currentTask().signal,
              onScored,
            }: Parameters<NonNullable<LanguageModel["loglikelihood"]>>[1] = {},
          ) =>
            askAll(requests, { client, signal, onAnswer: onScored }, (request) =>
              logProbabilities === "echo"
                ? {
                    call: { path: "/completions", body: echoBody(request, asked.model), ...costOf(request) },
                    read: (answer): Loglikelihood => readEcho(answer, request),
                  }
                : {
                    call: { path: "/chat/completions", body: firstTokenBody(request, asked), ...costOf(request) },
                    read: (answer): Loglikelihood => readFirstToken(answer, request),
                  },
            ),
        }),
  };
}

function keyOf(
  variable: string | null = "OPENAI_API_KEY",
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (variable === null) return null;
  const key = environment[variable]?.trim() ?? "";
  if (key === "") {
    throw new TypeError(`Cannot ask an endpoint: expected its key in the environment variable ${variable}, got none`);
  }
  return key;
}

interface Asking<Answer> {
  readonly client: RemoteClient;
  readonly signal: AbortSignal;
  readonly onAnswer: ((index: number, answer: Answer) => void) | undefined;
}

/** All requests, each different one once, as many at once as the client lets through. After an error nothing new is sent, what is under way ends. */
async function askAll<Request extends GenerationRequest | LoglikelihoodRequest, Answer>(
  requests: readonly Request[],
  { client, signal, onAnswer }: Asking<Answer>,
  plan: (request: Request) => {
    readonly call: Parameters<RemoteClient["call"]>[0];
    readonly read: (answer: RemoteAnswer) => Answer;
  },
): Promise<readonly Answer[]> {
  const failure = new AbortController();
  const calls = new Map<string, Promise<RemoteAnswer>>();
  const answers = await Promise.allSettled(
    requests
      .map(async (request, index) => {
        const { call, read } = plan(request);
        const key = JSON.stringify([call.path, call.body]);
        const asking = calls.get(key) ?? client.call(call, signal, failure.signal);
        calls.set(key, asking);
        const answer = await asking;
        const found = read(answer);
        onAnswer?.(index, found);
        return found;
      })
      .map((work) =>
        work.catch((error: unknown) => {
          failure.abort(error);
          throw error;
        }),
      ),
  );
  if (failure.signal.aborted) throw failure.signal.reason;
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}
