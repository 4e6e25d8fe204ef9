/** Markup: objects that are elements, and strings that are one. */

import { inspect } from "node:util";

import type { MimeBundle } from "../mime-bundle.ts";

/** The bundle of an object with an `outerHTML`, as every DOM's elements have; undefined for anything else. */
export function elementBundle(value: object): MimeBundle | undefined {
  if (!("outerHTML" in value) || typeof value.outerHTML !== "string") return undefined;
  const { outerHTML: markup } = value;
  const type = /^<svg[\s>]/i.test(markup) ? "image/svg+xml" : "text/html";
  return { [type]: markup, "text/plain": markup };
}

/**
 * The bundle of a string that is one whole element; undefined for any other. It may be a model's answer: what could
 * run, load or leave its place is shown as text only.
 */
export function markupBundle(value: string): MimeBundle | undefined {
  const markup = value.trim();
  const name = /^<([a-z][a-z0-9]*)[\s>]/i.exec(markup)?.[1];
  if (name === undefined || !markup.toLowerCase().endsWith(`</${name.toLowerCase()}>`) || !isHarmless(markup)) {
    return undefined;
  }
  const type = name.toLowerCase() === "svg" ? "image/svg+xml" : "text/html";
  return { [type]: markup, "text/plain": inspect(value) };
}

/** Elements that only arrange and draw. */
const elements: ReadonlySet<string> = new Set(
  (
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i kbd li " +
    "mark ol p pre s samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var " +
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs lineargradient radialgradient stop " +
    "clippath marker symbol"
  ).split(" "),
);

/** Attributes that fetch or run. */
const barred = /^(on|href$|src|xlink:|style$|action$|formaction$|srcdoc$)/i;

const tag = /<\/?([a-z][a-z0-9]*)((?:\s+[a-z][\w:.-]*(?:="[^"<>]*"|='[^'<>]*')?)*)\s*\/?>/giy;
const attribute = /([a-z][\w:.-]*)(?:="[^"]*"|='[^']*')?/gi;

function isHarmless(markup: string): boolean {
  for (let place = markup.indexOf("<"); place >= 0; place = markup.indexOf("<", tag.lastIndex)) {
    tag.lastIndex = place;
    const [, name = "", attributes = ""] = tag.exec(markup) ?? [];
    if (!elements.has(name.toLowerCase())) return false;
    if ([...attributes.matchAll(attribute)].some(([, key = ""]) => barred.test(key))) return false;
  }
  return true;
}
