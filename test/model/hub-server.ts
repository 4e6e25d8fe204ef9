/** A hub on this machine: lists a model's files, sends those of a "CDN" of another origin, breaks off, asks for a token. */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

/** One request as it arrived. */
export interface Seen {
  readonly host: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** A running hub with one model. */
export interface HubServer {
  readonly endpoint: string;
  readonly seen: Seen[];
  readonly commit: string;
  /** Files by name; those with `isLarge` are on the CDN under their SHA-256. */
  readonly files: Map<string, { bytes: Uint8Array; isLarge: boolean }>;
  /** Bytes after which the next CDN answer breaks off; null for none. */
  breakAfter: number | null;
  /** The CDN gives other bytes than promised. */
  isCorrupt: boolean;
  token: string | null;
  readonly close: () => Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const gitHash = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Starts hub and CDN on free ports of 127.0.0.1. */
export async function startHub(id: string): Promise<HubServer> {
  const seen: Seen[] = [];
  const cdn = await listen((request, response) => {
    note("cdn", request);
    const found = [...hub.files.values()].find(({ bytes }) => request.url === `/${sha256(bytes)}`);
    sendLarge(request, response, found?.bytes ?? new Uint8Array());
  });
  const main = await listen((request, response) => {
    note("hub", request);
    if (hub.token !== null && request.headers.authorization !== `Bearer ${hub.token}`) {
      return void response.writeHead(401).end();
    }
    const path = request.url ?? "";
    if (path === `/api/models/${id}/revision/main`) {
      const siblings = [...hub.files.keys(), "../evil.json", "sub/other.bin"].map((rfilename) => ({ rfilename }));
      return void response.end(JSON.stringify({ sha: hub.commit, siblings }));
    }
    const file = hub.files.get(path.replace(`/${id}/resolve/${hub.commit}/`, ""));
    if (file === undefined) return void response.writeHead(404).end();
    if (!file.isLarge) {
      const tags = { etag: `"${gitHash(file.bytes)}"`, "content-length": file.bytes.length };
      return void response.writeHead(200, tags).end(request.method === "HEAD" ? undefined : file.bytes);
    }
    const hash = sha256(file.bytes);
    const linked = { "x-linked-etag": `"${hash}"`, "x-linked-size": file.bytes.length };
    response.writeHead(302, { location: `${cdn.address}/${hash}`, ...linked }).end();
  });
  const hub: HubServer = {
    endpoint: main.address,
    seen,
    commit: "0123456789abcdef0123456789abcdef01234567",
    files: new Map(),
    breakAfter: null,
    isCorrupt: false,
    token: null,
    close: async () => {
      await Promise.all([main, cdn].map(({ server }) => stop(server)));
    },
  };
  return hub;

  function note(host: Seen["host"], { method = "", url = "", headers }: IncomingMessage): void {
    seen.push({ host, method, path: url, range: headers.range, authorization: headers.authorization });
  }

  function sendLarge(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const part = hub.isCorrupt ? bytes.slice(start).fill(0) : bytes.subarray(start);
    const place = start === 0 ? {} : { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start === 0 ? 200 : 206, { "content-length": part.length, ...place, etag: '"cdn"' });
    const { breakAfter } = hub;
    hub.breakAfter = null;
    if (breakAfter === null) response.end(part);
    else response.write(part.subarray(0, breakAfter), () => request.socket.end());
  }
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }; // listening on TCP
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
