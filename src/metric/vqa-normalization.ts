/**
 * The answer normalisation of the VQA evaluation: punctuation, then number words, articles and contractions. Quirks of
 * the official program are kept, since published scores have them: a comma between digits anywhere deletes every mark
 * instead of parting words, and at most 32 periods are removed.
 *
 * Source: GT-Vision-Lab/VQA@a013f00, PythonEvaluationTools/vqaEvaluation/vqaEval.py.
 */

import { pythonSplit } from "./python-text.ts";

const marks = [
  ";",
  "/",
  "[",
  "]",
  '"',
  "{",
  "}",
  "(",
  ")",
  "=",
  "+",
  "\\",
  "_",
  "-",
  ">",
  "<",
  "@",
  "`",
  ",",
  "?",
  "!",
];
/** The program hands the flag re.UNICODE, which is 32, to the argument that limits the number of replacements. */
const mostPeriods = 32;

const articles = new Set(["a", "an", "the"]);
const numbers: ReadonlyMap<string, string> = new Map([
  ["none", "0"],
  ..."zero one two three four five six seven eight nine ten".split(" ").map((word, i) => [word, String(i)] as const),
]);

/** Contractions with the spellings that lack an apostrophe. */
const spellings = `
ain't: aint; aren't: arent; can't: cant; could've: couldve; couldn't: couldnt; couldn't've: couldn'tve couldnt've;
didn't: didnt; doesn't: doesnt; don't: dont; hadn't: hadnt; hadn't've: hadnt've hadn'tve; hasn't: hasnt; haven't: havent;
he'd: hed; he'd've: hed've he'dve; he's: hes; how'd: howd; how'll: howll; how's: hows; isn't: isnt; it'd: itd;
it'd've: itd've it'dve; it'll: itll; ma'am: maam; mightn't: mightnt; mightn't've: mightnt've mightn'tve;
might've: mightve; mustn't: mustnt; must've: mustve; needn't: neednt; not've: notve; o'clock: oclock; oughtn't: oughtnt;
'ow's'at: ow's'at 'ows'at 'ow'sat; shan't: shant; she'd've: shed've she'dve; should've: shouldve; shouldn't: shouldnt;
shouldn't've: shouldnt've shouldn'tve; somebodyd: somebody'd; somebody'd've: somebodyd've somebody'dve;
somebody'll: somebodyll; somebody's: somebodys; someone'd: someoned; someone'd've: someoned've someone'dve;
someone'll: someonell; someone's: someones; something'd: somethingd; something'd've: somethingd've something'dve;
something'll: somethingll; that's: thats; there'd: thered; there'd've: thered've there'dve; there're: therere;
there's: theres; they'd: theyd; they'd've: theyd've they'dve; they'll: theyll; they're: theyre; they've: theyve;
'twas: twas; wasn't: wasnt; we'd've: wed've we'dve; we've: weve; weren't: werent; what'll: whatll; what're: whatre;
what's: whats; what've: whatve; when's: whens; where'd: whered; where's: wheres; where've: whereve; who'd: whod;
who'd've: whod've who'dve; who'll: wholl; who's: whos; who've: whove; why'll: whyll; why're: whyre; why's: whys;
won't: wont; would've: wouldve; wouldn't: wouldnt; wouldn't've: wouldnt've wouldn'tve; y'all: yall;
y'all'll: yall'll y'allll; y'all'd've: yall'd've y'alld've y'all'dve; you'd: youd; you'd've: youd've you'dve;
you'll: youll; you're: youre; you've: youve`;

const contractions: ReadonlyMap<string, string> = new Map(
  spellings.split(";").flatMap((entry) => {
    const [contraction = "", variants = ""] = entry.trim().split(": ");
    return variants.split(" ").map((variant) => [variant, contraction] as const);
  }),
);

/** The text without punctuation: a mark beside a space goes, another becomes a space. */
export function stripVqaPunctuation(text: string): string {
  const deletesAll = /\p{Nd},\p{Nd}/u.test(text);
  let stripped = text;
  for (const mark of marks) {
    const isApart = deletesAll || text.includes(`${mark} `) || text.includes(` ${mark}`);
    stripped = stripped.replaceAll(mark, isApart ? "" : " ");
  }
  let removed = 0;
  return stripped.replace(/\.(?!\p{Nd})/gu, (period) => ((removed += 1) <= mostPeriods ? "" : period));
}

/** Lower-cased words without articles, number words up to ten as digits, contractions with their apostrophe. */
export function normalizeVqaWords(text: string): string {
  return pythonSplit(text.toLowerCase())
    .map((word) => numbers.get(word) ?? word)
    .filter((word) => !articles.has(word))
    .map((word) => contractions.get(word) ?? word)
    .join(" ");
}
