/** Work in turns: much of it at once must not keep a thread from what else it has to answer. */

/** Time one turn may take before others have theirs, milliseconds. */
const turnMs = 10;

/** A listener that handles what it is given in order, and lets the event loop go round when a turn is over. */
export function inTurns<T>(handle: (item: T) => void): (item: T) => void {
  const waiting: T[] = [];
  let spentMs = 0;
  let isOver = true;
  const turn = (): void => {
    const start = performance.now();
    let handled = 0;
    while (handled < waiting.length && spentMs + performance.now() - start < turnMs) {
      handle(waiting[handled] as T); // within bounds
      handled += 1;
    }
    waiting.splice(0, handled);
    spentMs += performance.now() - start;
    if (isOver) setImmediate(nextTurn);
    isOver = false;
  };
  const nextTurn = (): void => {
    isOver = true;
    spentMs = 0;
    if (waiting.length > 0) turn();
  };
  return (item) => {
    waiting.push(item);
    turn();
  };
}
