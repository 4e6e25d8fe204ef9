/** A real HTTP server that speaks the chat and completions protocol, with every trouble that an endpoint makes. */

import { createServer } from "node:http";
import { type AddressInfo } from "node:net";

/** One request as it arrived. */
export interface SeenChat {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Requests that were being answered at that moment, this one included. */
  readonly atOnce: number;
  readonly atMs: number;
}

/** What the server answers: a text, a whole body, an error, a broken connection, or nothing. */
export type Reply =
  | { readonly text: string; readonly delayMs?: number }
  | { readonly json: unknown }
  | { readonly status: number; readonly body?: string; readonly retryAfter?: string }
  | { readonly breaks: true }
  | { readonly hangs: true };

/** A running server; `reply` decides what the n-th request gets. */
export interface ChatServer {
  readonly address: string;
  readonly seen: SeenChat[];
  reply: (seen: SeenChat, index: number) => Reply;
  readonly close: () => Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 that says "yes" to everything. */
export async function startChatServer(): Promise<ChatServer> {
  const seen: SeenChat[] = [];
  let atOnce = 0;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      atOnce += 1;
      response.on("close", () => (atOnce -= 1));
      const body = JSON.parse(text) as SeenChat["body"];
      const { authorization } = request.headers;
      const one = { path: request.url ?? "", authorization, body, atOnce, atMs: performance.now() };
      seen.push(one);
      const reply = made.reply(one, seen.length - 1);
      if ("breaks" in reply) response.destroy();
      else if ("status" in reply) {
        const headers = reply.retryAfter === undefined ? {} : { "retry-after": reply.retryAfter };
        response.writeHead(reply.status, headers).end(reply.body ?? "{}");
      } else if ("json" in reply) {
        response.end(typeof reply.json === "string" ? reply.json : JSON.stringify(reply.json));
      } else if ("text" in reply) {
        setTimeout(() => response.end(JSON.stringify(chatAnswer(reply.text))), reply.delayMs ?? 0);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const made: ChatServer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, // listening on TCP
    seen,
    reply: () => ({ text: "yes" }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return made;
}

/** A whole answer of 10 tokens for the prompt and 2 for the text. */
export function chatAnswer(content: string | null, choice: object = {}, message: object = {}): unknown {
  return {
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content, ...message }, ...choice }],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
  };
}
