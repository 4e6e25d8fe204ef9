/**
 * Execution errors.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-errors
 */

import type { Published } from "./published.ts";

/** Content of `error`, and of replies that report one. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** An `error` message. */
export function errorMessage({ ename, evalue, traceback }: ErrorContent): Published {
  return { type: "error", content: { ename, evalue, traceback } };
}
