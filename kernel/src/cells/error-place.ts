/** The place in the user's code that an error's stack names first. */

import { namedPlace } from "./sources.ts";

const framePattern = /(?:at |\()(?:async )?([^()\n]*?):(\d+):(\d+)\)?$/gm;

/** The topmost frame of `error` that lies in a cell or a TypeScript file. */
export function placeInError(error: Error): ReturnType<typeof namedPlace> {
  const stack = typeof error.stack === "string" ? error.stack : "";
  for (const [, name = "", line, column] of stack.matchAll(framePattern)) {
    const place = namedPlace(name, Number(line), Number(column));
    if (place !== undefined) return place;
  }
  return undefined;
}
