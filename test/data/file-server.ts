/** A real HTTP server that gives files in every way that a download has to live with. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

/** What the server does with the requests for one path, first to last; the last behaviour stays. */
export interface Behaviour {
  /** Answers with this status and no bytes. */
  readonly status?: number;
  readonly retryAfter?: string;
  /** Breaks the connection after so many bytes of the answer. */
  readonly breakAfter?: number;
  /** Knows no ranges. */
  readonly ignoresRanges?: boolean;
  readonly etag?: string | null;
  readonly bytes?: Uint8Array;
  /** Holds the answer back after its first bytes, until the server ends. */
  readonly stalls?: boolean;
  /** Holds the answer back after its first bytes, until this resolves. */
  readonly until?: Promise<void>;
}

/** One request as it arrived. */
export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** A running server. */
export interface FileServer {
  readonly address: string;
  readonly seen: Seen[];
  readonly behave: (path: string, ...behaviours: readonly Behaviour[]) => void;
  readonly close: () => Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startFileServer(files: Readonly<Record<string, Uint8Array>>): Promise<FileServer> {
  const behaviours = new Map<string, Behaviour[]>();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").slice(1));
    const { range, "if-range": ifRange } = request.headers;
    seen.push({ path, range, ifRange: typeof ifRange === "string" ? ifRange : undefined });
    const planned = behaviours.get(path) ?? [];
    const behaviour = (planned.length > 1 ? planned.shift() : planned[0]) ?? {};
    answer(request, response, { bytes: behaviour.bytes ?? files[path], behaviour });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // listening on TCP
    seen,
    behave: (path, ...planned) => void behaviours.set(path, [...planned]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, behaviour }: { readonly bytes: Uint8Array | undefined; readonly behaviour: Behaviour },
): void {
  const { status, retryAfter, breakAfter, ignoresRanges = false, etag = '"v1"', stalls = false, until } = behaviour;
  if (status !== undefined || bytes === undefined) {
    response.writeHead(status ?? 404, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end("no");
    return;
  }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const condition = request.headers["if-range"];
  const ranged = asked !== undefined && !ignoresRanges && (condition === undefined || condition === etag);
  const start = ranged ? Number(asked) : 0;
  const tag = etag === null ? {} : { etag };
  if (ranged && start >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const part = bytes.subarray(start);
  const place = ranged ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(ranged ? 206 : 200, { "content-length": part.length, ...place, ...tag });
  if (stalls || until !== undefined) response.write(part.subarray(0, 10));
  if (until !== undefined) void until.then(() => response.end(part.subarray(10)));
  if (stalls || until !== undefined) return;
  if (breakAfter === undefined) response.end(part);
  else response.write(part.subarray(0, breakAfter), () => setImmediate(() => response.destroy()));
}
