/** Arithmetic on sizes that may be symbolic: `B`, `B*T`, `P+T`. Equal sizes have equal text. */

import type { Shape } from "../base/shape.ts";

/** One entry of a shape: a number, or the name of a size known at run time. */
export type Size = Shape[number];

/** The product of sizes, numbers first, names in order: `[2, "T", "B"]` is `2*B*T`; 1 for none. */
export function multiplySizes(sizes: Shape): Size {
  let factor = 1;
  const names: string[] = [];
  for (const size of sizes) {
    for (const part of typeof size === "number" ? [size] : factorsOf(size)) {
      if (typeof part === "number") factor *= part;
      else names.push(part);
    }
  }
  if (names.length === 0 || factor === 0) return factor;
  const product = names.sort().join("*");
  return factor === 1 ? product : `${factor}*${product}`;
}

/** The sum of sizes, names first: `["T", "P", 1]` is `P+T+1`; 0 for none. */
export function addSizes(sizes: Shape): Size {
  const terms = sizes.flatMap((size) => (typeof size === "number" ? [size] : size.split("+").map(numberOrName)));
  const total = terms.reduce<number>((sum, term) => (typeof term === "number" ? sum + term : sum), 0);
  const names = terms.filter((term) => typeof term === "string");
  if (names.length === 0) return total;
  return [...names.sort(), ...(total === 0 ? [] : [String(total)])].join("+");
}

/** The parts that a product or a sum is made of; one part where it is neither. */
export function splitSize(size: string): { readonly op: "Mul" | "Add"; readonly parts: Shape } {
  const factors = factorsOf(size);
  if (factors.length > 1) return { op: "Mul", parts: factors };
  return {
    op: "Add",
    parts: size
      .replace(/^\((.*)\)$/, "$1")
      .split("+")
      .map(numberOrName),
  };
}

/** `2*B` as its factors; a sum is one factor, in brackets. */
function factorsOf(size: string): readonly Size[] {
  const isPlainSum = size.includes("+") && !size.includes("(");
  return isPlainSum ? [`(${size})`] : size.split("*").map(numberOrName);
}

function numberOrName(text: string): Size {
  return /^\d+$/.test(text) ? Number(text) : text;
}
