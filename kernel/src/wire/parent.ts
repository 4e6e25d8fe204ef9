/** A kernel whose front end was killed ends itself: it leaves no orphan. */

const periodMs = 1000;

/** Calls `onOrphaned` when the process that started this one is gone. */
export function watchParent(onOrphaned: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, periodMs);
}
