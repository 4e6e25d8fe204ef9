/** A worker thread that runs a long or a short graph; plain JavaScript, because workers do not inherit the loader's types. */

import { parentPort, workerData } from "node:worker_threads";

import { register } from "tsx/esm/api";

register();
const { createSession } = await import("../../../src/runtime/session.ts");
const { longChain } = await import("../long-model.ts");

const { bytes, state } = longChain(workerData === "long" ? { nodes: 400, size: 256 } : { nodes: 40, size: 256 });
const session = await createSession(bytes);
if (workerData === "long") parentPort?.postMessage("runs");
const { y } = await session.run({ x: state });
if (workerData === "short") parentPort?.postMessage(y.data);
