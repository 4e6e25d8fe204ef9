/** A small Jupyter client over real sockets, written apart from the kernel's own reading and writing of messages. */

import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { Dealer, Subscriber } from "zeromq";

import { type ConnectionInfo, freeConnection, writeConnection } from "./connection.ts";

/** A JSON object as it came. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into messages; a wrong shape fails them
export type Json = Record<string, any>;

/** A message from the kernel. */
export interface Received {
  readonly type: string;
  readonly id: string;
  readonly parentId: string;
  readonly content: Json;
  readonly metadata: Json;
  readonly buffers: readonly Buffer[];
}

/** What one request brought about. */
export interface Outcome {
  readonly reply: Json;
  /** Messages on iopub up to idle, without those of other requests. */
  readonly published: readonly Received[];
  readonly stdout: string;
  readonly stderr: string;
  /** `text/plain` of the result. */
  readonly result: string | undefined;
  readonly error: { readonly ename: string; readonly evalue: string; readonly traceback: string } | undefined;
}

/** How a kernel is started. */
export interface StartOptions {
  readonly cwd?: string;
  /** Command line up to the connection file. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Command line that starts the kernel of this repository. */
export const kernelArgv: readonly string[] = [
  process.execPath,
  "--no-force-async-hooks-checks",
  `${root}/kernel/dist/main.js`,
  "--fallback",
  root,
];

/** Time any one answer may take; a kernel that takes longer is ended, so that what comes after it fails at once. */
const patienceMs = 25_000;

/** Time in which what a kernel said arrives after its process has ended. */
const lastWordsMs = 2_000;

/** Time a kernel has to leave by itself. */
const leaveMs = 10_000;

/** Connecting is tried again soon, so that a kernel's start can be timed. */
const socketOptions = { linger: 0, reconnectInterval: 5 };

type Channel = "shell" | "control" | "stdin";

/** A running kernel and the sockets to it. */
export class KernelClient {
  readonly process: ChildProcess;
  readonly connection: ConnectionInfo;
  readonly shell: Dealer = new Dealer(socketOptions);
  readonly control: Dealer = new Dealer(socketOptions);
  readonly stdin: Dealer = new Dealer(socketOptions);
  readonly heartbeatSocket: Dealer = new Dealer(socketOptions);
  readonly iopub: Subscriber = new Subscriber(socketOptions);
  /** Everything published so far. */
  readonly published: Received[] = [];
  /** Time from the start of the process to its first kernel info. */
  readyMs = 0;
  /** What the kernel's process itself wrote. */
  processOutput = "";

  readonly #session: string = randomUUID();
  readonly #replies = new Map<string, Received>();
  readonly #watchers = new Set<() => void>();
  readonly #beats: string[] = [];
  /** Called with each `input_request`; what it returns is the answer. */
  onInput: ((content: Json) => string | undefined) | undefined;

  private constructor(process: ChildProcess, connection: ConnectionInfo) {
    this.process = process;
    this.connection = connection;
    const identity = randomUUID();
    for (const socket of [this.shell, this.control, this.stdin]) socket.routingId = identity;
    process.stdout?.on("data", (data) => (this.processOutput += String(data)));
    process.stderr?.on("data", (data) => (this.processOutput += String(data)));
    process.on("exit", () => {
      this.#wake();
    });
  }

