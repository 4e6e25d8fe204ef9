/** What is published on iopub, before it has a header. */

import type { Content } from "../wire/content.ts";

/** A message's type and content. */
export interface Published {
  readonly type: string;
  readonly content: Content;
}
