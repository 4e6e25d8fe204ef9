/** Connection files for kernels under test. */

import { randomInt, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";

/** Content of a connection file. */
export interface ConnectionInfo {
  readonly transport: "tcp";
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: "hmac-sha256";
}

/** A connection on free ports of this machine. */
export async function freeConnection(): Promise<ConnectionInfo> {
  const [shell, control, iopub, stdin, hb] = await freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: shell ?? 0,
    control_port: control ?? 0,
    iopub_port: iopub ?? 0,
    stdin_port: stdin ?? 0,
    hb_port: hb ?? 0,
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
  };
}

/** Writes a connection file into a folder of its own. */
export async function writeConnection(connection: object): Promise<string> {
  const path = join(temporaryFolder("kernel"), "connection.json");
  await writeFile(path, JSON.stringify(connection), { mode: 0o600 });
  return path;
}

/**
 * Free ports below those that systems give to outgoing connections. A client that tries such a port before the kernel
 * listens may be given that very port itself, and then the kernel finds it taken.
 */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
