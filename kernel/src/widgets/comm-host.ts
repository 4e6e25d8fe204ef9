/**
 * What widgets need from the kernel: comms in both directions, with binary buffers.
 *
 * Jupyter messaging 5.4, "Custom messages":
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */

/** What travels beside the JSON of a comm message. */
export interface CommExtras {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** What arrives from the front end. */
export interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** One open comm. */
export interface Comm {
  readonly id: string;
  readonly send: (data: Readonly<Record<string, unknown>>, extras?: CommExtras) => void;
  readonly close: () => void;
  /** Set by the owner: called for each message from the front end. */
  onMessage: (event: CommEvent) => void;
  /** Set by the owner: called once where the front end closes the comm. */
  onClose: () => void;
}

/** The kernel's side of all comms. */
export interface CommHost {
  /** Opens a comm on a front-end target. */
  readonly open: (
    target: string,
    options: CommExtras & { readonly data: Readonly<Record<string, unknown>>; readonly id?: string },
  ) => Comm;
  /** Accepts comms that the front end opens on `target`. */
  readonly register: (target: string, accept: (comm: Comm, event: CommEvent) => void) => void;
  /** The id of the request that the running code belongs to. */
  readonly parentId: () => string;
}

const hostKey = Symbol.for("sightlab.kernel.comms");

/** Makes a kernel's comms reachable for code that runs in its cells. */
export function provideCommHost(host: CommHost): void {
  (globalThis as { [hostKey]?: CommHost })[hostKey] = host;
}

/**
 * The comms of the kernel this code runs in.
 *
 * @throws TypeError outside a kernel.
 */
export function commHost(): CommHost {
  const host = (globalThis as { readonly [hostKey]?: CommHost })[hostKey];
  if (host === undefined) throw new TypeError("Cannot open a widget: expected a Jupyter kernel, got a plain process");
  return host;
}
