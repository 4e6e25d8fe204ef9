/**
 * What the Penn Treebank tokenizer takes for one token, as rules for a longest-match scanner; of equally long matches
 * the earlier rule wins. The language is that of Stanford CoreNLP 3.4.1's tokenizer, which coco-caption runs: which texts
 * are one token, and which rule comes first, are facts about it, learnt from its specification and checked against the
 * program text by text. Expressions, their grouping and order of words, the notation and the program are our own.
 *
 * Source: Stanford CoreNLP 3.4.1, edu.stanford.nlp.process.PTBLexer and PTBTokenizer; Penn Treebank tokenization (1997).
 */

import { type ScanRule } from "./longest-match.ts";
import { leftQuote, rightQuote, withBrackets, withoutSoftHyphens, withUnbreakableSpaces } from "./ptb-normal-form.ts";

/** A rule with the token that it makes; the default is the matched text itself. */
export interface PtbRule extends ScanRule {
  /** The token; null where the text makes none. */
  readonly token?: (text: string) => string | null;
  /** Characters that the token takes: the rest is read again. The default is all of the match. */
  readonly take?: (text: string) => number;
}

const lineEnd = "(\r|\r?\n|[\u2028\u2029\v\f\u0085])";
const blank = "[ \t\u00a0\u2000-\u200a\u3000]";
const gap = `(${blank}|${lineEnd})`;
const apostrophe = "(['\u0092\u2019]|&apos;)";
const tick = `(${apostrophe}|[\`\u0091\u2018\u201b])`;
const hyphen = "[-_\u058a\u2010\u2011]";
const ampersand = "(&|&amp;)";
const clauseMark = "[,;:\u3001]";

const letter = "({letter}|&[aeiouAEIOU](acute|grave|uml);)";
const letters = `${letter}(${letter}|{digit})*`;
const word = `${letters}([.!?]${letters})*`;
const clitic = `${apostrophe}([msdMSD]|re|ve|ll)`;
const negation = `n${tick}t`;
const negated = "[A-Za-z\u00ad]*[A-MO-Za-mo-z]\u00ad*";

const attribute = "[A-Za-z][A-Za-z0-9_:.\\-]*";
const attributeValue = ` *= *('[^']*'|"[^"]*")`;
const markup = `<([!?][A-Za-z\\-][^>\r\n]*|${attribute}( +${attribute}(${attributeValue})?)* */?|/${attribute}) *>`;

const number = "({digit}+|{digit}*([.:,\u00ad\u066b\u066c]{digit}+)+)";
const fraction = "({digit}{1,4}[- \u00a0])?{digit}{1,4}(\\\\?/|\u2044){digit}{1,4}";
const apart = "[- \u00a0]";
const groupsApart = `(\\([0-9]{2,3}\\)[ \u00a0]?|\\+{0,2}([0-9]{2,4}${apart}){1,2})[0-9]{3,4}${apart}?[0-9]{3,5}`;
const groupsByPoints = "(\\+{0,2}[0-9]{2,4}\\.)?[0-9]{2,4}\\.[0-9]{3,4}\\.[0-9]{3,5}";
const phone = `(${groupsApart}|${groupsByPoints})`;

const address = '[^ \t\n\f\r"<>|()\\{\\}]';
const addressEnd = '[^ \t\n\f\r"<>|.!?()\\{\\},\\-]';
const host = `(www\\.([^ \t\n\f\r"<>|.!?()\\{\\},]+\\.)+[A-Za-z]{2,4}|([^ \t\n\f\r"\`'<>|.!?()\\{\\},-_$]+\\.)+(com|net|org|edu))`;
const path = `(/[^ \t\n\f\r"<>|()]+${addressEnd})?`;
const domain = '[^ \t\n\f\r"<>|()\\{\\}.\u00a0]+';
const mail = `(&lt;|<)?[A-Za-z0-9][^ \t\n\f\r"<>|()\u00a0\\{\\}]*@(${domain}\\.)*${domain}(&gt;|>)?`;
const extensions = choice(
  "bat bmp c cgi class cpp dll doc docx exe gif gz h htm html jar java jpeg jpg mov mp3 pdf php pl png ppt ps py " +
    "sql tar txt wav x xml zip",
);
const fileName = `(${letter}|{digit})+(\\.(${letter}|{digit})+)*\\.${extensions}`;

