/** What is measured of each kernel. They take turns, cell by cell, so that a busy moment meets all. */

import { type KernelName, openPeer, type Peer } from "./peers.ts";
import { Session } from "./session.ts";

/** Measurements of each kernel; empty where it gave none. Times are milliseconds, memory is MB. */
export type Measured = Readonly<Record<KernelName, number[]>>;

/** Everything that was measured. */
export interface Measurements {
  readonly kernelInfo: Measured;
  readonly firstResult: Measured;
  readonly memoryAtStart: Measured;
  readonly sameCell: Measured;
  /** Element n - 2 is the time of cell n; cell 1 warms up. */
  readonly newCell: Measured;
  readonly completion: Measured;
  readonly completionWhileBusy: Measured;
  readonly memoryAtEnd: Measured;
  /** Of our kernel, during an output of 50 MB. */
  readonly heartbeats: number[];
  /** What a kernel could not do. */
  readonly notes: string[];
}

/** How much is measured. */
export interface MeasureOptions {
  readonly names: readonly KernelName[];
  readonly rounds: number;
  readonly cells: number;
  /** Where the kernels run. */
  readonly folder: string;
}

/** Times anything is repeated. */
const repeats = 40;

/** The cell after which completion is measured, and the time limit below begins. */
const middleCell = 240;

/** Time that the cells after the middle may take one kernel, so that the whole ends in time. */
const longRunMs = 240_000;

const outputLength = 5e7;

type Sessions = ReadonlyMap<KernelName, Session>;

/** Measures the kernels `names`. */
export async function measure({ names, rounds, cells, folder }: MeasureOptions): Promise<Measurements> {
  const peers = names.map((name) => [name, openPeer[name]()] as const);
  const into: Measurements = {
    kernelInfo: noFigures(),
    firstResult: noFigures(),
    memoryAtStart: noFigures(),
    sameCell: noFigures(),
    newCell: noFigures(),
    completion: noFigures(),
    completionWhileBusy: noFigures(),
    memoryAtEnd: noFigures(),
    heartbeats: [],
    notes: [],
  };
  // The first start is not counted: it reads files from the disk for the first time, and ours and Deno's write some.
  for (const [, peer] of peers) await measureStart(peer, folder);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, peer] of peers) {
      const { kernelInfoMs, firstResultMs, memoryMb } = await measureStart(peer, folder);
      into.kernelInfo[name].push(kernelInfoMs);
      into.firstResult[name].push(firstResultMs);
      into.memoryAtStart[name].push(memoryMb);
    }
  }
  const sessions = new Map<KernelName, Session>();
  try {
    for (const [name, peer] of peers) sessions.set(name, await Session.start(peer, folder));
    await measureCells(sessions, { cells, into });
    await measureOutput(sessions.get("sightlab"), into.heartbeats);
    for (const [name, session] of sessions) await measureBusy(name, { session, into });
  } finally {
    for (const session of sessions.values()) await session.end();
  }
  return into;
}

const noFigures = (): Measured => ({ sightlab: [], tslab: [], deno: [], ipykernel: [] });

interface Start {
  readonly kernelInfoMs: number;
  readonly firstResultMs: number;
  readonly memoryMb: number;
}

async function measureStart(peer: Peer, folder: string): Promise<Start> {
  const startedMs = performance.now();
  const session = await Session.start(peer, folder);
  await session.run("1 + 1");
  const firstResultMs = performance.now() - startedMs;
  const memoryMb = session.residentMb();
  await session.end();
  if (memoryMb === undefined) throw new Error(`Cannot time a start: the kernel ${session.trouble ?? "failed"}`);
  return { kernelInfoMs: session.readyMs, firstResultMs, memoryMb };
}

interface CellsOptions {
  readonly cells: number;
  readonly into: Measurements;
}

async function measureCells(sessions: Sessions, { cells, into }: CellsOptions): Promise<void> {
  const newCell: Action = (session, cell) => session.run(session.peer.newCell(cell));
  await inTurn(sessions, (session) => session.run(session.peer.firstCell), [1, 1]);
  await inTurn(sessions, (session) => session.run("1 + 1"), [1, 5]); // warming up
  await inTurn(sessions, (session) => session.run("1 + 1"), [1, repeats], into.sameCell);
  await inTurn(sessions, newCell, [2, Math.min(cells, middleCell)], into.newCell);
  await inTurn(sessions, (session) => session.complete(session.peer.completion), [1, repeats], into.completion);
  for (const session of sessions.values()) session.limit(longRunMs);
  await inTurn(sessions, newCell, [middleCell + 1, cells], into.newCell);
  for (const [name, session] of sessions) {
    const memoryMb = session.residentMb();
    if (memoryMb === undefined) into.notes.push(`${name} ${session.trouble ?? "failed"}`);
    else into.memoryAtEnd[name].push(memoryMb);
  }
}

type Action = (session: Session, turn: number) => Promise<number | undefined>;

/** Does `action` on every kernel, from the first turn to the last. */
async function inTurn(
  sessions: Sessions,
  action: Action,
  [first, last]: readonly [number, number],
  figures: Measured = noFigures(),
): Promise<void> {
  for (let turn = first; turn <= last; turn += 1) {
    for (const [name, session] of sessions) {
      const elapsedMs = await action(session, turn);
      if (elapsedMs !== undefined) figures[name].push(elapsedMs);
    }
  }
}

/** Heartbeats beside a large output, which only our kernel promises to answer soon. */
async function measureOutput(session: Session | undefined, heartbeats: number[]): Promise<void> {
  if (session === undefined || session.trouble !== undefined) return;
  const code = `process.stdout.write("x".repeat(${String(outputLength)}))`;
  heartbeats.push(...(await session.heartbeatsDuring(code, outputLength)));
}

/** Completion while a cell spins; a kernel that does not answer the first is not asked again. */
async function measureBusy(
  name: KernelName,
  { session, into }: { readonly session: Session; readonly into: Measurements },
): Promise<void> {
  if (session.trouble !== undefined) return;
  await session.spin(session.peer.endlessLoop);
  for (let turn = 0; turn < 2 * repeats; turn += 1) {
    const elapsedMs = await session.complete(session.peer.completion);
    if (elapsedMs === undefined) {
      into.notes.push(`${name} completes nothing while a cell runs a loop`);
      return;
    }
    into.completionWhileBusy[name].push(elapsedMs);
  }
}
