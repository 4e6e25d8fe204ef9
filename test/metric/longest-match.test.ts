import assert from "node:assert/strict";

import { longestMatchScanner } from "../../src/metric/longest-match.ts";

describe("metric/longest-match", () => {
  it("longestMatchScanner() takes the longest match, and the earlier rule of two as long", () => {
    const scan = longestMatchScanner([{ pattern: "can" }, { pattern: "[a-z]+" }, { pattern: "cannot" }]);
    assert.deepEqual(scan("can", 0), { rule: 0, end: 3 });
    assert.deepEqual(scan("cannot", 0), { rule: 1, end: 6 });
    assert.deepEqual(scan("a can b", 2), { rule: 0, end: 5 });
    assert.equal(scan("1", 0), null);
  });

  it("longestMatchScanner() counts what must follow towards the length but leaves it out of the match", () => {
    const scan = longestMatchScanner([{ pattern: "[a-z]+" }, { pattern: "[a-z]+", ahead: "n't" }]);
    assert.deepEqual(scan("couldn't", 0), { rule: 1, end: 5 });
    assert.deepEqual(scan("could", 0), { rule: 0, end: 5 });
  });

  it("longestMatchScanner() ends a match as late as what must follow allows", () => {
    const scan = longestMatchScanner([{ pattern: "a+", ahead: "a*b" }]);
    assert.deepEqual(scan("aaab", 0), { rule: 0, end: 3 });
  });

  it("longestMatchScanner() repeats within bounds", () => {
    const scan = longestMatchScanner([{ pattern: "(ab){2,3}" }, { pattern: "x{2}" }, { pattern: "y?z" }]);
    assert.equal(scan("ab", 0), null);
    assert.deepEqual(scan("abababab", 0), { rule: 0, end: 6 });
    assert.deepEqual(scan("xxx", 0), { rule: 1, end: 2 });
    assert.deepEqual(scan("yz", 0), { rule: 2, end: 2 });
    assert.deepEqual(scan("z", 0), { rule: 2, end: 1 });
  });

  it("longestMatchScanner() matches both cases of a letter, but a set as it is written", () => {
    const scan = longestMatchScanner([{ pattern: "k[a-c]" }, { pattern: "{vowel}[^a-z]" }], {
      sets: { vowel: [[0x61, 0x61]] },
    });
    assert.deepEqual(scan("Ka", 0), { rule: 0, end: 2 });
    assert.deepEqual(scan("\u212aa", 0), { rule: 0, end: 2 });
    assert.equal(scan("kA", 0), null);
    assert.deepEqual(scan("aA", 0), { rule: 1, end: 2 });
  });

  for (const [pattern, message] of [
    ["(a", 'Cannot read the pattern at "(a:2": expected ")", got the end'],
    ["a)", 'Cannot read the pattern at "a):1": expected the end, got ")"'],
    ["*", 'Cannot read the pattern at "*:0": expected a character, got "*"'],
    ["{none}", 'Cannot read the pattern at "{none}:0": expected the name of a set, got "{none}"'],
    ["[a", 'Cannot read the pattern at "[a:2": expected a character, got the end'],
  ] as const) {
    it(`longestMatchScanner() rejects "${pattern}"`, () => {
      assert.throws(() => longestMatchScanner([{ pattern }]), { name: "SyntaxError", message });
    });
  }
});
