/** What passes between the wire thread and the main thread, where cells run. */

import type { MessagePort } from "node:worker_threads";

import type { CommMessage } from "../messages/comm.ts";
import type { ExecuteReply, ExecuteRequest } from "../messages/execute.ts";
import type { Publication } from "../wire/iopub.ts";
import type { Header } from "../wire/message.ts";

/** From the wire thread. */
export type ToCells =
  | { readonly kind: "execute"; readonly request: ExecuteRequest; readonly parent: Header }
  | { readonly kind: "comm"; readonly comm: CommMessage; readonly delivery: number }
  /** The number of the interrupt, by which the main thread knows one that it is told twice. */
  | { readonly kind: "interrupt"; readonly interrupt: number }
  | { readonly kind: "exit" };

/** From the main thread. */
export type FromCells =
  | { readonly kind: "ready" }
  | { readonly kind: "language"; readonly port: MessagePort }
  | { readonly kind: "publish"; readonly publication: Publication }
  | { readonly kind: "executed"; readonly reply: ExecuteReply }
  | { readonly kind: "delivered"; readonly delivery: number }
  | { readonly kind: "stdin"; readonly port: MessagePort }
  /** The comm of a button that stops the running cell. */
  | { readonly kind: "stop button"; readonly comm: string }
  | { readonly kind: "close" };

/** What the wire thread is started with. */
export interface WireData {
  readonly connectionFile: string;
  readonly flags: SharedFlags;
  /** Where the main thread listens once it runs cells; until then messages wait. */
  readonly port: MessagePort;
}

/** Numbers both threads see at once, also while a cell never returns; see `flag`. */
export type SharedFlags = Int32Array<SharedArrayBuffer>;

/** What each shared number means. */
export const flag = {
  /** 1 while the running cell is asked to stop. */
  interrupt: 0,
  /** Number of the last interrupt that the main thread has dealt with. */
  interrupted: 1,
  /** 1 once the sockets are closed. */
  closed: 2,
  /** Answers of the user's that have arrived, see cells/input.ts. */
  answered: 3,
  /** How many calls are running that SIGINT ends, see cells/interrupt.ts. */
  breakable: 4,
  /** 1 once the signal thread hears SIGINT. */
  listening: 5,
  /** Number of the last interrupt that was asked for. */
  requested: 6,
  /** How often code has been ended by `interrupt` or by SIGINT: a main thread that is on its way. */
  ended: 7,
  /** How often the main thread has taken a SIGINT. */
  signalled: 8,
} as const;
