/**
 * What any language model may offer to an evaluation: a local checkpoint, a tuned copy of it, a remote endpoint.
 * Each ability is optional; a benchmark that needs one that is missing says so by name.
 */

/** An encoded picture as it stands in its file: PNG, JPEG or another format that can be decoded. */
export type EncodedImage = Uint8Array;

/**
 * The place of a picture in a text. Where a request has pictures its context holds this marker once for each, in order;
 * where it has none the same characters are ordinary text (Sight-Beyond-Text@47f96a3/llava/constants.py). A model that was
 * tuned with marks around its pictures (`<im_start>`, `<im_end>`) puts them there itself.
 */
export const imageMarker = "<image>";

/** One continuation to score after one context. Both are plain text; the scorer tokenizes them together. */
export interface LoglikelihoodRequest {
  readonly context: string;
  readonly continuation: string;
  /** One for each `imageMarker` in the context. Default: none. */
  readonly images?: readonly EncodedImage[];
}

/** The score of one continuation. */
export interface Loglikelihood {
  /** Sum over the continuation's tokens of log p(token | everything before), natural logarithm, <= 0. */
  readonly sumNats: number;
  /** Tokens of the continuation that were scored. */
  readonly tokenCount: number;
  /** True where every token was the most likely one. */
  readonly isGreedy: boolean;
  /** Tokens of the context that were cut off on the left to fit the model's window; 0 almost always. */
  readonly truncatedTokens: number;
  /** Why there is no score or text, where an endpoint refused this request; it is then counted, never taken for zero. */
  readonly problem?: string;
}

/** Options of `loglikelihood`; the ambient task supplies what is left out. */
export interface LoglikelihoodOptions {
  readonly signal?: AbortSignal;
  /** Too long for the window: an error, or cut the context on the left as lm-evaluation-harness does. */
  readonly truncation?: "error" | "left";
  /** Called as soon as request `index` has its score, in any order. */
  readonly onScored?: (index: number, score: Loglikelihood) => void;
}

/** Scores continuations; the result has one entry a request, in the order of the requests. */
export type LoglikelihoodFunction = (
  requests: readonly LoglikelihoodRequest[],
  options?: LoglikelihoodOptions,
) => Promise<readonly Loglikelihood[]>;

/** How tokens are drawn; applied in this order, as transformers does. What is left out changes nothing. */
export interface Sampling {
  /** Divides the logits; above 0. Default 1. */
  readonly temperature?: number;
  /** Only the k most likely tokens (and those as likely as the last of them). */
  readonly topK?: number;
  /** Only the most likely tokens that together reach this probability, in (0, 1]. */
  readonly topP?: number;
  /** Integer in [0, 2^32); the same seed gives the same text, whatever is generated beside it. */
  readonly seed: number;
}

/** One text to continue. */
export interface GenerationRequest {
  readonly context: string;
  /** One for each `imageMarker` in the context. Default: none. */
  readonly images?: readonly EncodedImage[];
  /** The text ends before the first of these; it also ends at the model's own end token. */
  readonly stop: readonly string[];
  readonly maxNewTokens: number;
  /** Tokens before which the model's end token cannot come; stop strings can. Default 0. */
  readonly minNewTokens?: number;
  /** Draw the tokens. Default: greedy, the most likely token each time. */
  readonly sampling?: Sampling;
}

/** What a model wrote. */
export interface Generation {
  /** The new text alone, without the stop string. */
  readonly text: string;
  /** New tokens, those of a stop string included. */
  readonly tokenCount: number;
  /** Tokens of the context that were cut off on the left to fit the model's window; 0 almost always. */
  readonly truncatedTokens: number;
  /** Why there is no score or text, where an endpoint refused this request; it is then counted, never taken for zero. */
  readonly problem?: string;
}

/** Options of `generate`; the ambient task supplies what is left out. */
export interface GenerateOptions {
  readonly signal?: AbortSignal;
  /** Too long for the window: an error, or cut the context on the left as lm-evaluation-harness does. */
  readonly truncation?: "error" | "left";
  /** Called as soon as request `index` has its text, in any order. */
  readonly onGenerated?: (index: number, generation: Generation) => void;
  /**
   * Called with each piece of text of request `index` as it is written. The pieces together are the text: no half of a
   * character, and nothing that a stop string may yet take back.
   */
  readonly onText?: (index: number, piece: string) => void;
}

/** Continues texts; the result has one entry a request, in the order of the requests. */
export type GenerateFunction = (
  requests: readonly GenerationRequest[],
  options?: GenerateOptions,
) => Promise<readonly Generation[]>;

/** One text as it is written, piece by piece; the value of the iterator's end is the whole. Leaving the loop stops it. */
export type StreamFunction = (
  request: GenerationRequest,
  options?: Omit<GenerateOptions, "onText" | "onGenerated">,
) => AsyncGenerator<string, Generation, undefined>;

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** Writes the next turn of each conversation, by the model's own chat template. */
export type ChatFunction = (
  conversations: readonly (readonly ChatMessage[])[],
  request: Omit<GenerationRequest, "context">,
  options?: GenerateOptions,
) => Promise<readonly Generation[]>;

/** Who a model is, for tables: base and tuned variants of one family stand together. */
export interface ModelIdentity {
  /** Name shown in tables, for example "LLaMA-2 7B MM-ft". */
  readonly name: string;
  /** Family that groups a base with its variants, for example "LLaMA-2 7B". */
  readonly base: string;
  /** "base", "MM-ft", "MM-lora" or the user's own word. */
  readonly variant: string;
}

/** A file as it was when it was hashed. */
export interface FileStamp {
  readonly path: string;
  readonly size: number;
  /** Time of the last change, milliseconds since 1970. */
  readonly changedMs: number;
}

/** Remembers the SHA-256 of files between runs, so that gigabytes are hashed once. */
export interface HashMemory {
  readonly recall: (file: FileStamp) => string | undefined;
  readonly remember: (file: FileStamp, sha256: string) => Promise<void>;
}

/** A language model as evaluation sees it. */
export interface LanguageModel {
  readonly identity: ModelIdentity;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  /** The device the model runs on, for provenance: "cpu", "cuda:0", "remote". */
  readonly device: string;
  readonly loglikelihood?: LoglikelihoodFunction;
  readonly generate?: GenerateFunction;
  readonly chat?: ChatFunction;
  /** True where requests may carry pictures. Default: false; a request with pictures is then an error. */
  readonly seesImages?: boolean;
  /** Tokens of a text, without any that the tokenizer adds: for prompts that have a limit of their own. */
  readonly countTokens?: (text: string) => number;
  /** True where an answer does not depend on what is asked beside it (an endpoint): each is then kept as it comes. */
  readonly answersAlone?: boolean;
  /** What makes this model another one: a hash of its weights, tokenizer and configuration, hexadecimal. */
  readonly fingerprint?: (memory: HashMemory) => Promise<string>;
}
