/**
 * The sets of characters that the PTB tokenizer tells apart: letters and digits as Unicode 6.3 has them, whatever the
 * version of the engine, and the marks that it keeps as tokens of their own.
 *
 * Source: Stanford CoreNLP 3.4.1, behaviour of edu.stanford.nlp.process.PTBLexer on each of the 65,536 code units.
 */

import { type CharacterSet, normalized } from "./character-set.ts";

/** Letters of Unicode 6.3 below U+10000: gap to the next run and, after a point, its length less one, in base 36. */
const letterRuns = `
  1t.p 7.p 1c b 5 6.m 2.u 2.cp 5.b f.4 8 2 3m.4 2.1 3.3 9 2.2 2 2.j 2.2a 2.3u 9.4d a.11 3 8.12 21.q 6.2 1a.16 10.1
  2.2q 2 g.1 8.1 b.2 3 h 2.t u.2g c p.w a.1 5 6.l 5 a 4 o.o 20 2.a 2g.1h 4 j 8.9 g.6 2.6 6.7 3.1 3.l 2.6 2 4.3 4 h
  e.1 2.2 f.1 k.5 5.1 3.l 2.6 2.1 2.1 2.1 w.3 2 k.2 h.8 2.2 2.l 2.6 2.1 2.4 4 j g.1 10.7 3.1 3.l 2.6 2.1 2.4 4 v.1
  2.2 g i 2.5 4.2 2.3 4.1 2 2.1 4.1 4.2 4.b n 1h.7 2.2 2.m 2.9 2.4 4 r.1 7.1 10.7 2.2 2.m 2.9 2.4 4 x 2.1 g.1 j.7
  2.2 2.14 3 h i.1 p.5 6.h 4.n 2.8 2 3.6 1n.1b 2.1 d.6 1n.1 2 3.1 2 3 7.3 2.6 2.2 2 2 3.1 2.3 2.1 a 3.4 2 m.3 x
  1s.7 2.z s.4 38.16 l h.5 5.3 4 4.1 8.2 5.c d i.11 2 6 3.16 2.98 2.3 3.6 2 2.3 3.14 2.3 3.w 2.3 3.6 2 2.3 3.e
  2.1k 2.3 3.1u 12.f h.2c d.h7 3.g 2.p 6.22 m.c 2.3 f.h f.h f.c 2.2 g.1f 10 5 1w.2f 9.14 2 6.1x b.s 1g.t 3.4 c.17
  m.6 1l.m a.1g 2b 2m.1a i.6 1k.t e.1 b.17 r.z 16.2 b.z 30.3 2.3 4.1 a.5b 1t.7p 3.5 3.11 3.5 3.7 2 2 2 2.u 3.1g
  2.6 2 4.2 2.6 4.3 3.5 5.c 6.2 2.6 39 e h.c 2u 5 3.9 2 4.4 7 2 2 2.3 2.a 3.3 6.4 5 1h.1 22k.1a 2.1a 2.3o 7.3 4.1
  d.11 2 6 3.1j 8 h.m a.6 2.6 2.6 2.6 2.6 2.6 2.6 2.6 29 d2.1 17.4 6.1 5.2d 7.2 2.2h 2.3 6.14 4.2l i.q 1i.f e9.52t
  23.g5o 1g.wc 1w.19 3.7g 4.f b.1 l.1a h.o 9.1x 1e.8 3.2u 3.3 2.3 d.a 26.9 2.2 2.3 2.m u.1f f.1d 1r.5 4 f.r b.m
  q.s 8.1a t 1d.14 o.2 2.7 l.m 4 6.1b 2 4.1 3.4 3 2 p.2 3.a 8.2 d.5 3.5 3.5 a.6 2.6 42.y u.8mb d.m 5.1c 6it.a5
  3.2x 13.6 d.4 6 2.9 2.c 2.4 2 2.1 2.1 2.2z y.a2 j.1r 3.1h 15.b 39.4 2.3q 11.p 7.p c.2g 4.5 3.5 3.5 3.2
`;

const decades =
  "30 660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 a900 a9d0 aa50 abf0 ff10";

/** Marks inside words of many scripts that are not letters of Unicode 6.3 but are read as such. */
const markRuns =
  "ad 237-24f 2c2-2c5 2d2-2df 2e5-37d 384-385 3cf 3f6 3fc-3ff 483-487 4cf 4f6-4ff 510-525 55a-55f 591-5bd 5bf 5c1-5c2 " +
  "5c4-5c5 5c7 615-61a 63b-63f 64b-65e 670 6d6-6ef 6fa-6ff 70f 711 730-77f 7a6-7b1 7ca-7f5 7fa 900-903 93c 93e-94e " +
  "951-955 962-963 981-983 9bc-9c4 9c7-9c8 9cb-9cd 9d7 9e2-9e3 a01-a03 a3c a3e-a4f a81-a83 abc-acf b82 bbe-bc2 " +
  "bc6-bc8 bca-bcd c01-c03 c3e-c56 d3e-d44 d46-d48 e30-e3a e47-e4e eb1-ebc ec8-ecd";

/** Marks and symbols that are tokens of one character. */
const symbolRuns =
  "25-26 2b 5c 5e 7c 7e a6-a9 ac ae-ba d7 f7 387 5be 5c0 5c3 5c6 5f3-5f4 600-603 606-60a 60c 614 61b 61e 66a 66d " +
  "703-70d 7f6-7f8 964-965 e4f 1fbd 2016-2017 2020-2023 2030-2038 203b 203e-2042 2044 207a-207f 208a-208e 2100-214f " +
  "2190-2bff 3012 30fb ff01-ff0f ff1a-ff20 ff3b-ff40 ff5b-ff65";

function hexRuns(text: string): CharacterSet {
  return normalized(
    text.split(" ").map((run) => {
      const [low = "", high = low] = run.split("-");
      return [parseInt(low, 16), parseInt(high, 16)] as const;
    }),
  );
}

function gapRuns(text: string): CharacterSet {
  let end = 0;
  return text
    .trim()
    .split(/\s+/)
    .map((run) => {
      const [gap = "", more = "0"] = run.split(".");
      const start = end + parseInt(gap, 36);
      end = start + parseInt(more, 36);
      return [start, end] as const;
    });
}

const letters = gapRuns(letterRuns);
const digits = normalized(decades.split(" ").map((first) => [parseInt(first, 16), parseInt(first, 16) + 9] as const));

/** The capital letters among `letters`, and the Roman numerals and circled letters that Unicode calls upper case. */
const capitals: CharacterSet = hexRuns("2160-216f 24b6-24cf").concat(
  letters.flatMap(([low, high]) => {
    const text = String.fromCharCode(...Array.from({ length: Math.min(high - low + 1, 1000) }, (_, i) => low + i));
    return Array.from(text.matchAll(/\p{Uppercase}/gu), ({ index }) => [low + index, low + index] as const);
  }),
);

/** The named sets of the tokenizer's patterns. */
export const ptbSets: Readonly<Record<string, CharacterSet>> = {
  /** Letters of Unicode. */
  alpha: letters,
  /** Letters and digits of Unicode. */
  alnum: normalized([...letters, ...digits]),
  /** Letters, and marks that stand inside words. */
  letter: normalized([...letters, ...hexRuns(markRuns)]),
  digit: digits,
  capital: normalized(capitals),
  symbol: hexRuns(symbolRuns),
  any: [[0, 0xffff]],
};
