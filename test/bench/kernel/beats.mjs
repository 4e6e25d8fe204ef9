// Heartbeats from a thread of its own: the thread that reads a large output would hear their answers late.

import { parentPort, workerData } from "node:worker_threads";

import { Dealer } from "zeromq";

const socket = new Dealer({ linger: 0 });
socket.connect(workerData);
const beats = [];
let isAsked = false;
parentPort.once("message", () => (isAsked = true));
while (!isAsked) {
  const start = performance.now();
  await socket.send("beat");
  await socket.receive();
  beats.push(performance.now() - start);
  if (beats.length === 10) parentPort.postMessage("beating");
  await new Promise((resolve) => setTimeout(resolve, 2));
}
socket.close();
parentPort.postMessage(beats.slice(10)); // without those while it connected
