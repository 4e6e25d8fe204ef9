/**
 * Models against their peers, both in one run: same checkpoint, same cores, float32.
 *
 * usage: npm run bench:model -- [--only c,d] [--sizes S,M] [--rounds 5]
 *
 * Parts: (a) TruthfulQA-mc end to end, (b) scoring without shared prefixes, (c) training steps, (d) greedy decoding, (e) opening a
 * checkpoint of 1 GB, (f) memory of a training step, beside itself. Each part prints what it finds; the last line is one line of JSON. `ratio` is ours against the
 * peer's, or against the stated rate: above 1 we are ahead. The machine's speed drifts, so only ratios within one run count.
 */

import { parseArgs } from "node:util";

import { type BenchPart, formatFinding, type Finding } from "./model/bench-part.ts";

/** A part is imported when it runs, so that one does not pay for the others. */
const parts: Readonly<Record<string, () => Promise<{ readonly part: BenchPart }>>> = {
  a: async () => ({ part: (await import("./model/score.ts")).truthfulqa }),
  b: async () => ({ part: (await import("./model/score.ts")).separate }),
  c: () => import("./model/train.ts"),
  d: () => import("./model/decode.ts"),
  e: () => import("./model/opening.ts"),
  f: () => import("./model/train-memory.ts"),
};

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(parts).join() },
    sizes: { type: "string", default: "S,M" },
    rounds: { type: "string", default: "5" },
  },
});
const chosen = values.only.split(",");
const unknown = chosen.find((letter) => parts[letter] === undefined);
if (unknown !== undefined) {
  throw new RangeError(`Cannot run part "${unknown}": expected one of ${Object.keys(parts).join(", ")}`);
}
const shown = new Set<Finding>();
const show = (finding: Finding): void => {
  if (shown.has(finding)) return;
  shown.add(finding);
  console.log(`  ${formatFinding(finding)}`);
};
const found: Record<string, readonly Finding[]> = {};
for (const letter of chosen) {
  const { part } = (await parts[letter]?.()) ?? {};
  if (part === undefined) continue;
  console.log(`(${letter}) ${part.title}`);
  const started = performance.now();
  const findings = await part.run({ sizes: values.sizes.split(","), rounds: Number(values.rounds), show });
  findings.forEach(show);
  console.log(`  ${((performance.now() - started) / 1000).toFixed(0)} s`);
  found[letter] = findings;
}
console.log(JSON.stringify({ bench: "model", versions: { node: process.version }, findings: found }));
