/** Which comms are open, whichever side opened them. */

import { commMessageTypes } from "../messages/comm.ts";
import { type Content, textOf } from "./content.ts";

/** The open comms: id and target. */
export interface OpenComms {
  readonly targets: ReadonlyMap<string, string>;
  /** Notes a comm message that goes either way. */
  readonly note: (type: string, content: Content) => void;
}

/** No comm open. */
export function openComms(): OpenComms {
  const targets = new Map<string, string>();
  return {
    targets,
    note: (type, content) => {
      const id = textOf(content, "comm_id");
      if (type === "comm_open") targets.set(id, textOf(content, "target_name"));
      if (type === "comm_close") targets.delete(id);
    },
  };
}

/** True where a message is about a comm. */
export function isCommMessage(type: string): type is (typeof commMessageTypes)[number] {
  return commMessageTypes.some((known) => known === type);
}
