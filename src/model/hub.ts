/**
 * Where a model's files are: a folder, an entry of Hugging Face's cache, or the hub, from which they are brought into that
 * cache. A download goes on where it broke off, and is checked against the hash that the hub gives. Who wants a model that
 * another process is bringing waits for it.
 *
 * Source: the hub's HTTP interface as huggingface_hub@1.2 uses it (hf_api.py, file_download.py).
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { openProgress } from "../base/progress.ts";
import { currentTask } from "../base/task.ts";
import { unlessMissing } from "../base/unless-missing.ts";
import { download, type DownloadOptions, dropPartial } from "../data/download.ts";
import { withLock } from "../data/folder-lock.ts";
import { cachedSnapshot, cacheEntry, isCacheEntry, isCommit, linkBlob, writeRef } from "./hub-cache.ts";
import { chooseFiles, missingFiles } from "./hub-files.ts";

/** How the hub is reached. */
export interface HubSettings {
  /** Default: HF_ENDPOINT, else https://huggingface.co. */
  readonly endpoint: string;
  /** Folder of the cache. Default: HF_HUB_CACHE, else `hub` in HF_HOME, else ~/.cache/huggingface/hub. */
  readonly cache: string;
  /** Sent to the endpoint alone and never shown. Default: HF_TOKEN. */
  readonly token: string | null;
  /** True: only what is cached. Default: HF_HUB_OFFLINE. */
  readonly isOffline: boolean;
}

/** Which model, and how it is brought. */
export interface HubOptions {
  /** Branch, tag or commit. Default "main". */
  readonly revision?: string;
  readonly hub?: Partial<HubSettings>;
  /** As in downloads; for tests. */
  readonly retry?: Pick<DownloadOptions, "tries" | "delayMs">;
}

