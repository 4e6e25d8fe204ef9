/** What is written to an OpenAI-compatible endpoint, and how its answers are read. */

import {
  type ChatMessage,
  type EncodedImage,
  type Generation,
  type GenerationRequest,
  imageMarker,
  type Loglikelihood,
  type LoglikelihoodRequest,
} from "../base/language-model.ts";
import { type MostTokens } from "./remote-budget.ts";
import { type RemoteAnswer } from "./remote-client.ts";

/** What is the same for every request of a model. */
export interface ChatSettings {
  readonly model: string;
  readonly system: string | null;
  readonly lengthField: "max_tokens" | "max_completion_tokens";
}

/** The endpoint's limit; further stop strings are cut here. */
const mostStops = 4;

/** A chat of one turn; greedy where the request does not sample. Pictures stand where their markers are. */
export function chatBody(request: GenerationRequest, settings: ChatSettings): Readonly<Record<string, unknown>> {
  return conversationBody([{ role: "user", content: request.context }], request, settings);
}

/** A chat whose next turn is asked for; the pictures belong to its last turn. */
export function conversationBody(
  messages: readonly ChatMessage[],
  request: Omit<GenerationRequest, "context">,
  settings: ChatSettings,
): Readonly<Record<string, unknown>> {
  const { images = [], stop, maxNewTokens, sampling } = request;
  const { model, system, lengthField } = settings;
  const drawn = {
    temperature: sampling?.temperature ?? (sampling === undefined ? 0 : 1),
    ...(sampling?.topP === undefined ? {} : { top_p: sampling.topP }),
    ...(sampling === undefined ? {} : { seed: sampling.seed }),
  };
  return {
    model,
    messages: [
      ...(system === null ? [] : [{ role: "system", content: system }]),
      ...messages.map(({ role, content }, index) => ({
        role,
        content: images.length === 0 || index < messages.length - 1 ? content : contentParts(content, images),
      })),
    ],
    ...drawn,
    [lengthField]: maxNewTokens,
    ...(stop.length === 0 ? {} : { stop: stop.slice(0, mostStops) }),
  };
}

/**
 * Text and pictures in turn.
 *
 * @throws RangeError where the markers are not as many as the pictures.
 */
function contentParts(context: string, images: readonly EncodedImage[]): readonly unknown[] {
  const texts = context.split(imageMarker);
  if (texts.length - 1 !== images.length) {
    throw new RangeError(
      `Cannot ask a question with ${images.length} pictures: expected as many ${imageMarker}, got ${texts.length - 1}`,
    );
  }
  return texts.flatMap((text, index) => {
    const image = images[index];
    return [
      ...(text.trim() === "" ? [] : [{ type: "text", text }]),
      ...(image === undefined ? [] : [{ type: "image_url", image_url: { url: dataUrl(image) } }]),
    ];
  });
}

function dataUrl(image: EncodedImage): string {
  const types = { "89504e47": "image/png", "47494638": "image/gif", "52494646": "image/webp" } as const;
  const start = Buffer.from(image.subarray(0, 4)).toString("hex");
  const type = start in types ? types[start as keyof typeof types] : "image/jpeg"; // checked by `in`
  return `data:${type};base64,${Buffer.from(image).toString("base64")}`;
}

/** Likely first tokens of an answer that an endpoint tells at most. */
const mostLikely = 20;

/** A chat that gives the likely first tokens of its answer. */
export function firstTokenBody(
  { context, images = [] }: LoglikelihoodRequest,
  settings: ChatSettings,
): Readonly<Record<string, unknown>> {
  const body = chatBody({ context, images, stop: [], maxNewTokens: 1 }, settings);
  return { ...body, logprobs: true, top_logprobs: mostLikely };
}

/**
 * The log-probability that an answer begins with a continuation of one token, whatever its case and the space before it:
 * for choices that are fixed words. A word that is not among the likeliest has none.
 */
export function readFirstToken(answer: RemoteAnswer, { continuation }: LoglikelihoodRequest): Loglikelihood {
  if (answer.kind === "refused") return unscored(answer.problem);
  const top = at(answer.value, "choices", 0, "logprobs", "content", 0, "top_logprobs");
  if (!Array.isArray(top)) return unscored("an answer without log-probabilities");
  const wanted = continuation.trim().toLowerCase();
  const entries = top.map((entry: unknown) => ({ token: at(entry, "token"), nats: at(entry, "logprob") }));
  const found = entries.flatMap(({ token, nats }) =>
    typeof token === "string" && typeof nats === "number" && token.trim().toLowerCase() === wanted ? [nats] : [],
  );
  if (found.length === 0) return unscored(`not among the ${top.length} likeliest first tokens`);
  const sumNats = Math.min(0, Math.log(found.reduce((sum, nats) => sum + Math.exp(nats), 0)));
  const isGreedy = entries.every(({ nats }) => typeof nats !== "number" || nats <= Math.max(...found));
  return { sumNats, tokenCount: 1, isGreedy, truncatedTokens: 0 };
}

