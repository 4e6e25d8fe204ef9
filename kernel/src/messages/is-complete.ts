/**
 * Code completeness: whether Enter runs the code or continues it.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness
 */

/** Content of `is_complete_reply`. */
export type IsCompleteReply =
  { readonly status: "complete" | "invalid" | "unknown" } | { readonly status: "incomplete"; readonly indent: string };
