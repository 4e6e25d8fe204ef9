import assert from "node:assert/strict";

import fc from "fast-check";

import { byteTokenizerJson } from "../../src/data/byte-tokenizer.ts";
import { createTokenizer } from "../../src/data/tokenizer.ts";
import { growingText } from "../../src/model/growing-text.ts";

const bytes = createTokenizer(byteTokenizerJson(), "tokenizer.json");

/** Writes a text token by token; gives the pieces that were settled on the way. */
function write(text: string, stop: readonly string[]): { readonly pieces: readonly string[]; readonly text: string } {
  const growing = growingText(bytes, stop);
  const ids = bytes.encode(text);
  const pieces: string[] = [];
  for (const [place, id] of ids.entries()) {
    const isOver = growing.add(id) || place === ids.length - 1;
    pieces.push(growing.settle(isOver));
    if (isOver) break;
  }
  return { pieces: pieces.filter((piece) => piece !== ""), text: growing.text() };
}

describe("model/growing-text", () => {
  it("a text ends before its first stop string, which may be spread over tokens", () => {
    assert.deepEqual(write("one\n\ntwo", ["\n\n"]).text, "one");
    assert.deepEqual(write("say stop, or halt", ["halt", "stop"]).text, "say ");
    assert.deepEqual(write("never", ["no"]).text, "never");
  });

  it("pieces have whole characters only", () => {
    assert.deepEqual(write("né 漢🙂!", []).pieces, ["n", "é", " ", "漢", "🙂", "!"]);
  });

  it("what may be the beginning of a stop string is held back until it is known", () => {
    assert.deepEqual(write("a st stop", ["stop"]).pieces, ["a", " ", "st "]);
    assert.deepEqual(write("a st", ["stop"]).pieces, ["a", " ", "st"]);
  });

  it("bytes that are no character come out at the end", () => {
    const growing = growingText(bytes, []);
    growing.add(3 + 0x41);
    assert.equal(growing.settle(false), "A");
    growing.add(3 + 0xe6);
    assert.equal(growing.settle(false), "");
    assert.equal(growing.settle(true), "\uFFFD");
  });

  it("pieces joined are the text, whatever it is and wherever it stops", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "🙂", "\n"), minLength: 1, maxLength: 12 });
    const stop = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "🙂"), minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(text, stop, (written, words) => {
        const found = write(written, words);
        const places = words.map((word) => written.indexOf(word)).filter((place) => place >= 0);
        assert.equal(found.pieces.join(""), found.text);
        assert.equal(found.text, written.slice(0, Math.min(written.length, ...places)));
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
