/**
 * POPE: is an object in the picture? (Li et al. 2023). Every text is a yes or a no, "yes" where it does not say no.
 *
 * Source: RUCAIBox/POPE@3df3ba1, evaluate.py; UCSC-VLAA/Sight-Beyond-Text@47f96a3, llava/eval/mmoverall/pope_metric.py.
 */

/** "no" where "No", "no" or "not" is among the words of the first sentence, commas aside; else "yes". */
export function popeAnswerOf(text: string): "yes" | "no" {
  const [sentence = ""] = text.split(".");
  const words = sentence.replaceAll(",", "").split(" ");
  return words.some((word) => word === "No" || word === "no" || word === "not") ? "no" : "yes";
}