/** The settings that the environment gives. */
export function hubSettings(env: Readonly<Record<string, string | undefined>>): HubSettings {
  const given = (name: string): string | null => (env[name] === undefined || env[name] === "" ? null : env[name]);
  const home = given("HF_HOME") ?? join(given("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
  return {
    endpoint: (given("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    cache: given("HF_HUB_CACHE") ?? join(home, "hub"),
    token: given("HF_TOKEN"),
    isOffline: /^(1|true|yes|on)$/i.test(given("HF_HUB_OFFLINE") ?? ""),
  };
}

/**
 * The folder with a model's files: `path` itself, the snapshot of a cache entry, or, for the name of a model on the hub
 * (`org/name`), its snapshot in the cache, which is completed from the hub where files are missing. A snapshot that is
 * complete is used as it is: nothing is asked.
 *
 * @throws Error naming the model and what the hub answered, or the file whose hash is wrong; CancelledError where the
 * ambient task is stopped: what has arrived stays.
 */
export async function locateCheckpoint(path: string, options: HubOptions = {}): Promise<string> {
  const { revision = "main" } = options;
  const folder = resolve(path);
  if ((await unlessMissing(stat(folder))) !== null) {
    if (!(await isCacheEntry(folder))) return folder;
    const snapshot = await cachedSnapshot(folder, revision);
    if (snapshot !== null) return snapshot;
    throw new Error(`Cannot open model at "${folder}": expected a snapshot of "${revision}", got none`);
  }
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(path) || !isRevision(revision)) return folder;
  const hub = { ...hubSettings(process.env), ...options.hub };
  const entry = cacheEntry(hub.cache, path);
  const cached = await cachedSnapshot(entry, revision);
  if (cached !== null && (await missingFiles(cached)) === null) return cached;
  if (hub.isOffline) throw failure({ id: path, revision }, "it complete in the cache, as HF_HUB_OFFLINE asks", entry);
  return await bring({ id: path, revision, hub, entry, retry: options.retry ?? {} });
}

function isRevision(name: string): boolean {
  return /^[\w][\w./-]*$/.test(name) && !name.includes("..");
}

interface Wanted {
  readonly id: string;
  readonly revision: string;
  readonly hub: HubSettings;
  readonly entry: string;
  readonly retry: Pick<DownloadOptions, "tries" | "delayMs">;
}

async function bring(wanted: Wanted): Promise<string> {
  const { commit, files } = await listFiles(wanted);
  await withLock(wanted.entry, currentTask(), async () => {
    for (const file of chooseFiles(files)) await bringFile(wanted, { file, commit });
    await writeRef(wanted.entry, wanted.revision, commit);
  });
  return join(wanted.entry, "snapshots", commit);
}

/** The commit that a revision is, and its files. */
async function listFiles(wanted: Wanted): Promise<{ readonly commit: string; readonly files: readonly string[] }> {
  const { hub, id, revision } = wanted;
  const response = await ask(wanted, `${hub.endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}`);
  const answer: unknown = await response.json().catch(() => null);
  const { sha, siblings } = (answer ?? {}) as { readonly sha?: unknown; readonly siblings?: unknown }; // checked below
  if (typeof sha !== "string" || !isCommit(sha) || !Array.isArray(siblings)) {
    throw failure(wanted, "a commit and its files", "another answer of the hub");
  }
  const names = siblings.map((file: { readonly rfilename?: unknown } | null) => file?.rfilename);
  return { commit: sha, files: names.filter((name) => typeof name === "string") };
}

interface HubFile {
  readonly file: string;
  readonly commit: string;
}

async function bringFile(wanted: Wanted, { file, commit }: HubFile): Promise<void> {
  const { hub, id, entry } = wanted;
  const address = `${hub.endpoint}/${id}/resolve/${commit}/${file}`;
  const { tag, size } = await describe(wanted, address);
  const blob = tag ?? createHash("sha256").update(`${commit}/${file}`).digest("hex");
  const target = join(entry, "blobs", blob);
  await mkdir(join(entry, "blobs"), { recursive: true });
  if ((await unlessMissing(stat(target))) === null) {
    const bar = openProgress(`Downloading ${id}/${file}`, { total: size, unit: "bytes" });
    let told = 0;
    const onBytes = (bytes: number): void => {
      bar.advance(bytes - told);
      told = bytes;
    };
    const { signal } = currentTask();
    try {
      const options = { signal, onBytes, headers: tokenHeader(hub), isChecked: tag !== null, ...wanted.retry };
      const partial = await download(address, target, options);
      await verify(partial, { tag, size, name: `${id}/${file}` }).catch(async (error: unknown) => {
        await dropPartial(target);
        throw error;
      });
      await rename(partial, target);
      await dropPartial(target);
      bar.close();
    } finally {
      bar.close(signal.aborted ? "stopped" : "failed");
    }
  }
  await linkBlob(entry, { blob, commit, file });
}

/** Hash and size of a file as the hub says them, without its bytes. */
async function describe(
  wanted: Wanted,
  address: string,
): Promise<{ readonly tag: string | null; readonly size: number | null }> {
  const { headers } = await ask(wanted, address, { method: "HEAD", redirect: "manual" });
  const tag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "");
  const size = headers.get("x-linked-size") ?? headers.get("content-length");
  return { tag: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tag) ? tag : null, size: size === null ? null : Number(size) };
}

function tokenHeader({ token }: HubSettings): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Asks the endpoint. Redirects of HEAD requests to other hosts are the answer: their headers say hash and size. */
async function ask(wanted: Wanted, address: string, init: RequestInit = {}): Promise<Response> {
  const { signal } = currentTask();
  let response: Response;
  try {
    response = await fetch(address, { ...init, headers: tokenHeader(wanted.hub), signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw failure(wanted, `a folder of this name, or an answer of ${wanted.hub.endpoint}`, cause);
  }
  const next = response.headers.get("location");
  const isWithin = next !== null && new URL(next, address).origin === new URL(address).origin;
  if (isWithin && !response.headers.has("x-linked-etag")) return ask(wanted, new URL(next, address).href, init);
  if (response.ok || (response.status >= 300 && response.status < 400)) return response;
  const why = response.status === 401 || response.status === 403 ? " (HF_TOKEN opens models that are not public)" : "";
  throw failure(
    wanted,
    `a folder of this name, or a model of ${wanted.hub.endpoint}`,
    `status ${response.status}${why}`,
  );
}

function failure({ id, revision }: Pick<Wanted, "id" | "revision">, expected: string, found: string): Error {
  return new Error(`Cannot open model "${id}" at "${revision}": expected ${expected}, got ${found}`);
}

interface Promised {
  readonly tag: string | null;
  readonly size: number | null;
  readonly name: string;
}

/** The tag of a large file is its SHA-256, that of a small one the SHA-1 that git gives it. */
async function verify(path: string, { tag, size, name }: Promised): Promise<void> {
  const { size: bytes } = await stat(path);
  const fail = (expected: string, found: string): Error =>
    new Error(`Cannot use the download of "${name}": expected ${expected}, got ${found}`);
  if (size !== null && bytes !== size) throw fail(`${size} bytes`, `${bytes}`);
  if (tag === null) return;
  const isSha256 = tag.length === 64;
  const hash = createHash(isSha256 ? "sha256" : "sha1");
  if (!isSha256) hash.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer); // no encoding
  const found = hash.digest("hex");
  if (found !== tag) throw fail(`${isSha256 ? "SHA-256" : "git's SHA-1"} ${tag}`, found);
}