/** A prompt whose tokens come back with their log-probabilities. */
export function echoBody(
  { context, continuation }: LoglikelihoodRequest,
  model: string,
): Readonly<Record<string, unknown>> {
  return { model, prompt: context + continuation, max_tokens: 0, temperature: 0, echo: true, logprobs: 1 };
}

/** Tokens of a picture at most, as endpoints count them. */
const tokensOfImage = 2000;

/** The most that a request can cost (a token is at least one byte of text), and about what it will. */
export function costOf(request: GenerationRequest | LoglikelihoodRequest): {
  readonly most: MostTokens;
  readonly likelyTokens: number;
} {
  const isScored = "continuation" in request;
  const bytes = Buffer.byteLength(request.context) + (isScored ? Buffer.byteLength(request.continuation) : 0);
  const ofImages = tokensOfImage * (request.images?.length ?? 0);
  const output = isScored ? 0 : request.maxNewTokens;
  return { most: { input: bytes + ofImages, output }, likelyTokens: Math.ceil(bytes / 4) + ofImages + output };
}

/** The text of a chat's answer, cut at the first stop string; or why there is none. */
export function readChat(answer: RemoteAnswer, { stop }: GenerationRequest): Generation {
  if (answer.kind === "refused") return { text: "", tokenCount: 0, truncatedTokens: 0, problem: answer.problem };
  const { value } = answer;
  const choice = at(value, "choices", 0);
  const content = at(choice, "message", "content");
  const tokens = at(value, "usage", "completion_tokens");
  const tokenCount = typeof tokens === "number" ? tokens : 0;
  const refusal = at(choice, "message", "refusal");
  if (at(choice, "finish_reason") === "content_filter") {
    return { text: "", tokenCount, truncatedTokens: 0, problem: "withheld by the endpoint's content filter" };
  }
  if (typeof content !== "string") {
    const problem = typeof refusal === "string" ? `refused: ${refusal}` : "an answer without text";
    return { text: "", tokenCount, truncatedTokens: 0, problem };
  }
  const ends = stop.map((text) => content.indexOf(text)).filter((end) => end !== -1);
  return { text: content.slice(0, Math.min(content.length, ...ends)), tokenCount, truncatedTokens: 0 };
}

/** The log-probabilities of the continuation's tokens, told apart by their places in the text (code points). */
export function readEcho(answer: RemoteAnswer, { context, continuation }: LoglikelihoodRequest): Loglikelihood {
  if (answer.kind === "refused") return unscored(answer.problem);
  const found = at(answer.value, "choices", 0, "logprobs");
  const [tokens, values, offsets] = ["tokens", "token_logprobs", "text_offset"].map((field) => at(found, field));
  if (!Array.isArray(tokens) || !Array.isArray(values) || !Array.isArray(offsets)) {
    return unscored("an answer without log-probabilities of the prompt");
  }
  const start = Array.from(context).length;
  const end = start + Array.from(continuation).length;
  const places = offsets.flatMap((place: unknown, index) =>
    typeof place === "number" && place >= start && place < end ? [index] : [],
  );
  if (places.length === 0 || offsets[places[0] ?? -1] !== start) {
    return unscored("a token that stands over the border of question and choice");
  }
  const scores = places.map((index) => values[index] as unknown);
  if (!scores.every((score) => typeof score === "number")) return unscored("a token without a log-probability");
  const greedy = places.every((index) => isLikeliest(at(found, "top_logprobs", index), tokens[index], values[index]));
  const sumNats = scores.reduce((sum, score) => sum + score, 0);
  return { sumNats, tokenCount: places.length, isGreedy: greedy, truncatedTokens: 0 };
}

function unscored(problem: string): Loglikelihood {
  return { sumNats: NaN, tokenCount: 0, isGreedy: false, truncatedTokens: 0, problem };
}

function isLikeliest(top: unknown, token: unknown, value: unknown): boolean {
  if (typeof top !== "object" || top === null || typeof value !== "number") return false;
  const others = Object.entries(top).filter(([text]) => text !== token);
  return others.every(([, other]) => typeof other !== "number" || other <= value);
}

/** The value at a path of a JSON value; undefined where there is none. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === "object" && found !== null ? (Reflect.get(found, key) as unknown) : undefined),
    value,
  );
}
