/**
 * A benchmark as a value: dataset, prompt, scorer, metrics. One benchmark is one file beside this one and one line in
 * `benchmarks.ts`.
 */

import {
  type EncodedImage,
  type GenerationRequest,
  type LoglikelihoodRequest,
  type Sampling,
} from "../base/language-model.ts";
import { type DatasetFile } from "../data/dataset.ts";
import { type Estimate } from "../metric/estimate.ts";
import { type MetricUnit } from "../result/rows.ts";

/** One possible continuation, with its leading space, and whether the data calls it right. */
export interface Choice {
  readonly text: string;
  readonly isRight: boolean;
}

/** The choices of one question under one name; TruthfulQA has two sets a question, mc1 and mc2. */
export interface ChoiceSet {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** What is shown with this set in place of the item's own pictures. Default: those. */
  readonly images?: readonly ItemImage[];
}

/** A picture of a question. It is read when the question is asked, not when the items are made. */
export interface ItemImage {
  /** Where it stands, for a person and for the view of one sample. */
  readonly path: string;
  readonly read: () => Promise<EncodedImage>;
}

/** One question as a model is asked it. */
export interface Item {
  /** Row in the file, from 0. */
  readonly id: string;
  /** The question alone, for a person. */
  readonly question: string;
  /** All the text before the choices or the answer. */
  readonly context: string;
  /** One for each `imageMarker` in the context. Default: none. */
  readonly images?: readonly ItemImage[];
  /** Items with the same group belong together; null where there are no groups. */
  readonly group: string | null;
}

/** A question whose choices are scored by log-likelihood. */
export interface ChoiceItem extends Item {
  readonly sets: readonly ChoiceSet[];
}

/** A question that a model answers in its own words. */
export interface GenerationItem extends Item {
  /** The answer ends before the first of these. */
  readonly stop: readonly string[];
  readonly maxNewTokens: number;
  /** Default: 0. */
  readonly minNewTokens?: number;
  /** Default: greedy. */
  readonly sampling?: Sampling;
  /** What the answer is compared with. */
  readonly references: readonly Choice[];
  /** Continuations whose log-likelihood after the same context is asked too. Default: none. */
  readonly alsoScored?: readonly string[];
  /** What words mean the same thing, where the scorer needs a list of them that is data. */
  readonly synonyms?: ReadonlyMap<string, string>;
  /** What is asked in place of a context that is too long. Default: the context is cut on the left, as any other. */
  readonly shorter?: ShorterContexts;
}

/** Contexts with fewer examples, longest first: the first that fits is asked, the last one in any case. */
export interface ShorterContexts {
  /** Most tokens of a context, without any that a tokenizer adds by itself. */
  readonly mostTokens: number;
  readonly contexts: readonly string[];
}

/** A question of either kind. */
export type BenchmarkItem = ChoiceItem | GenerationItem;

/** A metric of a benchmark: a mean over items, or over complete groups of `groupSize` items, or what `over` says. */
export interface BenchmarkMetric {
  readonly name: string;
  /** Which is better; "none" for a number that describes, such as a share of yes. */
  readonly direction: "higher" | "lower" | "none";
  /** Default "fraction". */
  readonly unit?: MetricUnit;
  readonly groupSize: number | null;
  /** A measure of the whole set that is no mean over items, such as F1; it reads only what sample rows keep. */
  readonly over?: (samples: readonly CorpusSample[]) => Estimate;
}

/** What a measure of a whole set reads of each scored sample. */
export interface CorpusSample {
  readonly sample: string;
  readonly group: string | null;
  /** Null where the model chose among choices. */
  readonly response: string | null;
  /** What the response is compared with; without an entry for choices. */
  readonly references: readonly Choice[];
  readonly scores: Readonly<Record<string, number>>;
}

