/** The list of benchmarks: a new one is one file and one line here. */

import { type Benchmark } from "./benchmark.ts";
import { boolq, boolqPresent } from "./benchmarks/boolq.ts";
import { flickr30kCaptions, mscocoCaptions } from "./benchmarks/captions.ts";
import { flickr30kCaptionsL2t, mscocoCaptionsL2t } from "./benchmarks/captions-l2t.ts";
import { chair } from "./benchmarks/chair.ts";
import { docvqa } from "./benchmarks/docvqa.ts";
import { ethicsCm, ethicsCmPresent } from "./benchmarks/ethics-cm.ts";
import { ethicsDeontology, ethicsDeontologyPresent } from "./benchmarks/ethics-deontology.ts";
import { ethicsJustice, ethicsJusticePresent } from "./benchmarks/ethics-justice.ts";
import {
  ethicsUtilitarianism,
  ethicsUtilitarianismGolden,
  ethicsUtilitarianismPresent,
} from "./benchmarks/ethics-utilitarianism.ts";
import { ethicsVirtue, ethicsVirtuePresent } from "./benchmarks/ethics-virtue.ts";
import { gsm8k, gsm8kGolden } from "./benchmarks/gsm8k.ts";
import { gsm8kPresent } from "./benchmarks/gsm8k-present.ts";
import { mathqa, mathqaPresent } from "./benchmarks/mathqa.ts";
import { mmeCognition, mmePerception } from "./benchmarks/mme.ts";
import { mmlu } from "./benchmarks/mmlu.ts";
import { hendrycksTests } from "./benchmarks/mmlu-harness.ts";
import { mmluPresent } from "./benchmarks/mmlu-present.ts";
import { mscocoC } from "./benchmarks/mscoco-corrupted.ts";
import { popeAdversarial, popePopular, popeRandom } from "./benchmarks/pope.ts";
import { squad, squadPresent } from "./benchmarks/squad.ts";
import { textvqa } from "./benchmarks/textvqa.ts";
import { truthfulqaGen, truthfulqaGenSecondRelease } from "./benchmarks/truthfulqa-gen.ts";
import { truthfulqaMc, truthfulqaMcSecondRelease } from "./benchmarks/truthfulqa-mc.ts";
import { truthfulqaMc1Present, truthfulqaMc2Present } from "./benchmarks/truthfulqa-mc-present.ts";
import { oodcvVqa, sketchyVqa } from "./benchmarks/unicorn.ts";
import { visualContributionDocvqa, visualContributionVqav2 } from "./benchmarks/visual-contribution.ts";
import { vqav2 } from "./benchmarks/vqav2.ts";

const ethics = [ethicsCm, ethicsDeontology, ethicsJustice, ethicsUtilitarianism, ethicsVirtue] as const;

const truthfulqa = [truthfulqaMc, truthfulqaGen] as const;
const mme = [mmePerception, mmeCognition] as const;
const pope = [popeRandom, popePopular, popeAdversarial] as const;
const unicorn = [oodcvVqa, sketchyVqa] as const;
const visualContribution = [visualContributionVqav2, visualContributionDocvqa] as const;

/** Every benchmark in the version that the paper ran; `benchmarks.ethics` is all five tasks, `truthfulqa` mc and gen. */
export const benchmarks: {
  readonly truthfulqaMc: Benchmark;
  readonly truthfulqaGen: Benchmark;
  readonly truthfulqa: readonly Benchmark[];
  readonly ethicsCm: Benchmark;
  readonly ethicsDeontology: Benchmark;
  readonly ethicsJustice: Benchmark;
  readonly ethicsUtilitarianism: Benchmark;
  readonly ethicsVirtue: Benchmark;
  readonly ethics: readonly Benchmark[];
  readonly mmlu: Benchmark;
  readonly gsm8k: Benchmark;
  readonly mathqa: Benchmark;
  readonly squad: Benchmark;
  readonly boolq: Benchmark;
  readonly vqav2: Benchmark;
  readonly mscocoCaptions: Benchmark;
  readonly mscocoC: Benchmark;
  readonly flickr30kCaptions: Benchmark;
  readonly mme: readonly Benchmark[];
  readonly pope: readonly Benchmark[];
  readonly unicorn: readonly Benchmark[];
  readonly visualContribution: readonly Benchmark[];
  readonly textvqa: Benchmark;
  readonly docvqa: Benchmark;
  readonly chair: Benchmark;
} = {
  truthfulqaMc,
  truthfulqaGen,
  truthfulqa,
  ethicsCm,
  ethicsDeontology,
  ethicsJustice,
  ethicsUtilitarianism,
  ethicsVirtue,
  ethics,
  mmlu,
  gsm8k,
  mathqa,
  squad,
  boolq,
  vqav2,
  mscocoCaptions,
  mscocoC,
  flickr30kCaptions,
  mme,
  pope,
  unicorn,
  visualContribution,
  textvqa,
  docvqa,
  chair,
};