/** Abbreviations that a lower-case word follows: where a sentence could begin after one, its point is read twice. */
const closing = choice(
  "al ala apr ariz Ark assn aug Az bancorp bhd bldg blvd bros calif co colo conn corp cos ct dak dec Del ed.d esq " +
    "est etc ext feb fla fri ga Ill inc ind intl jan jr jul jun kan kans ky La ltd mar Mass md mich minn Miss mo mon " +
    "mont neb nev nov oct okla Ore Pa penn ph.d plc ppt[ye] ppt[ye]s pt[ye] pt[ye]s rd rt sep sept seq sq sr sys tel " +
    "tenn Tex thu thurs tue tues univ va vt Wash wed wis wisc wyo",
);
const country = "(canada|sino|korean|eu|japan|non)-u\\.s|u\\.s\\.-(u\\.k|u\\.s\\.s\\.r)";
const initials = `([A-Za-z](\\.[A-Za-z])*|${country})`;
const severalInitials = `([A-Za-z](\\.[A-Za-z])+|${country})`;
/** Abbreviations that a name or number follows: titles, and parts of names. */
const title = choice(
  "a.k.a adj adm adv alex assoc asst atty attys ave brig capt cf cie cmdr col comdr cpl dept det dr drs elec ens ft " +
    "gen gov govs hon insp invt jos lieut lt m[ft]g maj messrs Miss mlle mme mr mrs ms msgr mt natl pfc ph pres prof " +
    "profs pvt rep reps rev sen sens sfc sgt spc st ste supt supts treas vs wm",
);
const opening = `(${initials}|${title})`;
const beforeNumber = choice("art bldg ca fig figs no nos op pp prop");
const sentenceStart = choice(
  "A About According Additionally After An As At But Earlier He Her Here However If In It Last Many More Mr. Ms. " +
    "Now Once One Other Our She Since So Some Such That The Their Then There These They This We What When While Yet " +
    "You",
);

const joined = `([dDoOlL]${tick}{alnum})?{alnum}+`;
const compound = `${joined}(${hyphen}${joined})*`;
const spacedOut = `[A-Za-z0-9][A-Za-z0-9.,\u00ad]*(-([A-Za-z0-9\u00ad]+|${severalInitials}\\.))+`;
const allied = `[A-Z]+([+&][A-Z]+|&amp;[A-Z]+)+`;
const alternative = "[A-Za-z0-9]+(-[A-Za-z]+){0,2}(\\\\?/[A-Za-z0-9]+(-[A-Za-z]+){0,2}){1,2}";

/** Words whose apostrophe is not a quote: 'n', d', ol', o'clock, ma'am, '90s and their like. */
const apostropheWord = [
  `${apostrophe}n${apostrophe}?`,
  `[lLdDjJ]${apostrophe}`,
  `(dunkin|somethin|ol)${apostrophe}`,
  `${apostrophe}(em|till?|cause|[2-9]0s)`,
  `[A-HJ-XZn]${tick}{alpha}{alpha}+`,
  `{alpha}+[aeiouyAEIOUY]${tick}[aeiouA-Z]{alpha}*`,
  "cont'd\\.?|'twas|nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l",
  `o${tick}o`,
].join("|");

const treebankWord = [
  "-(rrb|lrb|rcb|lcb|rsb|lsb)-",
  "c\\.d\\.s|pro-|anti-",
  `s${ampersand}(p-500|ls)`,
  `cap${apostrophe}n|c${apostrophe}est`,
].join("|");

const face = "[-^x=~<>']";
const faceMark = "[\\^x=~<>]";
const easternSmiley = [
  `${faceMark}\\.\\[^x=[^<]*<>\\]`,
  `${face}_${face}`,
  `\\(${face}[_.]?${face}\\)`,
  `\\(${faceMark}-[\\^x=~<>'\`]\\)`,
].join("|");

