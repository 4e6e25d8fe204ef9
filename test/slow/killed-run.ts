/**
 * One evaluation run as a process of its own, for the kill tests: `killed-run.ts <data> <store> <out> [kill at]`.
 *
 * "kill at" names the n-th step on disk (write, half a write, flush, cut, rename) at which the process kills itself, as
 * `kill -9` would. The last line of a run that ends says how many requests were asked and how many steps there were.
 */

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import { type LanguageModel } from "../../src/base/language-model.ts";

const [, , data = "", store = "", out = "", killAt = "0"] = process.argv;
let step = 0;

/** Counts one step; dies before it where it is the chosen one, after `half` of it where it is the one after. */
async function stepOf<T>(work: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> {
  step += 1;
  if (step === Number(killAt)) process.kill(process.pid, "SIGKILL");
  if (half !== undefined) {
    step += 1;
    if (step === Number(killAt)) {
      await half();
      process.kill(process.pid, "SIGKILL");
    }
  }
  return work();
}

interface Handle {
  appendFile: (text: string) => Promise<void>;
  writeFile: (bytes: Uint8Array) => Promise<void>;
  datasync: () => Promise<void>;
  sync: () => Promise<void>;
  truncate: (length: number) => Promise<void>;
}

/** Puts the counting in the way of everything that a run does to the disk. */
async function interceptDisk(): Promise<void> {
  const probe = await fs.promises.open(process.execPath, "r");
  const handle = Object.getPrototypeOf(probe) as Handle;
  await probe.close();
  const { appendFile, writeFile: writeAll, datasync, sync, truncate } = handle;
  handle.appendFile = function (this: Handle, text) {
    return stepOf(
      () => appendFile.call(this, text),
      () => appendFile.call(this, text.slice(0, text.length / 2)),
    );
  };
  handle.writeFile = function (this: Handle, bytes) {
    return stepOf(
      () => writeAll.call(this, bytes),
      () => writeAll.call(this, bytes.subarray(0, bytes.length / 2)),
    );
  };
  handle.datasync = function (this: Handle) {
    return stepOf(() => datasync.call(this));
  };
  handle.sync = function (this: Handle) {
    return stepOf(() => sync.call(this));
  };
  handle.truncate = function (this: Handle, length) {
    return stepOf(() => truncate.call(this, length));
  };
  const { rename, writeFile } = fs.promises;
  fs.promises.rename = (from, to) => stepOf(() => rename(from, to));
  fs.promises.writeFile = (file, bytes, options) =>
    stepOf(
      () => writeFile(file, bytes, options),
      () => writeFile(file, (bytes as Uint8Array).subarray(0, 100), options),
    );
  syncBuiltinESMExports();
}

/** A slow model whose answers depend on the batch, as a real one's last digits do. */
function model(variant: "base" | "tuned"): LanguageModel & { readonly asked: () => number } {
  let asked = 0;
  return {
    identity: { name: variant, base: "m", variant },
    contextLength: 2048,
    device: "none",
    asked: () => asked,
    fingerprint: () => Promise.resolve(`the weights of ${variant}`),
    loglikelihood: async (requests) => {
      asked += requests.length;
      await new Promise((resolve) => setTimeout(resolve, 20));
      const score = (text: string): number => -1 - ((text.length * 31 + requests.length) % 89) / 7;
      return requests.map(({ context, continuation }) => ({
        sumNats: score(context + continuation),
        tokenCount: continuation.length,
        isGreedy: false,
        truncatedTokens: 0,
      }));
    },
  };
}

await interceptDisk();
const { benchmarks } = await import("../../src/eval/benchmarks.ts");
const { evaluate } = await import("../../src/eval/evaluate.ts");
const { saveResults } = await import("../../src/result/file.ts");
const models = [model("base"), model("tuned")];
const results = await evaluate(models, [benchmarks.truthfulqaMc, benchmarks.ethicsCm, benchmarks.ethicsVirtue], {
  dataFolder: data,
  store,
  limit: 40,
  language: { text: { name: "40 lines", content: Array.from({ length: 41 }, (_, n) => `Line ${n * n}.`).join("\n") } },
});
await saveResults(results, out);
console.log(JSON.stringify({ asked: models.reduce((sum, one) => sum + one.asked(), 0), steps: step }));
