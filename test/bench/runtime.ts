/**
 * Our runtime against onnxruntime-node's own binding: same library, same graphs, same process, interleaved.
 *
 * usage: node --import tsx test/bench/runtime.ts
 *
 * Prints a table; the last line is one line of JSON. `ratio` is theirs / ours: above 1 we are faster. The machine's speed
 * drifts, so only ratios within one run count.
 */

import { InferenceSession, Tensor as PeerTensor } from "onnxruntime-node";

import { type Tensor, tensor } from "../../src/base/tensor.ts";
import { createSession } from "../../src/runtime/session.ts";
import { createStatefulSession } from "../../src/runtime/state.ts";
import { longChain } from "../runtime/long-model.ts";
import { modelBytes, node, port } from "../runtime/onnx-model.ts";

interface Comparison {
  readonly what: string;
  readonly unit: "µs" | "ms";
  readonly theirs: number;
  readonly ours: number;
  readonly ratio: number;
}

type Action = () => Promise<unknown>;

const peerOptions: InferenceSession.SessionOptions = { enableMemPattern: false, logSeverityLevel: 4 };

function f32(shape: readonly number[], value: number): Tensor<"f32"> {
  return tensor("f32", shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value));
}

function peer({ shape, data }: Tensor<"f32">): PeerTensor {
  return new PeerTensor("float32", data, shape);
}

/** Median seconds of each, in alternating blocks after a warm-up. */
async function medians(sides: readonly [Action, Action], rounds: number, block: number): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    for (const [side, action] of sides.entries()) {
      for (let repeat = 0; repeat < block; repeat += 1) {
        const start = performance.now();
        await action();
        if (round >= 0) times[side]?.push((performance.now() - start) / 1000);
      }
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function compare(what: string, unit: Comparison["unit"], [theirs, ours]: readonly [number, number]): Comparison {
  const scale = unit === "µs" ? 1e6 : 1e3;
  return { what, unit, theirs: theirs * scale, ours: ours * scale, ratio: theirs / ours };
}

async function tinyGraph(): Promise<Comparison> {
  const bytes = modelBytes({
    inputs: [port("x", "f32", [4])],
    outputs: [port("y", "f32", [4])],
    nodes: [node("Add", ["x", "x"], "y")],
  });
  const theirs = await InferenceSession.create(bytes, peerOptions);
  using ours = await createSession(bytes);
  const x = f32([4], 1);
  const feed = { x: peer(x) };
  return compare(
    "tiny graph, median run",
    "µs",
    await medians([() => theirs.run(feed), () => ours.run({ x })], 20, 200),
  );
}

async function manyPorts(count: number): Promise<Comparison> {
  const names = Array.from({ length: count }, (_, index) => String(index));
  const bytes = modelBytes({
    inputs: names.map((name) => port(`x${name}`, "f32", [16])),
    outputs: names.map((name) => port(`y${name}`, "f32", [16])),
    nodes: names.map((name) => node("Neg", [`x${name}`], `y${name}`)),
  });
  const theirs = await InferenceSession.create(bytes, peerOptions);
  using ours = await createSession(bytes);
  const feeds = Object.fromEntries(names.map((name) => [`x${name}`, f32([16], 1)]));
  const peers = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, peer(value)]));
  const actions = [() => theirs.run(peers), () => ours.run(feeds)] as const;
  return compare(`${count} inputs and outputs, median run`, "µs", await medians(actions, 20, 10));
}

/** next.x = x * k for `count` tensors of 4 MB; x is read only by the node that replaces it. */
function decay(count: number): { readonly bytes: Uint8Array; readonly names: readonly string[] } {
  const names = Array.from({ length: count }, (_, index) => `x${index}`);
  const bytes = modelBytes({
    inputs: [...names.map((name) => port(name, "f32", [2 ** 20])), port("k", "f32", [1])],
    outputs: names.map((name) => port(`next.${name}`, "f32", [2 ** 20])),
    nodes: names.map((name) => node("Mul", [name, "k"], `next.${name}`)),
  });
  return { bytes, names };
}

async function statefulStep(): Promise<readonly Comparison[]> {
  const { bytes, names } = decay(40);
  const k = f32([1], 0.999);
  const theirs = await InferenceSession.create(bytes, peerOptions);
  let state = Object.fromEntries(names.map((name) => [name, peer(f32([2 ** 20], 1))]));
  const shipped = async (): Promise<void> => {
    const next = await theirs.run({ ...state, k: peer(k) });
    state = Object.fromEntries(Object.entries(next).map(([name, value]) => [name.slice("next.".length), value]));
  };
  const results: Comparison[] = [];
  for (const update of ["in-place", "alternate"] as const) {
    using ours = await createStatefulSession(bytes, { update });
    const times = await medians([shipped, () => ours.step({ k })], 8, 2);
    results.push(compare(`step with 168 MB of state, ${update}, median`, "ms", times));
  }
  return results;
}

/** Seconds between two turns of the event loop, at most, while `action` goes on. */
async function largestGap(action: Action): Promise<number> {
  let last = performance.now();
  let largest = 0;
  const note = (): void => {
    const now = performance.now();
    largest = Math.max(largest, now - last);
    last = now;
  };
  const timer = setInterval(note, 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  largest = 0;
  await action();
  note();
  clearInterval(timer);
  return largest / 1000;
}

async function eventLoopGap(): Promise<Comparison> {
  const { bytes, state } = longChain({ nodes: 60, size: 512 });
  const theirs = await InferenceSession.create(bytes, peerOptions);
  using ours = await createSession(bytes);
  const x = tensor("f32", state.shape, state.data as Float32Array);
  const gaps: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    gaps[0].push(await largestGap(() => theirs.run({ x: peer(x) })));
    gaps[1].push(await largestGap(() => ours.run({ x })));
  }
  return compare("largest event-loop gap in a run, median of 5", "ms", [median(gaps[0]), median(gaps[1])]);
}

async function longRun(): Promise<Comparison> {
  const { bytes, state } = longChain({ nodes: 60, size: 512 });
  const theirs = await InferenceSession.create(bytes, peerOptions);
  using ours = await createSession(bytes);
  const x = tensor("f32", state.shape, state.data as Float32Array);
  const actions = [() => theirs.run({ x: peer(x) }), () => ours.run({ x })] as const;
  return compare("60 products of 512 x 512, median run", "ms", await medians(actions, 5, 1));
}

const comparisons = [
  await tinyGraph(),
  await manyPorts(173),
  ...(await statefulStep()),
  await longRun(),
  await eventLoopGap(),
];
for (const { what, unit, theirs, ours, ratio } of comparisons) {
  const figures = `${theirs.toFixed(1)} ${unit} / ${ours.toFixed(1)} ${unit} = ${ratio.toFixed(2)}`;
  console.log(`${what.padEnd(48)} onnxruntime-node / sightlab: ${figures}`);
}
console.log(JSON.stringify({ bench: "runtime", versions: { node: process.version }, comparisons }));