const brow = "[<>]?";
const eyes = "[:;=]";
const nose = "[-o*']?";
const mouth = "[DOPdp@|()\\[\\]\\{\\\\]";
const smiley = `${brow}${eyes}${nose}${mouth}`;

const quotes = `${apostrophe}|''|[\`\u2018\u2019\u201a\u201b\u201c\u201d\u0091-\u0094\u201e\u201f\u2039\u203a\u00ab\u00bb]{1,2}`;

/** The rules, first to last. */
export const ptbRules: readonly PtbRule[] = [
  { pattern: "c\\+\\+" },
  { pattern: "(c|f)#" },
  { pattern: "cannot", ...leaving(3) },
  { pattern: "'twas", ...leaving(3) },
  { pattern: "'tis|gonna|gotta|lemme|gimme|wanna", ...leaving(2) },
  { pattern: markup, token: withUnbreakableSpaces },
  { pattern: "&(md|mdash|ndash);|[\u0096\u0097\u2013-\u2015]", token: () => "--" },
  { pattern: "&amp;", token: () => "&" },
  { pattern: "&(ht|tl|ur|lr|qc|ql|qr|odq|cdq|#[0-9]+);" },
  { pattern: word, ahead: clitic, token: withoutSoftHyphens },
  { pattern: negated, ahead: negation, token: withoutSoftHyphens },
  { pattern: word, token: withoutSoftHyphens },
  { pattern: apostropheWord },
  { pattern: `y${apostrophe}`, ahead: "{alpha}" },
  { pattern: `https?://${address}+${addressEnd}` },
  { pattern: `${host}${path}` },
  { pattern: mail },
  { pattern: `@[a-zA-Z_][a-zA-Z_0-9]*|#${letter}+` },
  { pattern: clitic, ahead: "[^A-Za-z]", token: rightQuote },
  { pattern: negation, ahead: "[^A-Za-z]", token: rightQuote },
  { pattern: "{digit}{1,2}[-/]{digit}{1,2}[-/]{digit}{2,4}" },
  { pattern: `[-+]?${number}`, token: withoutSoftHyphens },
  { pattern: "[\u207a\u207b\u208a\u208b]?([\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+|[\u2080-\u2089]+)" },
  { pattern: fraction, token: withUnbreakableSpaces },
  { pattern: "[\u00bc\u00bd\u00be\u2153-\u215e]", token: spellFraction },
  { pattern: treebankWord, token: (text) => text.replace(/&amp;/gi, "&") },
  { pattern: alternative },
  { pattern: "[A-Z]*\\$|#" },
  { pattern: "[\u00a2-\u00a5\u0080\u20a0\u20ac\u060b\u0e3f\u20a4\uffe0\uffe1\uffe5\uffe6]", token: spellCurrency },
  { pattern: `${initials}\\.`, ahead: `${gap}+(${sentenceStart}|${markup})${gap}`, ...rereadingPoint() },
  { pattern: `${beforeNumber}\\.`, ahead: `${gap}?{digit}` },
  { pattern: "(pt[eyEY]|co)\\.", ahead: `${blank}(ltd|lim)` },
  { pattern: `${closing}\\.`, ahead: `${gap}(${gap}|{capital}|${markup})`, ...leaving(1, "whole") },
  { pattern: `${closing}\\.`, ahead: "{any}{any}" },
  { pattern: `${closing}\\.`, ...leaving(1, "whole") },
  { pattern: `${opening}\\.` },
  { pattern: opening, ahead: blank },
  { pattern: initials, ahead: gap },
  { pattern: `${apostrophe}[0-9][0-9]`, ahead: gap },
  { pattern: fileName, ahead: `${gap}|[.?!,]` },
  { pattern: `${word}\\.`, ahead: clauseMark, token: withoutSoftHyphens },
  { pattern: phone, token: (text) => withBrackets(withUnbreakableSpaces(text)) },
  { pattern: '"|&quot;', ahead: "[A-Za-z0-9$]", token: leftQuote },
  { pattern: '"|&quot;', token: rightQuote },
  { pattern: "\u007f", token: () => null },
  { pattern: "<|&lt;", token: () => "<" },
  { pattern: ">|&gt;", token: () => ">" },
  { pattern: smiley, ahead: "[^A-Za-z0-9]", token: withBrackets },
  { pattern: easternSmiley, token: withBrackets },
  { pattern: "\\{", token: () => "-LCB-" },
  { pattern: "\\}", token: () => "-RCB-" },
  { pattern: "\\[", token: () => "-LSB-" },
  { pattern: "\\]", token: () => "-RSB-" },
  { pattern: "[()]", token: withBrackets },
  { pattern: "-+", token: (text) => (text.length === 3 || text.length === 4 ? "--" : text) },
  { pattern: "\\.{3,5}|(\\.[ \u00a0]){2,4}\\.|[\u0085\u2026]", token: () => "..." },
  { pattern: "@+|#+|_+" },
  { pattern: "\\*+|(\\\\\\*){1,3}" },
  { pattern: clauseMark },
  { pattern: "[?!]+" },
  { pattern: "[.\u00a1\u00bf\u037e\u0589\u061f\u06d4\u0700-\u0702\u07fa\u3002]" },
  { pattern: "=" },
  { pattern: "/" },
  { pattern: `${spacedOut}\\.`, ahead: clauseMark, token: withoutSoftHyphens },
  { pattern: spacedOut, token: withoutSoftHyphens },
  { pattern: `${compound}\\.`, ahead: clauseMark },
  { pattern: compound },
  { pattern: `${allied}\\.`, ahead: clauseMark, token: (text) => text.replace(/&amp;/gi, "&") },
  { pattern: allied, token: (text) => text.replace(/&amp;/gi, "&") },
  { pattern: "'", ahead: "[A-Za-z][^ \t\n\r\u00a0]", token: leftQuote },
  { pattern: clitic, token: rightQuote },
  { pattern: negation, token: rightQuote },
  { pattern: quotes, token: rightQuote },
  { pattern: "<<|>>" },
  { pattern: "{symbol}" },
  { pattern: `\0|${blank}+|[\u200b\u200e\u200f\ufeff]`, token: () => null },
  { pattern: lineEnd, token: () => "\n" },
  { pattern: "&nbsp;", token: () => null },
  { pattern: "{any}", token: () => null },
];

