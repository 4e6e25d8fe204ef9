/**
 * The connection file: where a front end wants the kernel to listen.
 *
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */

import { readFileSync } from "node:fs";

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
 * @throws SyntaxError naming the file and the field that is missing or wrong.
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

function parse(path: string): Content {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SyntaxError(`Cannot read connection file at "${path}": expected JSON`, { cause: error });
  }
  if (!isContent(file)) throw new SyntaxError(`Cannot read connection file at "${path}": expected a JSON object`);
  return file;
}
