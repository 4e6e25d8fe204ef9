/** What a front end is given to show. */

import type { Content } from "../wire/content.ts";

/** A value in several formats, of which a front end shows the richest it can. */
export type MimeBundle = Content;
