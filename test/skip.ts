// Skips a test aloud: the reason stands in its title, so that every report shows it. In CI a skip is a failure.

import { type Context } from "mocha";

/** Skips the running test (or, in a `before`, all of its suite) and says why, such as "needs a CUDA device". */
export function skip(context: Context, why: string): never {
  const runnable = context.test ?? context.runnable();
  runnable.title += ` (skipped: ${why})`;
  return context.skip();
}
