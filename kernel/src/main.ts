/**
 * The kernel's process: `node main.js [--fallback <package>] <connection file>`.
 *
 * Three threads. This one runs the user's cells. The wire thread, started first so that the kernel answers at once,
 * holds the sockets. The language thread holds TypeScript.
 */

import { once } from "node:events";
import { parseArgs } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";

import { flag, type FromCells, type WireData } from "./threads/cells.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { fallback: { type: "string" } } });
const [connectionFile] = positionals;
if (connectionFile === undefined || positionals.length > 1) {
  process.stderr.write("Usage: node main.js [--fallback <package>] <connection file>\n");
  process.exit(2);
}

const flags = new Int32Array(new SharedArrayBuffer(Object.keys(flag).length * Int32Array.BYTES_PER_ELEMENT));
const { port1: cells, port2: port } = new MessageChannel();
const wire = new Worker(new URL("./wire/thread.js", import.meta.url), {
  workerData: { connectionFile, flags, port } satisfies WireData,
  transferList: [port],
});
wire.on("error", (error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

// Whatever is loaded before the sockets are open makes the first answer wait.
await once(wire, "message");
const { LanguageThread } = await import("./cells/language.ts");
const data = { folder: process.cwd(), fallback: values.fallback ?? null };
const language = new LanguageThread(data, (languagePort) => {
  cells.postMessage({ kind: "language", port: languagePort } satisfies FromCells, [languagePort]);
});
// TypeScript loads while the rest of this thread does.
const { serveCells } = await import("./cells/serve.ts");
serveCells(cells, { language, flags, ...data });
