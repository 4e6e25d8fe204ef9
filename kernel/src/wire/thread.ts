/** The wire thread: it opens the sockets and answers; nothing on it waits for a cell or for TypeScript. */

import { parentPort, workerData } from "node:worker_threads";

import type { ToCells, WireData } from "../threads/cells.ts";
import { readConnection } from "./connection.ts";
import { openWire } from "./wire.ts";

const { connectionFile, flags } = workerData as WireData; // given by main.ts
const port = parentPort;
if (port === null) throw new TypeError("Cannot open the sockets: expected to run in a worker thread");

await openWire(readConnection(connectionFile), { port, flags });
port.postMessage({ kind: "ready" } satisfies ToCells);
