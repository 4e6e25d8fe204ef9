/** Buttons that stop the running cell; they are heard here because the cell may not let the main thread hear anything. */

import { type Content, isContent, textOf } from "./content.ts";

/** The stop buttons of the bars that are shown. */
export interface StopButtons {
  readonly add: (comm: string) => void;
  /** Notes a comm message that goes either way. */
  readonly note: (type: string, content: Content) => void;
  /** True where a message from the front end presses one of them. */
  readonly isPressedBy: (type: string, content: Content) => boolean;
}

/** No button yet; a button is forgotten when it is pressed or closed, so that a late click stops no later cell. */
export function stopButtons(): StopButtons {
  const known = new Set<string>();
  return {
    add: (comm) => {
      known.add(comm);
    },
    note: (type, content) => {
      if (type === "comm_close") known.delete(textOf(content, "comm_id"));
    },
    isPressedBy: (type, content) => {
      const { data } = content;
      if (type !== "comm_msg" || !isContent(data) || data.method !== "custom" || !isContent(data.content)) return false;
      return data.content.event === "click" && known.delete(textOf(content, "comm_id"));
    },
  };
}
