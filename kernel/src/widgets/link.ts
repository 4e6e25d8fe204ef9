/** Keeps attributes of two widgets equal: in the kernel, or in the front end alone (`jslink`). */

import { makeControl } from "./control.ts";
import type { Widget } from "./widget.ts";

/** One attribute of one widget. */
export type Attribute = readonly [widget: { readonly modelId: string }, name: string];

interface Observed {
  [name: string]: unknown;
}

/** Both follow each other, through the kernel; returns a function that ends it. */
export function link(source: Attribute, target: Attribute): () => void {
  const stopTarget = directionalLink(source, target);
  const stopSource = directionalLink(target, source);
  return () => {
    stopTarget();
    stopSource();
  };
}

/** The target follows the source, through the kernel; returns a function that ends it. */
export function directionalLink(source: Attribute, target: Attribute): () => void {
  const [from, fromName] = source as unknown as readonly [Widget<Observed>, string];
  const [to, toName] = target as unknown as readonly [Widget<Observed>, string];
  to[toName] = from[fromName];
  return from.observe(fromName, (change) => {
    if (!Object.is(to[toName], change.new)) to[toName] = change.new;
  });
}

/** Both follow each other in the front end, also where no kernel runs; close the result to end it. */
export function frontEndLink(source: Attribute, target: Attribute): Widget {
  return makeControl("Link", { source: [...source], target: [...target] });
}

/** The target follows the source in the front end, also where no kernel runs; close the result to end it. */
export function frontEndDirectionalLink(source: Attribute, target: Attribute): Widget {
  return makeControl("DirectionalLink", { source: [...source], target: [...target] });
}