/** A choice between words, given as one text with spaces: a capital stands for itself, other letters for both cases. */
function choice(words: string): string {
  const patterns = words.replaceAll(".", "\\.").replace(/[A-Z]/g, "[$&]");
  return `(${patterns.replaceAll(" ", "|")})`;
}

/** The last `count` characters are read again; the token is what stands before them, or the whole match. */
function leaving(count: number, kept: "part" | "whole" = "part"): Pick<PtbRule, "token" | "take"> {
  return {
    take: (text) => text.length - count,
    ...(kept === "part" ? { token: (text: string) => text.slice(0, -count) } : {}),
  };
}

/** Initials that end a sentence: the point belongs to them and ends the sentence too, but for a single letter. */
function rereadingPoint(): Pick<PtbRule, "token" | "take"> {
  return {
    take: (text) => text.length - 1,
    token: (text) => (text.length === 2 ? text.slice(0, 1) : text),
  };
}

const fractionSpellings: Readonly<Record<string, string>> = {
  "\u00bc": "1/4",
  "\u00bd": "1/2",
  "\u00be": "3/4",
  "\u2153": "1/3",
  "\u2154": "2/3",
};

function spellFraction(text: string): string {
  return fractionSpellings[text] ?? text;
}

const currencySpellings: Readonly<Record<string, string>> = {
  "\u00a2": "cents",
  "\u00a3": "#",
  "\u0080": "$",
  "\u00a4": "$",
  "\u20a0": "$",
  "\u20ac": "$",
};

function spellCurrency(text: string): string {
  return currencySpellings[text] ?? text;
}
