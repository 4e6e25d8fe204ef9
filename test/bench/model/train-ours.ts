/** Our side of part (c): a trainer that answers "start", "step", "gemm" and "peak". */

import { createInterface } from "node:readline";

import { seededRandom } from "../../../src/base/random.ts";
import { tensor } from "../../../src/base/tensor.ts";
import { graphBuilder } from "../../../src/graph/builder.ts";
import { emit } from "../../../src/graph/emit.ts";
import { toDevice } from "../../../src/runtime/device-tensor.ts";
import { memoryFigures } from "../../../src/runtime/memory.ts";
import { createSession } from "../../../src/runtime/session.ts";
import { openTrainer } from "../../../src/train/trainer.ts";
import type { BenchSize } from "./checkpoint.ts";

interface Setting {
  readonly folder: string;
  readonly size: BenchSize;
  readonly mode: "full" | "lora";
  readonly rank: number;
}

const { folder, size, mode, rank } = JSON.parse(process.argv[2] ?? "{}") as Setting; // written by train.ts
const { uniform, normal } = seededRandom(3);

/** B sequences of T ids, by a rule that the peer's side has too. */
function batch(): readonly { readonly ids: readonly number[]; readonly labels: readonly number[] }[] {
  return Array.from({ length: size.batch }, (_, b) => {
    const ids = Array.from(
      { length: size.length },
      (_, t) => (b * 7919 + t * 104729 + 17 * t * t) % size.vocabularySize,
    );
    return { ids, labels: ids };
  });
}

using trainer = await openTrainer(folder, mode === "lora" ? { adapter: { rank, alpha: 16, dropout: 0 } } : {});
const examples = batch();

const [m, n, k] = [size.batch * size.length, size.intermediateSize, size.hiddenSize];
const g = graphBuilder();
const y = g.op("Gemm", [g.input("x", "f32", [m, k]), g.input("w", "f32", [n, k])], { transB: true });
using gemm = await createSession(emit(g.build({ y })));
const device = (rows: number, columns: number): ReturnType<typeof toDevice> =>
  toDevice(tensor("f32", [rows, columns], Float32Array.from({ length: rows * columns }, normal)));
const [x, w, product] = [device(m, k), device(n, k), device(m, n)];
const peakBefore = memoryFigures().peakBytes;

/** Median seconds of `count` repetitions. */
async function time(count: number, action: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = performance.now();
    await action();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(count / 2)] ?? NaN;
}

let loss = NaN;
async function answer(request: { readonly do: string; readonly count: number }): Promise<object> {
  switch (request.do) {
    case "start":
      await trainer.step(examples, 1e-4);
      return { steps: 1 };
    case "step": {
      const seconds = await time(request.count, async () => {
        loss = (await trainer.step(examples, 1e-4)).lossNats;
      });
      return { seconds, loss };
    }
    case "gemm": {
      const seconds = await time(request.count, () => gemm.run({ x, w }, { into: { y: product } }));
      return { seconds, flops: 2 * m * n * k };
    }
    default:
      return { bytes: memoryFigures().peakBytes, before: peakBefore, random: uniform() };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { readonly do: string; readonly count: number }; // written by train.ts
  console.log(JSON.stringify(await answer(request)));
}
