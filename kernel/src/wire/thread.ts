/** The wire thread: it opens the sockets and answers; nothing on it waits for a cell or for TypeScript. */

import { parentPort, workerData } from "node:worker_threads";

import type { WireData } from "../threads/cells.ts";
import { readConnection } from "./connection.ts";
import { openWire } from "./wire.ts";

const { connectionFile, flags, port } = workerData as WireData; // given by main.ts

await openWire(readConnection(connectionFile), { port, flags });
parentPort?.postMessage("ready");
