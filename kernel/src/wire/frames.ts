/**
 * Messages as frames on a socket, signed with HMAC-SHA256.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */

import { createHmac, timingSafeEqual } from "node:crypto";

import { isContent, textOf } from "./content.ts";
import type { Header, Message } from "./message.ts";

/** Writes and reads the frames of messages signed with one key. */
export interface Framing {
  readonly encode: (message: Message) => Uint8Array[];
  /** The message, or undefined where the frames are no message that this key signed. */
  readonly decode: (frames: readonly Uint8Array[]) => Message | undefined;
}

const delimiter = Buffer.from("<IDS|MSG>");

/** The framing of messages signed with `key`; an empty key signs nothing and checks nothing. */
export function framing(key: string): Framing {
  const sign = (parts: readonly Uint8Array[]): string => {
    if (key === "") return "";
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
  const isSigned = (signature: Uint8Array, parts: readonly Uint8Array[]): boolean => {
    const expected = Buffer.from(sign(parts));
    return key === "" || (signature.length === expected.length && timingSafeEqual(signature, expected));
  };
  return {
    encode: ({ identities, header, parent, metadata, content, buffers }) => {
      const parts = [header, parent, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
      return [...identities, delimiter, Buffer.from(sign(parts)), ...parts, ...buffers];
    },
    decode: (frames) => {
      const place = frames.findIndex((frame) => delimiter.equals(frame));
      const [signature, ...rest] = place < 0 ? [] : frames.slice(place + 1);
      const parts = rest.slice(0, 4);
      if (signature === undefined || parts.length < 4 || !isSigned(signature, parts)) return undefined;
      const [header, parent, metadata, content] = parts.map(parseObject);
      const sender = header && readHeader(header);
      if (sender === undefined || parent === undefined || metadata === undefined || content === undefined) {
        return undefined;
      }
      return { identities: frames.slice(0, place), header: sender, parent, metadata, content, buffers: rest.slice(4) };
    },
  };
}

function parseObject(bytes: Uint8Array): Message["content"] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return isContent(value) ? value : undefined;
  } catch {
    return undefined; // Whoever sends no JSON gets no answer; the protocol has none for it.
  }
}

function readHeader(header: Message["content"]): Header | undefined {
  const type = textOf(header, "msg_type");
  const id = textOf(header, "msg_id");
  if (type === "" || id === "") return undefined;
  return {
    msg_id: id,
    msg_type: type,
    session: textOf(header, "session"),
    username: textOf(header, "username"),
    date: textOf(header, "date"),
    version: textOf(header, "version"),
  };
}
