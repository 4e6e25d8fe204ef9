/** SIGINT belongs to the kernel: listeners of cells and libraries are kept, but never taken up by the operating system. */

type OnListener = (name: string | symbol, listener: unknown) => void;

interface ListenerEvents {
  listeners: (event: string) => OnListener[];
  removeListener: (event: string, listener: OnListener) => void;
  on: (event: string, listener: OnListener) => void;
}

/** Keeps Node from handling SIGINT on this thread, which would take it from the signal thread. */
export function leaveSignalsAlone(): void {
  const events = process as unknown as ListenerEvents; // its own types know each event by name
  for (const event of ["newListener", "removeListener"]) {
    for (const known of events.listeners(event)) {
      events.removeListener(event, known);
      events.on(event, (name, listener) => {
        if (name !== "SIGINT") known(name, listener);
      });
    }
  }
}
