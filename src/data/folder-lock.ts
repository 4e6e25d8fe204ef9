/**
 * One process at a time changes a dataset's folder, or a model's in the cache; whoever comes second waits.
 *
 * The lock is a file that says whose it is, and holds as long as that process lives: a crash leaves none standing. A later
 * process of the same number is told from it by when it started (Linux). Only where another machine crashed, on a shared
 * disk, nobody can know: the lock has then to be removed by hand.
 */

import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { openProgress, type Progress } from "../base/progress.ts";
import { pause } from "../base/retry.ts";
import { type ProgressSink } from "../base/task.ts";
import { unlessMissing } from "../base/unless-missing.ts";

/** How one waits for the lock. */
export interface LockOptions {
  readonly signal: AbortSignal;
  /** Shows that one waits, and for whom. */
  readonly progress: ProgressSink;
}

const waitMs = 1000;

/** Within this time a lock that was made says whose it is. */
const longestWriteMs = 10_000;

/**
 * Does `work` while nobody else, in this process or another, does any on `folder`, which is made where it is missing.
 *
 * @throws CancelledError where the signal is aborted meanwhile.
 */
export async function withLock<T>(folder: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, ".sightlab.lock");
  await take(lock, options);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, { signal, progress }: LockOptions): Promise<void> {
  let bar: Progress | undefined;
  try {
    while (!(await claim(lock))) {
      if (await removeDead(lock)) continue;
      const label = `Waiting for ${named(await ownerOf(lock))}, which holds "${lock}"`;
      bar ??= openProgress(label, { total: null, unit: "seconds", sink: progress });
      await pause(waitMs, { signal, what: `waiting for "${lock}"` });
      bar.advance(waitMs / 1000);
    }
    bar?.close();
  } finally {
    bar?.close(signal.aborted ? "stopped" : "failed");
  }
}

/** Makes a lock that is ours; false where there is one. */
async function claim(lock: string): Promise<boolean> {
  const self: Owner = { pid: process.pid, started: startOf(process.pid), host: hostname() };
  try {
    await writeFile(lock, JSON.stringify(self), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock that nobody holds any more; whoever removes holds another meanwhile, lest one goes that was just made. */
async function removeDead(lock: string): Promise<boolean> {
  const removal = `${lock}.removal`;
  if (!(await isDead(lock))) return false;
  if (!(await claim(removal))) {
    if (!(await isDead(removal))) return false;
    await rm(removal, { force: true });
    return true;
  }
  try {
    if (await isDead(lock)) await rm(lock, { force: true });
    return true;
  } finally {
    await rm(removal, { force: true });
  }
}

/** The process that made a lock. */
interface Owner {
  readonly pid: number;
  /** When it started, as the system counts; null where the system does not say. */
  readonly started: string | null;
  readonly host: string;
}

/** Whose a lock is; null where it is gone, or does not say yet. */
async function ownerOf(lock: string): Promise<Owner | null> {
  const text = (await unlessMissing(readFile(lock, "utf8"))) ?? "";
  return text === "" ? null : (JSON.parse(text) as Owner); // written by claim
}

function named(owner: Owner | null): string {
  if (owner === null) return "another process";
  return `process ${owner.pid}${owner.host === hostname() ? "" : ` of ${owner.host}`}`;
}

async function isDead(lock: string): Promise<boolean> {
  const owner = await ownerOf(lock);
  if (owner !== null) return !isAlive(owner);
  const made = await unlessMissing(stat(lock));
  return made !== null && made.size === 0 && Date.now() - made.mtimeMs > longestWriteMs;
}

function isAlive({ pid, started, host }: Owner): boolean {
  if (host !== hostname()) return true; // nobody here can know
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  const found = startOf(pid);
  return found === null || found === started;
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)), null where it cannot be read; "ended" where it has only to be buried. */
function startOf(pid: number): string | null {
  try {
    const [state, ...more] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ");
    return state === "Z" ? "ended" : (more[18] ?? null);
  } catch {
    return null;
  }
}