/** What one item scored: a fraction for each metric, and the index of the chosen choice in the first set. */
export interface ItemScore {
  /** Null where the answer is in the model's own words. */
  readonly prediction: number | null;
  /** Empty where the answer could not be read: the item is then unscored, not zero. */
  readonly scores: Readonly<Record<string, number>>;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Options of `load`. */
export interface LoadOptions {
  /** Laid out like shared/data. */
  readonly folder?: string | undefined;
  /** Examples before the question. Default: the benchmark's own number. */
  readonly shots?: number | undefined;
  /** Seed of the order of the items and of the draw of the shots, where a benchmark has them. Default: the harness's 42. */
  readonly seed?: number | undefined;
}

/** Items in the order they are asked, and the file they come from. */
export interface Loaded<I extends Item> {
  readonly items: readonly I[];
  readonly file: DatasetFile;
}

interface BenchmarkBase<I extends Item> {
  /** The harness's task name: "ethics_cm". */
  readonly name: string;
  /** For a person: "ETHICS cm". */
  readonly label: string;
  readonly version: string;
  readonly split: "test" | "validation" | "train";
  /** Examples before each question, where the caller does not say otherwise. */
  readonly shots: number;
  /** The implementation that this one equals, and the paper's table it belongs to. */
  readonly source: string;
  readonly metrics: readonly BenchmarkMetric[];
  /** Reads the data; items come in the order of the harness. Throws RangeError for a number of shots it cannot give. */
  readonly load: (options: LoadOptions) => Promise<Loaded<I>>;
}

/** A benchmark whose choices are scored by log-likelihood. */
export interface ChoiceBenchmark extends BenchmarkBase<ChoiceItem> {
  readonly kind: "choice";
  /** Scores one item; `loglikelihoods` has one row a set. */
  readonly score: (item: ChoiceItem, loglikelihoods: readonly (readonly number[])[]) => ItemScore;
  /** What each metric is worth on average where the answer is drawn at random. */
  readonly chance: (item: ChoiceItem) => Readonly<Record<string, number>>;
  /** Where the choices are fixed words: the index of the one that says yes (or reasonable). Null otherwise. */
  readonly yesChoice: number | null;
}

/** A benchmark whose answers are the model's own words. */
export interface GenerationBenchmark extends BenchmarkBase<GenerationItem> {
  readonly kind: "generation";
  /** Scores one item; `loglikelihoods` has one entry for each text of `alsoScored`. */
  readonly score: (item: GenerationItem, answer: string, loglikelihoods?: readonly number[]) => ItemScore;
  /** In place of `score` where an item's score needs the whole set, as CIDEr's document frequencies do. */
  readonly scoreAll?: (items: readonly GenerationItem[], answers: readonly string[]) => readonly ItemScore[];
}

/** A benchmark of either kind. */
export type Benchmark = ChoiceBenchmark | GenerationBenchmark;

/** The requests of one item in the order of the harness: all choices of the first set, then of the next. */
export function requestsOf(item: ChoiceItem): readonly LoglikelihoodRequest[] {
  return item.sets.flatMap((set) =>
    set.choices.map((choice) => ({ context: item.context, continuation: choice.text })),
  );
}

/** The request of an item that is answered in words. */
export function generationRequest(item: GenerationItem): GenerationRequest {
  const { context, stop, maxNewTokens, minNewTokens, sampling } = item;
  return {
    context,
    stop,
    maxNewTokens,
    ...(minNewTokens === undefined ? {} : { minNewTokens }),
    ...(sampling === undefined ? {} : { sampling }),
  };
}

/** `requestsOf` with the pictures, which are read now; a picture that several requests share is read once. */
export async function readRequests(item: ChoiceItem): Promise<readonly LoglikelihoodRequest[]> {
  const own = await readImages(item.images);
  const ofSet = async ({ images }: ChoiceSet): Promise<WithImages> => (images === undefined ? own : readImages(images));
  const sets = await Promise.all(item.sets.map(ofSet));
  const ofRequest = item.sets.flatMap((set, index) => set.choices.map(() => sets[index] ?? own));
  return requestsOf(item).map((request, index) => ({ ...request, ...ofRequest[index] }));
}

/** `generationRequest` with the pictures, which are read now. */
export async function readGenerationRequest(item: GenerationItem): Promise<GenerationRequest> {
  return { ...generationRequest(item), ...(await readImages(item.images)) };
}

/** The field of a request that carries pictures, absent where there are none. */
interface WithImages {
  readonly images?: readonly EncodedImage[];
}

async function readImages(images: readonly ItemImage[] = []): Promise<WithImages> {
  return images.length === 0 ? {} : { images: await Promise.all(images.map((image) => image.read())) };
}

/** Values in the order of `requestsOf`, cut into one row a set. */
export function bySet<T>(item: ChoiceItem, values: readonly T[]): readonly (readonly T[])[] {
  let start = 0;
  return item.sets.map((set) => {
    const row = values.slice(start, start + set.choices.length);
    start += set.choices.length;
    return row;
  });
}

/**
 * The number of shots of a benchmark that cannot give more than `most`.
 *
 * @throws RangeError where more are asked for.
 */
export function checkedShots(
  benchmark: { readonly name: string; readonly shots: number },
  asked: number | undefined,
  most: number,
): number {
  const { name, shots } = benchmark;
  const found = asked ?? shots;
  if (!Number.isInteger(found) || found < 0 || found > most) {
    throw new RangeError(`Cannot ask ${name} with ${found} shots: expected ${most === 0 ? "0" : `0 to ${most}`}`);
  }
  return found;
}
