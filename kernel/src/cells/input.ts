/** A cell asks the user and waits: as in a browser, `prompt` and `confirm` return only when there is an answer. */

import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";

import type { InputRequest } from "../messages/input.ts";
import { flag, type SharedFlags } from "../threads/cells.ts";
import { currentCell } from "./context.ts";
import { Interrupted } from "./interrupt.ts";

/** Asks the user; returns what was typed. */
export type Ask = (request: InputRequest) => string;

/** Thrown where the front end takes no input, for example while a notebook is run without a browser. */
export class InputNotAllowed extends Error {
  override readonly name = "InputNotAllowed";
}

/**
 * Asks through `share`d port of the wire thread. The main thread sleeps until the answer is there or the cell is
 * stopped: nothing else of the cells runs meanwhile.
 */
export function asker(flags: SharedFlags, share: (port: MessagePort) => void): Ask {
  const { port1: own, port2: wire } = new MessageChannel();
  own.unref();
  share(wire);
  return (request) => {
    if (currentCell()?.allowStdin !== true) {
      throw new InputNotAllowed("Cannot ask the user: expected a front end that takes input, got one that does not");
    }
    const before = Atomics.load(flags, flag.answered);
    own.postMessage(request);
    Atomics.wait(flags, flag.answered, before);
    const answer = receiveMessageOnPort(own) as { readonly message: string } | undefined; // sent by wire/stdin.ts
    if (answer === undefined) throw new Interrupted();
    return answer.message;
  };
}
