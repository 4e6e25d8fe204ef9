/**
 * One address to one file: in a partial file beside it that a later call goes on with, by HTTP ranges (RFC 9110, 13 and
 * 14). The file itself is not made here: whoever asked verifies the partial file and renames it.
 */

import { open, readFile, rm, stat } from "node:fs/promises";

import { CancelledError } from "../base/errors.ts";
import { replaceFile } from "../base/replace-file.ts";
import { isPassing, pause, retryDelayMs } from "../base/retry.ts";
import { unlessMissing } from "../base/unless-missing.ts";

/** How something is downloaded. */
export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Called as bytes arrive: how many there are, and how many there will be (null: the server does not say). */
  readonly onBytes: (bytes: number, total: number | null) => void;
  /** Sent with each request; a redirect to another host does not get `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller checks the bytes: an unfinished download goes on even where the server cannot say that they are the same. */
  readonly isChecked?: boolean;
  /** Tries that may fail one after the other without a byte. Default: 6. */
  readonly tries?: number;
  /** Waits between two tries; tests wait less. Default: as `retryDelayMs` says. */
  readonly delayMs?: (failures: number, retryAfter: string | null) => number;
}

/** What a server says its bytes are; another validator means other bytes. */
interface Partial {
  readonly address: string;
  /** Strong ETag, or Last-Modified. */
  readonly validator: string | null;
}

/** A server's answer that will not change by asking again. */
class Refused extends Error {}

/**
 * Downloads to `<file>.partial` and says where that is. Broken connections and busy servers are tried again, from the
 * byte where it broke off.
 *
 * @throws Error naming the address and the status or the cause; CancelledError where the signal is aborted. What has
 * arrived stays for the next call.
 */
export async function download(address: string, file: string, options: DownloadOptions): Promise<string> {
  const { signal, tries = 6, delayMs = patiently } = options;
  const what = `downloading ${address}`;
  const partial = partialOf(file);
  let failures = 0;
  for (;;) {
    const before = await sizeOf(partial);
    let retryAfter: string | null = null;
    try {
      const outcome = await attempt(address, file, options);
      if (outcome.done) return partial;
      retryAfter = outcome.retryAfter;
      throw new Error(outcome.problem);
    } catch (error) {
      if (signal.aborted) throw new CancelledError(what, signal.reason);
      if (error instanceof Refused || isOfDisk(error)) throw error;
      failures = (await sizeOf(partial)) > before ? 1 : failures + 1;
      if (failures >= tries) {
        throw new Error(`Cannot download "${address}": expected its bytes, got ${causeOf(error)} (${tries} tries)`, {
          cause: error,
        });
      }
      await pause(delayMs(failures, retryAfter), { signal, what });
    }
  }
}

function patiently(failures: number, retryAfter: string | null): number {
  return retryDelayMs(failures, retryAfter, Date.now());
}

/** Where the bytes of a file gather. */
function partialOf(file: string): string {
  return `${file}.partial`;
}

/** Removes what is left of a download. */
export async function dropPartial(file: string): Promise<void> {
  await rm(partialOf(file), { force: true });
  await rm(`${partialOf(file)}.json`, { force: true });
}

type Outcome =
  { readonly done: true } | { readonly done: false; readonly problem: string; readonly retryAfter: string | null };

async function attempt(address: string, file: string, options: DownloadOptions): Promise<Outcome> {
  const known = await readState(file);
  const goesOn = known?.address === address && (known.validator !== null || options.isChecked === true);
  const have = goesOn ? await sizeOf(partialOf(file)) : 0;
  const validator = known?.validator ?? null;
  const condition = validator === null ? {} : { "if-range": validator };
  const plain = { ...options.headers, "accept-encoding": "identity" };
  const headers = { ...plain, ...(have > 0 ? { range: `bytes=${have}-`, ...condition } : {}) };
  const response = await fetch(address, { headers, signal: options.signal });
  const { status } = response;
  if (status === 416 && totalOf(response) === have) {
    await response.body?.cancel();
    return { done: true };
  }
  if (status === 416) {
    await response.body?.cancel();
    await dropPartial(file);
    return { done: false, problem: "a range that is not there", retryAfter: "0" };
  }
  if (status !== 200 && status !== 206) {
    await response.body?.cancel();
    const problem = `status ${status}`;
    if (isPassing(status)) return { done: false, problem, retryAfter: response.headers.get("retry-after") };
    throw new Refused(`Cannot download "${address}": expected its bytes, got ${problem}`);
  }
  const start = status === 206 ? startOf(response) : 0;
  if (start !== 0 && start !== have) {
    throw new Refused(
      `Cannot download "${address}": expected bytes from ${have} on, got them from ${String(start)} on`,
    );
  }
  if (start === 0) await writeState(file, { address, validator: validatorOf(response) });
  await store(response, { file, start, onBytes: options.onBytes });
  return { done: true };
}

async function store(
  response: Response,
  { file, start, onBytes }: { readonly file: string; readonly start: number } & Pick<DownloadOptions, "onBytes">,
): Promise<void> {
  const total = totalOf(response);
  const handle = await open(partialOf(file), start === 0 ? "w" : "a");
  let bytes = start;
  try {
    onBytes(bytes, total);
    for await (const chunk of response.body ?? []) {
      await writeChunk(handle, chunk as Uint8Array); // a body gives bytes
      bytes += (chunk as Uint8Array).length;
      onBytes(bytes, total);
    }
    await handle.sync().catch(ignoreUnsyncable);
  } catch (error) {
    throw isOfDisk(error) ? diskError(file, { error, bytes, total }) : error;
  } finally {
    await handle.close();
  }
  if (total !== null && bytes !== total) throw new Error(`${bytes} of ${total} bytes`);
}

async function writeChunk(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten;
}

/** Devices have nothing to flush. */
function ignoreUnsyncable(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EINVAL")) throw error;
}

function isOfDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && ["write", "open", "fsync"].includes(String(error.syscall));
}

function diskError(
  file: string,
  {
    error,
    bytes,
    total,
  }: { readonly error: NodeJS.ErrnoException; readonly bytes: number; readonly total: number | null },
): Error {
  const wanted = total === null ? "room for more bytes" : `room for ${total - bytes} more bytes`;
  const found = error.code === "ENOSPC" ? "a full disk" : (error.code ?? error.message);
  const fields = { code: error.code, syscall: error.syscall };
  const message = `Cannot write "${partialOf(file)}": expected ${wanted}, got ${found}; what has arrived stays for the next pull`;
  return Object.assign(new Error(message, { cause: error }), fields);
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? NaN);
}

function totalOf(response: Response): number | null {
  const ranged = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  const length = response.status === 200 ? response.headers.get("content-length") : null;
  const found = ranged ?? length;
  return found === null ? null : Number(found);
}

/** A weak ETag does not promise the same bytes. */
function validatorOf(response: Response): string | null {
  const tag = response.headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : response.headers.get("last-modified");
}

async function readState(file: string): Promise<Partial | null> {
  const text = await unlessMissing(readFile(`${partialOf(file)}.json`, "utf8"));
  return text === null ? null : (JSON.parse(text) as Partial); // written by writeState, whole or not at all
}

async function writeState(file: string, state: Partial): Promise<void> {
  await replaceFile(`${partialOf(file)}.json`, [JSON.stringify(state)]);
}

async function sizeOf(path: string): Promise<number> {
  return (await unlessMissing(stat(path)))?.size ?? 0;
}

/** fetch hides what happened in its error's cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
