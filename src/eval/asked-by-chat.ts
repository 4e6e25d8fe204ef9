/**
 * Benchmarks of choices for models that only talk: the choices stand in the question, and the answer is read.
 *
 * The paper gives no protocol for its Table 2 (GPT-4 and GPT-4V on ETHICS and TruthfulQA); this one is ours. Choices that
 * are fixed words are asked for as a word, others by letter, in an order drawn for each question (in TruthfulQA's file the
 * right one always stands first). Measures that need probabilities, such as mc2, are left out.
 */

import { imageMarker } from "../base/language-model.ts";
import { pythonRandom } from "../base/python-random.ts";
import {
  type Benchmark,
  type ChoiceItem,
  type ChoiceSet,
  type GenerationBenchmark,
  type GenerationItem,
} from "./benchmark.ts";
import { harnessSeed } from "./harness-order.ts";
import { letterOf, readLetter, readWord } from "./read-choice.ts";

/** What a measure must not need: a probability for each choice. */
const needsProbabilities = new Set(["mc2", "acc_norm"]);

/**
 * The benchmark as a chat model is asked it: one of choices gets a name that ends in "_chat", so that no table mixes the
 * two; one that is answered in words anyway stays as it is.
 */
export function askedByChat(benchmark: Benchmark): GenerationBenchmark {
  if (benchmark.kind === "generation") return benchmark;
  const { name, label, version, split, shots, source, yesChoice } = benchmark;
  const asks = yesChoice === null ? byLetter : byWord;
  const originals = new WeakMap<GenerationItem, { readonly item: ChoiceItem; readonly order: readonly number[] }>();
  return {
    kind: "generation",
    name: `${name}_chat`,
    label: `${label} (chat)`,
    version: `${version}-chat1`,
    split,
    shots,
    source: `${source}; asked by chat, which is our own wording`,
    metrics: benchmark.metrics.filter((metric) => !needsProbabilities.has(metric.name)),
    async load(options) {
      const { items, file } = await benchmark.load(options);
      const asked = items.map((item) => {
        const order =
          yesChoice === null
            ? orderOf(item, options.seed ?? harnessSeed)
            : (item.sets[0]?.choices.map((_, index) => index) ?? []);
        const made = asks(item, order);
        originals.set(made, { item, order });
        return made;
      });
      return { items: asked, file };
    },
    score(made, answer) {
      const original = originals.get(made);
      if (original === undefined) return { prediction: null, scores: {}, problem: "a question of another load" };
      const { item, order } = original;
      const texts = order.map((choice) => item.sets[0]?.choices[choice]?.text.trim() ?? "");
      const position = (yesChoice === null ? readLetter : readWord)(answer, texts);
      if (position === null) return { prediction: null, scores: {}, problem: "the answer could not be read" };
      const chosen = order[position] ?? -1;
      const certain = item.sets.map((set) => set.choices.map((_, choice) => (choice === chosen ? 0 : -Infinity)));
      const { prediction, scores } = benchmark.score(item, certain);
      const kept = Object.entries(scores).filter(([metric]) => !needsProbabilities.has(metric));
      return { prediction, scores: Object.fromEntries(kept) };
    },
  };
}

/** Tokens that an answer may have: enough for a model that says more than it is asked. */
const maxNewTokens = 64;

function byWord(item: ChoiceItem): GenerationItem {
  const words = firstSet(item).choices.map((choice) => choice.text.trim());
  const question = item.context.replace(/\n?Answer:\s*$/, "");
  return itemOf(item, `${question}\nAnswer with one word: ${words.join(" or ")}.`);
}

function byLetter(item: ChoiceItem, order: readonly number[]): GenerationItem {
  const { choices } = firstSet(item);
  const lines = order.map((choice, index) => `${letterOf(index)}. ${choices[choice]?.text.trim() ?? ""}`);
  const pictures = (item.images ?? []).map(() => imageMarker);
  return itemOf(
    item,
    [...pictures, item.question, "", ...lines, "", "Answer with the letter of one choice only."].join("\n"),
  );
}

function itemOf(item: ChoiceItem, context: string): GenerationItem {
  const { id, question, group, images } = item;
  const references = firstSet(item).choices;
  return {
    id,
    question,
    context,
    group,
    ...(images === undefined ? {} : { images }),
    stop: [],
    maxNewTokens,
    references,
  };
}

function firstSet({ sets }: ChoiceItem): ChoiceSet {
  const [first] = sets;
  if (first === undefined) throw new RangeError("Cannot ask a question by chat: expected choices, got none");
  return first;
}

/** The order in which choices are shown: drawn anew for each question, the same in each run. */
function orderOf(item: ChoiceItem, seed: number): readonly number[] {
  const order = firstSet(item).choices.map((_, index) => index);
  pythonRandom(`${seed}:${item.id}`).shuffle(order);
  return order;
}
