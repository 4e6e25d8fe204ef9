/** Our side of part (e): a session over mapped weights, and one run that reads the first of them. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { tensor } from "../../../src/base/tensor.ts";
import { readCheckpointTensors } from "../../../src/data/checkpoint-files.ts";
import { emit } from "../../../src/graph/emit.ts";
import { readConfig } from "../../../src/model/config-fields.ts";
import { emptyPrefix, rowLogits } from "../../../src/model/forward.ts";
import { llamaGraph } from "../../../src/model/llama.ts";
import { readLlamaConfig } from "../../../src/model/llama-config.ts";
import { openModelSession } from "../../../src/model/open-session.ts";
import { mappedWeights } from "../../../src/model/weights.ts";
import { graphBuilder } from "../../../src/graph/builder.ts";
import { createSession } from "../../../src/runtime/session.ts";

const folder = process.argv[2] ?? "";

/** Private memory: pages of mapped files are the system's, which drops them when it likes. */
function ownBytes(): number {
  return 1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

// The library is loaded once a process, whatever is opened: one small run before the clock starts.
{
  const graph = graphBuilder();
  const x = graph.input("x", "f32", [1]);
  using warm = await createSession(emit(graph.build({ y: graph.op("Add", [x, x]) })));
  await warm.run({ x: tensor("f32", [1], new Float32Array(1)) });
}
globalThis.gc?.();
const before = ownBytes();
const start = performance.now();
const config = readLlamaConfig(await readConfig(folder));
const { weights } = mappedWeights(await readCheckpointTensors(folder), folder);
const { session } = await openModelSession(llamaGraph(config, weights), folder, { device: "cpu", prepack: false });
const opened = performance.now() - start;
const rows = [{ sequence: 0, position: 0, targets: [] }];
const { signal } = new AbortController();
const firstRun = performance.now();
await rowLogits(session, { sequences: [[1]], prefix: emptyPrefix(config), rows, signal });
const ranMs = performance.now() - firstRun;
const grownBytes = ownBytes() - before;
const fileBytes = statSync(join(folder, "model.safetensors")).size;
console.log(JSON.stringify({ milliseconds: opened, ranMs, grownBytes, fileBytes }));
session.dispose();
