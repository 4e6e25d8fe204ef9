/** A kernel whose front end was killed ends itself: it leaves no orphan. */

const periodMs = 1000;

/** Calls `onOrphaned` when the process that started this one is gone, also where it was gone before this began. */
export function watchParent(onOrphaned: () => void): void {
  const parent = process.ppid;
  const wasOrphaned = isGone(Number(process.env.JPY_PARENT_PID));
  const timer = setInterval(() => {
    if (process.ppid === parent && !wasOrphaned) return;
    clearInterval(timer);
    onOrphaned();
  }, periodMs);
}

/** True where Jupyter told who it is, and no such process is left. */
function isGone(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
