/** One running kernel that is timed from outside, until it ceases to answer. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

import { KernelClient } from "../../kernel/client.ts";
import type { Peer } from "./peers.ts";

/** A kernel that takes longer for one answer has ceased to answer. */
const patienceMs = 20_000;

/** A kernel under measurement. */
export class Session {
  readonly peer: Peer;
  readonly #kernel: KernelClient;
  /** What ended the measurement of this kernel, if anything did. */
  trouble: string | undefined;

  #spentMs = 0;
  #limitMs = Infinity;

  private constructor(peer: Peer, kernel: KernelClient) {
    this.peer = peer;
    this.#kernel = kernel;
  }

  /** Starts a kernel in `folder` and waits for its kernel info. */
  static async start(peer: Peer, folder: string): Promise<Session> {
    return new Session(peer, await KernelClient.start({ ...peer.start, cwd: folder }));
  }

  /** Time from the start of the process to its first kernel info, milliseconds. */
  get readyMs(): number {
    return this.#kernel.readyMs;
  }

  /** Gives the kernel so much time for all cells from here on, milliseconds. */
  limit(limitMs: number): void {
    this.#spentMs = 0;
    this.#limitMs = limitMs;
  }

  /** Milliseconds to the reply; undefined where the kernel has ceased to answer. tslab sometimes leaves out the idle. */
  async run(code: string): Promise<number | undefined> {
    if (this.trouble !== undefined) return undefined;
    this.#kernel.published.length = 0; // thousands of cells would fill this process
    const startedMs = performance.now();
    try {
      const { content } = await this.#kernel.reply(await this.#kernel.execute(code), patienceMs);
      const elapsedMs = performance.now() - startedMs;
      this.#spentMs += elapsedMs;
      if (this.#spentMs > this.#limitMs) this.trouble = `had no time left after ${code}`;
      if (content.status === "ok") return elapsedMs;
      this.trouble = `answered ${JSON.stringify(content)} to ${code}`;
    } catch {
      this.trouble = `did not answer to ${code} within ${String(patienceMs / 1000)} s`;
    }
    return undefined;
  }

  /** Milliseconds to the completions at the end of `code`; undefined where none come, as while a cell runs. */
  async complete(code: string): Promise<number | undefined> {
    if (this.trouble !== undefined) return undefined;
    const startedMs = performance.now();
    const id = await this.#kernel.send("shell", "complete_request", { code, cursor_pos: code.length });
    try {
      await this.#kernel.reply(id, 3000);
      return performance.now() - startedMs;
    } catch {
      return undefined;
    }
  }

  /** Starts a cell that never ends. */
  async spin(code: string): Promise<void> {
    await this.#kernel.execute(code);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  /** Milliseconds of each heartbeat while `code` runs and until its `length` characters of output are here. */
  async heartbeatsDuring(code: string, length: number): Promise<readonly number[]> {
    const { ip, hb_port } = this.#kernel.connection;
    const beats = new Worker(new URL("beats.mjs", import.meta.url), { workerData: `tcp://${ip}:${String(hb_port)}` });
    await once(beats, "message");
    const { stdout } = await this.#kernel.run(code);
    beats.postMessage("enough");
    const [times] = (await once(beats, "message")) as [readonly number[]];
    await beats.terminate();
    if (stdout.length !== length) throw new Error(`Cannot time an output: ${String(stdout.length)} characters came`);
    return times;
  }

  /** Resident memory of the kernel's process, MB of 1e6 bytes. */
  residentMb(): number | undefined {
    const { pid = 0 } = this.#kernel.process;
    if (this.trouble !== undefined) return undefined;
    const kilobytes =
      process.platform === "linux"
        ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1]
        : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
    return (Number(kilobytes) * 1024) / 1e6;
  }

  async end(): Promise<void> {
    this.#kernel.process.kill("SIGKILL");
    await this.#kernel.exited();
    await this.#kernel.close();
  }
}
