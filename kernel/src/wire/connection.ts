/**
 * The connection file: where a front end wants the kernel to listen.
 *
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */

import { readFileSync, statSync } from "node:fs";

import { type Content, isContent } from "./content.ts";

/** The sockets of a kernel. */
export type SocketName = "shell" | "control" | "iopub" | "stdin" | "hb";

/** What a connection file says. */
export interface Connection {
  /** Key of the messages' HMAC-SHA256; empty: messages are not signed. */
  readonly key: string;
  /** The address a socket binds to. */
  readonly address: (socket: SocketName) => string;
}

/**
 * Reads a connection file.
 *
 * @throws SyntaxError naming the file and the field that is missing or wrong, RangeError where it is no ordinary small
 *   file.
 */
export function readConnection(path: string): Connection {
  const file = parse(path);
  const fail = (field: string, wanted: string): never => {
    const found = field in file ? JSON.stringify(file[field]) : "nothing";
    throw new SyntaxError(`Cannot read connection file at "${path}:${field}": expected ${wanted}, got ${found}`);
  };
  const text = (field: string): string => {
    const value = file[field];
    return typeof value === "string" ? value : fail(field, "text");
  };
  const port = (socket: SocketName): number => {
    const value = file[`${socket}_port`];
    const isPort = typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536;
    return isPort ? value : fail(`${socket}_port`, "a port");
  };
  const transport = text("transport");
  if (transport !== "tcp" && transport !== "ipc") fail("transport", '"tcp" or "ipc"');
  const ip = text("ip");
  if (ip === "" || ip.includes("*")) fail("ip", "one address");
  const key = text("key");
  if (key !== "" && text("signature_scheme") !== "hmac-sha256") fail("signature_scheme", '"hmac-sha256"');
  const separator = transport === "tcp" ? ":" : "-";
  const ports = {
    shell: port("shell"),
    control: port("control"),
    iopub: port("iopub"),
    stdin: port("stdin"),
    hb: port("hb"),
  };
  return { key, address: (socket) => `${transport}://${ip}${separator}${String(ports[socket])}` };
}

/** No connection file is longer; whatever else is given is not read into memory. */
const longestBytes = 65_536;

/** The text of an ordinary file; a pipe or a device would keep the kernel waiting, or never end. */
function readSmallFile(path: string): string {
  const state = statSync(path);
  if (!state.isFile() || state.size > longestBytes) {
    throw new RangeError(
      `Cannot read connection file at "${path}": expected an ordinary file of at most ${String(longestBytes)} bytes`,
    );
  }
  if ((state.mode & 0o077) !== 0) {
    process.stderr.write(`Others may read the key in "${path}": make it private with chmod 600\n`);
  }
  return readFileSync(path, "utf8");
}

function parse(path: string): Content {
  let file: unknown;
  try {
    file = JSON.parse(readSmallFile(path));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SyntaxError(`Cannot read connection file at "${path}": expected JSON`, { cause: error });
  }
  if (!isContent(file)) throw new SyntaxError(`Cannot read connection file at "${path}": expected a JSON object`);
  return file;
}
