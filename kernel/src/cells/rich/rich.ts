/** Values that are worth more than what Node prints for them. */

import type { MimeBundle } from "../mime-bundle.ts";
import { arrowTableBundle } from "./arrow-table.ts";
import { collectionBundle } from "./collection.ts";
import { errorBundle } from "./error-value.ts";
import { imageBundle } from "./image.ts";
import { elementBundle, markupBundle } from "./markup.ts";
import { plotlyBundle } from "./plotly.ts";
import { typedArrayBundle } from "./typed-array.ts";

/** Each knows one kind of value; an image's bytes are asked before numbers. */
const kinds: readonly ((value: object) => MimeBundle | undefined)[] = [
  errorBundle,
  imageBundle,
  typedArrayBundle,
  collectionBundle,
  arrowTableBundle,
  plotlyBundle,
  elementBundle,
];

/** The bundle of a value of a kind that is known; undefined for any other, and for one whose fields throw. */
export function richBundle(value: unknown): MimeBundle | undefined {
  if (typeof value === "string") return markupBundle(value);
  if (typeof value !== "object" || value === null) return undefined;
  try {
    for (const kind of kinds) {
      const bundle = kind(value);
      if (bundle !== undefined) return bundle;
    }
  } catch {
    // A field that throws when it is read: the value is shown as text.
  }
  return undefined;
}
