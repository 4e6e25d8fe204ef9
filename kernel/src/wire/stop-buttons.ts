/** Buttons that stop the running cell; they are heard here because the cell may not let the main thread hear anything. */

import { type Content, isContent, textOf } from "./content.ts";

/** The stop buttons of the bars that are shown. */
export interface StopButtons {
  readonly add: (comm: string) => void;
  /** True where a message from the front end presses one of them. */
  readonly isPressedBy: (type: string, content: Content) => boolean;
}

/** No button yet; a button is forgotten when it is pressed. */
export function stopButtons(): StopButtons {
  const known = new Set<string>();
  return {
    add: (comm) => {
      known.add(comm);
    },
    isPressedBy: (type, content) => {
      const { data } = content;
      if (type !== "comm_msg" || !isContent(data) || data.method !== "custom" || !isContent(data.content)) return false;
      return data.content.event === "click" && known.delete(textOf(content, "comm_id"));
    },
  };
}