  /** Starts a kernel and waits for its kernel info. */
  static async start(options: StartOptions = {}): Promise<KernelClient> {
    const { cwd, argv = kernelArgv, env } = options;
    const connection = await freeConnection();
    const [command, ...rest] = [...argv, await writeConnection(connection)];
    const startedMs = performance.now();
    const client = new KernelClient(
      spawn(command, rest, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } }),
      connection,
    );
    client.#connect();
    try {
      await client.request("kernel_info_request", {});
      client.readyMs = performance.now() - startedMs;
      await client.#subscribed();
    } catch (error) {
      await client.close(0); // what is left would keep the tests from ending
      throw error;
    }
    return client;
  }

  /** The subscription may be later than the first messages: asks until something is seen. */
  async #subscribed(): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (this.published.length === 0) {
      if (performance.now() > endMs) throw new Error("Waited in vain for anything on iopub");
      await this.request("kernel_info_request", {});
    }
  }

  #connect(): void {
    const { ip, shell_port, control_port, stdin_port, iopub_port, hb_port } = this.connection;
    const address = (port: number): string => `tcp://${ip}:${String(port)}`;
    this.shell.connect(address(shell_port));
    this.control.connect(address(control_port));
    this.stdin.connect(address(stdin_port));
    this.iopub.connect(address(iopub_port));
    this.heartbeatSocket.connect(address(hb_port));
    this.iopub.subscribe();
    void this.#receive(this.iopub, (message) => this.published.push(message));
    void this.#receive(this.shell, (message) => this.#replies.set(message.parentId, message));
    void this.#receive(this.control, (message) => this.#replies.set(message.parentId, message));
    void this.#receive(this.stdin, (message) => {
      const value = this.onInput?.(message.content);
      if (value !== undefined) void this.send("stdin", "input_reply", { value, status: "ok" });
    });
    void (async () => {
      for await (const [beat] of this.heartbeatSocket) {
        this.#beats.push(String(beat));
        this.#wake();
      }
    })();
  }

  async #receive(socket: Dealer | Subscriber, take: (message: Received) => unknown): Promise<void> {
    for await (const frames of socket) {
      take(this.#read(frames));
      this.#wake();
    }
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #sign(parts: readonly Buffer[]): Buffer {
    const hmac = createHmac("sha256", this.connection.key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  }

  #read(frames: readonly Buffer[]): Received {
    const place = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
    const [signature, ...rest] = frames.slice(place + 1);
    const parts = rest.slice(0, 4);
    if (!signature?.equals(this.#sign(parts))) throw new Error("The kernel sent a message with a wrong signature");
    const [header = {}, parent = {}, metadata = {}, content = {}] = parts.map(
      (part) => JSON.parse(String(part)) as Json,
    );
    return {
      type: String(header.msg_type),
      id: String(header.msg_id),
      parentId: String(parent.msg_id ?? ""),
      content,
      metadata,
      buffers: rest.slice(4),
    };
  }

  /** Sends a message and returns its id. */
  async send(channel: Channel, type: string, content: Json, buffers: readonly Buffer[] = []): Promise<string> {
    const id = randomUUID();
    const date = new Date().toISOString();
    const header = { msg_id: id, msg_type: type, session: this.#session, username: "test", date, version: "5.4" };
    const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    await this[channel].send(["<IDS|MSG>", this.#sign(parts), ...parts, ...buffers]);
    return id;
  }

  /** Resolves with the first defined value of `look`, which is asked after each message. */
  async until<T>(look: () => T | undefined, what: string, timeoutMs?: number): Promise<T> {
    const now = look();
    if (now !== undefined) return now;
    return await new Promise<T>((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const end = (): void => {
        clearTimeout(timer);
        this.process.off("exit", hurry);
        this.#watchers.delete(watcher);
      };
      const watcher = (): void => {
        const found = look();
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const fail = (): void => {
        end();
        const { exitCode, signalCode } = this.process;
        const state = this.#hasEnded() ? `ended with ${String(signalCode ?? exitCode)}` : "still ran";
        reject(new Error(`Waited in vain for ${what}; the kernel ${state} and wrote: ${this.processOutput}`));
        if (timeoutMs === undefined) this.process.kill("SIGKILL");
      };
      const hurry = (): void => {
        clearTimeout(timer);
        timer = setTimeout(fail, Math.min(timeoutMs ?? patienceMs, lastWordsMs));
      };
      timer = setTimeout(fail, timeoutMs ?? patienceMs);
      this.#watchers.add(watcher);
      if (this.#hasEnded()) hurry();
      else this.process.once("exit", hurry);
    });
  }

  /** The reply to a request. */
  reply(id: string, timeoutMs?: number): Promise<Received> {
    return this.until(() => this.#replies.get(id), "a reply", timeoutMs);
  }

  /** Sends a request and waits for its reply. */
  async request(type: string, content: Json, channel: Channel = "shell"): Promise<Json> {
    return (await this.reply(await this.send(channel, type, content))).content;
  }

  /** Messages published because of a request, so far. */
  publishedFor(id: string): Received[] {
    return this.published.filter(({ parentId }) => parentId === id);
  }

  /** Sends code without waiting; returns the id of the request. */
  execute(code: string, options: Json = {}): Promise<string> {
    const content = { code, silent: false, store_history: true, allow_stdin: true, stop_on_error: true, ...options };
    return this.send("shell", "execute_request", content);
  }

  /** Waits until a request has its reply and its idle. */
  async outcome(id: string, timeoutMs?: number): Promise<Outcome> {
    const reply = await this.reply(id, timeoutMs);
    const isIdle = ({ type, content }: Received): boolean => type === "status" && content.execution_state === "idle";
    await this.until(() => this.publishedFor(id).find(isIdle), "idle", timeoutMs);
    const published = this.publishedFor(id);
    const text = (name: string): string =>
      published
        .filter(({ type, content }) => type === "stream" && content.name === name)
        .map(({ content }) => String(content.text))
        .join("");
    const data = published.find(({ type }) => type === "execute_result")?.content.data as Json | undefined;
    const error = published.find(({ type }) => type === "error")?.content;
    return {
      reply: reply.content,
      published,
      stdout: text("stdout"),
      stderr: text("stderr"),
      result: data?.["text/plain"] as string | undefined,
      error: error && {
        ename: String(error.ename),
        evalue: String(error.evalue),
        traceback: plain((error.traceback as string[]).join("\n")),
      },
    };
  }

  /** Runs code and waits until it has ended. */
  async run(code: string, options: Json = {}, timeoutMs?: number): Promise<Outcome> {
    return await this.outcome(await this.execute(code, options), timeoutMs);
  }

  /** Sends a beat and waits for it to come back. */
  async heartbeat(): Promise<void> {
    const beat = randomUUID();
    await this.heartbeatSocket.send(beat);
    await this.until(() => (this.#beats.includes(beat) ? true : undefined), "a heartbeat");
  }

  /** Waits until the kernel's process has ended. */
  async exited(timeoutMs?: number): Promise<void> {
    await this.until(() => (this.#hasEnded() ? true : undefined), "the kernel to end", timeoutMs);
  }

  #hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /**
   * Ends the kernel if it still runs, by force where it does not leave in time.
   *
   * @throws Error where force was needed though there was time to leave.
   */
  async close(timeoutMs: number = leaveMs): Promise<void> {
    try {
      if (this.#hasEnded()) return;
      if (timeoutMs > 0) {
        await this.send("control", "shutdown_request", { restart: false });
        await this.exited(timeoutMs);
      }
    } finally {
      if (!this.#hasEnded()) this.process.kill("SIGKILL");
      for (const socket of [this.shell, this.control, this.stdin, this.iopub, this.heartbeatSocket]) socket.close();
    }
  }
}

/** Text without its colours. */
export function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}