/** All versions of all benchmarks; the paper's version of each stands before the others. */
export const allBenchmarks: readonly Benchmark[] = [
  truthfulqaMc,
  truthfulqaMcSecondRelease,
  truthfulqaMc1Present,
  truthfulqaMc2Present,
  truthfulqaGen,
  truthfulqaGenSecondRelease,
  ...ethics,
  ethicsUtilitarianismGolden,
  ethicsCmPresent,
  ethicsDeontologyPresent,
  ethicsJusticePresent,
  ethicsUtilitarianismPresent,
  ethicsVirtuePresent,
  mmlu,
  ...hendrycksTests,
  ...mmluPresent,
  gsm8k,
  gsm8kGolden,
  gsm8kPresent,
  mathqa,
  mathqaPresent,
  squad,
  squadPresent,
  boolq,
  boolqPresent,
  vqav2,
  mscocoCaptions,
  mscocoCaptionsL2t,
  mscocoC,
  flickr30kCaptions,
  flickr30kCaptionsL2t,
  ...mme,
  ...pope,
  ...unicorn,
  ...visualContribution,
  textvqa,
  docvqa,
  chair,
];

/** The names that stand for several benchmarks: where a metric is named, its plain mean is reported beside them. */
export const benchmarkGroups: readonly {
  readonly name: string;
  readonly label: string;
  readonly metric: string | null;
  readonly members: readonly Benchmark[];
}[] = [
  { name: "ethics", label: "ETHICS mean", metric: "acc", members: ethics },
  { name: "truthfulqa", label: "TruthfulQA", metric: null, members: truthfulqa },
  { name: "mme", label: "MME", metric: null, members: mme },
  { name: "pope", label: "POPE", metric: null, members: pope },
  { name: "unicorn", label: "Unicorn", metric: null, members: unicorn },
  { name: "visual_contribution", label: "Visual contribution", metric: null, members: visualContribution },
];

/**
 * The benchmarks of a name: a task ("ethics_cm"), or a group ("ethics"). Without a version, the paper's.
 *
 * @throws RangeError naming what there is, for an unknown name or version.
 */
export function findBenchmarks(name: string, version?: string): readonly Benchmark[] {
  const group = benchmarkGroups.find((candidate) => candidate.name === name);
  if (group !== undefined) return group.members.flatMap((member) => findBenchmarks(member.name, version));
  const named = allBenchmarks.filter((benchmark) => benchmark.name === name);
  const found = version === undefined ? named[0] : named.find((benchmark) => benchmark.version === version);
  if (found !== undefined) return [found];
  if (named.length > 0) {
    const versions = named.map((benchmark) => benchmark.version).join(", ");
    throw new RangeError(`Cannot find version "${version ?? ""}" of "${name}": expected one of ${versions}`);
  }
  const short = ({ name: one }: { readonly name: string }): string =>
    one.replace(/^(hendrycksTest-|mmlu_).*/, "$1<subject>");
  const names = [...new Set([...benchmarkGroups, ...allBenchmarks].map(short))].join(", ");
  throw new RangeError(`Cannot find benchmark "${name}": expected one of ${names}`);
}
