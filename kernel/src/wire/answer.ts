/** Answers to requests: the content of a reply from the content of a request. */

import type { Content } from "./content.ts";
import type { Message } from "./message.ts";
import type { RequestSocket } from "./requests.ts";

/** One answer; undefined where a message has no reply. */
export type Answer = (content: Content) => Promise<object | undefined> | object | undefined;

/** Sends the answer to a request; one that cannot be answered is answered with the reason, an unknown one not at all. */
export async function answer(
  socket: RequestSocket,
  { request, find }: { readonly request: Message; readonly find: Answer | undefined },
): Promise<void> {
  const content = await contentOf(request, find);
  const type = request.header.msg_type.replace(/_request$/, "_reply");
  if (content !== undefined) await socket.reply(request, type, { ...content });
}

async function contentOf(request: Message, find: Answer | undefined): Promise<object | undefined> {
  try {
    return await find?.(request.content);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    return { status: "error", ename: reason.name, evalue: reason.message, traceback: [] };
  }
}
