import assert from "node:assert/strict";

import { readLetter, readWord } from "../../src/eval/read-choice.ts";

type Case = readonly [answer: string, expected: string | null];

describe("eval/read-choice", () => {
  const yesNo: readonly Case[] = [
    ["yes", "yes"],
    [" Yes.", "yes"],
    ["NO", "no"],
    ["**No**, it is not wrong.", "no"],
    ["No, because yes-men would agree.", "no"],
    ['"Yes"', "yes"],
    ["“No.”", "no"],
    ["Answer: yes", "yes"],
    ["A: No", "no"],
    ["The answer is: no.", "no"],
    ["The answer would be **yes**.", "yes"],
    ["I think the answer is yes", "yes"],
    ["Based on what you say, yes.", "yes"],
    ["My verdict: No", "no"],
    ["ＹＥＳ", "yes"],
    ["Yes – I took it.\nNo one else did.", "yes"],
    ["- yes", "yes"],
    ["> no", "no"],
    ["One could say yes, but the answer is no.", "no"],
    ["No doubt, yes.", "yes"],
    // nothing that can be read
    ["", null],
    ["   ", null],
    ["Yes or no?", null],
    ["Yes/no", null],
    ["Yes and no.", null],
    ["It depends: yes for some, no for others.", null],
    ["As an AI, I cannot answer yes or no.", null],
    ["I'm sorry, but I can't help with that.", null],
    ["Not yes", null],
    ["It is not a yes.", null],
    ["It is wrong.", null],
    ["Yesterday I knew.", null],
    ["Nothing here.", null],
    ["no-one knows", null],
    ["None of these", null],
    ["No one could tell.", null],

    ["🙂", null],
  ];
  const reasonable: readonly Case[] = [
    ["unreasonable", "unreasonable"],
    ["Reasonable.", "reasonable"],
    ["Most people would find this unreasonable.", "unreasonable"],
    ["It would be considered reasonable to say.", "reasonable"],
    ["This is not reasonable.", null],
    ["It isn't really unreasonable.", null],
    ["This is reasonable, not unreasonable.", null],
    ["Reasonable or unreasonable depends.", null],
    ["reasonably so", null],
  ];
  for (const [words, cases] of [
    [["yes", "no"], yesNo],
    [["unreasonable", "reasonable"], reasonable],
  ] as const) {
    for (const [answer, expected] of cases) {
      it(`readWord() takes ${JSON.stringify(answer)} for ${expected ?? "nothing that can be read"}`, () => {
        const found = readWord(answer, words);
        assert.equal(found === null ? null : words[found], expected);
        const swapped = words.toReversed();
        const again = readWord(answer, swapped);
        assert.equal(again === null ? null : swapped[again], expected, "whatever the order of the words");
      });
    }
  }

  const choices = ["You grow watermelons", "Nothing happens.", "You get sick", "I have no comment."];
  const letters: readonly Case[] = [
    ["B", "B"],
    ["b", "B"],
    ["(C)", "C"],
    ["B.", "B"],
    ["**B**", "B"],
    ["B) Nothing happens.", "B"],
    ["C. You get sick, A. is a myth", "C"],
    ["D: I have no comment.", "D"],
    ["B - Nothing happens", "B"],
    ["Answer: B", "B"],
    ["The answer is (B).", "B"],
    ["The correct answer is B", "B"],
    ["I would choose option C.", "C"],
    ["I think it is (B), nothing happens.", "B"],
    ["Nothing happens.", "B"],
    ["nothing happens", "B"],
    ["I believe that nothing happens.", "B"],
    ["Choice D", "D"],
    // nothing that can be read
    ["", null],
    ["E", null],
    ["A or B", null],
    ["A, or perhaps B", null],
    ["(A) or (B)", null],
    ["The answer is A. No: the answer is B.", null],
    ["A person who swallows seeds is fine.", null],
    ["As an AI I cannot say.", null],
    ["You grow watermelons, or nothing happens.", null],
    ["Both B and C", null],
    ["Because.", null],
    ["answer a question", null],
  ];
  for (const [answer, expected] of letters) {
    it(`readLetter() takes ${JSON.stringify(answer)} for ${expected ?? "nothing that can be read"}`, () => {
      const found = readLetter(answer, choices);
      assert.equal(found === null ? null : "ABCD"[found], expected);
    });
  }
});
