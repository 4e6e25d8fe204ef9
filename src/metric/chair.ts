/**
 * CHAIR: how much a caption tells of objects that are not in the image (Rohrbach et al. 2018). Objects are the 80
 * categories of MSCOCO with their synonyms.
 *
 * The synonyms are not ours: they are the file data/synonyms.txt of LisaAnne/Hallucination@6e4d33c, which extends the
 * list of Lu et al. 2018 and is read with `readChairSynonyms`. Source of the rules: utils/chair.py there.
 */

import { singular } from "./english-singular.ts";
import { meanEstimate, type Estimate } from "./estimate.ts";
import { treebankWords } from "./treebank-words.ts";

/** The name of the category for each word or pair of words that means it. */
export type ChairSynonyms = ReadonlyMap<string, string>;

/** A caption with the categories that are in its image. */
export interface ChairCaption {
  readonly caption: string;
  /** From the segmentations and from the mentions of people's captions: `mentionedObjects`. */
  readonly objects: ReadonlySet<string>;
}

/** The mentions of one caption, in order, repeated ones too. */
export interface ChairMentions {
  readonly mentioned: readonly string[];
  /** Those that are not in the image. */
  readonly hallucinated: readonly string[];
}

/** CHAIR of a set of captions, fractions in [0, 1]; lower is better. */
export interface ChairResult {
  /** Mentions of objects that are not in the image / mentions; null without any mention. */
  readonly chairI: number | null;
  /** Captions with such a mention / captions. */
  readonly chairS: Estimate;
  readonly mentions: number;
  readonly captions: readonly ChairMentions[];
}

const pairs =
  "motor bike|motor cycle|air plane|traffic light|street light|traffic signal|stop light|fire hydrant|stop sign|" +
  "parking meter|suit case|sports ball|baseball bat|baseball glove|tennis racket|wine glass|hot dog|cell phone|" +
  "mobile phone|teddy bear|hair drier|potted plant|laptop computer|stove top oven|home plate|train track";

/** Two words that are read as one: as they stand, or as the animal, vehicle or thing that is meant. */
const wordPairs: ReadonlyMap<string, string> = new Map([
  ...pairs.split("|").map((pair) => [pair, pair] as const),
  ..."bird cat dog horse sheep cow elephant bear zebra giraffe animal cub"
    .split(" ")
    .flatMap((animal) => [[`baby ${animal}`, animal] as const, [`adult ${animal}`, animal] as const]),
  ["passenger jet", "jet"],
  ["passenger train", "train"],
  ["bow tie", "tie"],
  ["toilet seat", "toilet"],
  ["wine glas", "wine glass"],
]);

/** Reads a list of synonyms: one category a line, its name first, with a comma and a space between the words. */
export function readChairSynonyms(text: string): ChairSynonyms {
  return new Map(
    text
      .trimEnd()
      .split("\n")
      .flatMap((line) => {
        const words = line.trim().split(", ");
        return words.map((word) => [word, words[0] ?? word] as const);
      }),
  );
}

/** The categories that a caption mentions, in order, repeated ones too. */
export function mentionedObjects(caption: string, synonyms: ChairSynonyms): string[] {
  const words = joinPairs(treebankWords(caption.toLowerCase()).map(singular));
  const isToilet = words.includes("toilet"); // "the seat of the toilet" is no chair
  return words.flatMap((word) => (isToilet && word === "seat" ? [] : (synonyms.get(word) ?? [])));
}

/** CHAIR of captions whose images' objects are known. */
export function chair(captions: readonly ChairCaption[], synonyms: ChairSynonyms): ChairResult {
  const found = captions.map(({ caption, objects }): ChairMentions => {
    const mentioned = mentionedObjects(caption, synonyms);
    return { mentioned, hallucinated: mentioned.filter((object) => !objects.has(object)) };
  });
  const mentions = found.reduce((sum, { mentioned }) => sum + mentioned.length, 0);
  const hallucinations = found.reduce((sum, { hallucinated }) => sum + hallucinated.length, 0);
  return {
    chairI: mentions === 0 ? null : hallucinations / mentions,
    chairS: meanEstimate(found.map(({ hallucinated }) => Number(hallucinated.length > 0))),
    mentions,
    captions: found,
  };
}

function joinPairs(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const pair = wordPairs.get(words.slice(i, i + 2).join(" "));
    joined.push(pair ?? words[i] ?? "");
    if (pair !== undefined) i += 1;
  }
  return joined;
}
