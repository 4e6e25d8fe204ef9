/**
 * Comm info: which comms are open.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-info
 */

import type { Content } from "../wire/content.ts";

/** Content of `comm_info_reply` for comms given as id and target, all of them or those of one target. */
export function commInfoReply(comms: ReadonlyMap<string, string>, target: string): Content {
  const wanted = [...comms].filter(([, name]) => target === "" || name === target);
  return { status: "ok", comms: Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }])) };
}
