import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";

import { type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: hostile input", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  const sign = (parts: readonly Buffer[]): Buffer => {
    const hmac = createHmac("sha256", kernel.connection.key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  };
  const parts = (content: string, type = "kernel_info_request"): Buffer[] => {
    const header = { msg_id: randomUUID(), msg_type: type, session: "s", username: "u", date: "", version: "5.4" };
    return [JSON.stringify(header), "{}", "{}", content].map((part) => Buffer.from(part));
  };
  /** Sends frames on shell and control, and shows that the kernel still answers. */
  const survives = async (frames: readonly (Buffer | string)[]): Promise<void> => {
    await kernel.shell.send([...frames]);
    await kernel.control.send([...frames]);
    assert.equal((await kernel.request("kernel_info_request", {})).status, "ok");
    assert.equal((await kernel.request("kernel_info_request", {}, "control")).status, "ok");
    await kernel.heartbeat();
  };

  it("drops a message with a wrong signature", async () => {
    const seen = kernel.published.length;
    const body = parts(`{ "code": "globalThis.hacked = 1" }`, "execute_request");
    await survives(["<IDS|MSG>", "0".repeat(64), ...body]);
    await survives(["<IDS|MSG>", "short", ...body]);
    await survives(["<IDS|MSG>", "", ...body]);
    assert.ok(kernel.published.slice(seen).every(({ type }) => type === "status"));
    assert.equal((await kernel.run("'hacked' in globalThis")).result, "false");
  });

  it("survives truncated frames and a wrong delimiter", async () => {
    const body = parts("{}");
    await survives([""]);
    await survives(["<IDS|MSG>"]);
    await survives(["<IDS|MSG>", sign(body)]);
    await survives(["<IDS|MSG>", sign(body.slice(0, 2)), ...body.slice(0, 2)]);
    await survives(["<IDS|BAD>", sign(body), ...body]);
  });

  it("survives signed content that is no object, no JSON or no UTF-8", async () => {
    for (const content of ["[]", "null", "5", "{", "", `{"a":`]) {
      const body = parts(content);
      await survives(["<IDS|MSG>", sign(body), ...body]);
    }
    const broken = [...parts("{}").slice(0, 3), Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])];
    await survives(["<IDS|MSG>", sign(broken), ...broken]);
  });

  it("survives deeply nested JSON", async () => {
    const body = parts(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    await survives(["<IDS|MSG>", sign(body), ...body]);
  });

  it("survives a header without type and content of wrong types", async () => {
    const noType = [Buffer.from("{}"), ...parts("{}").slice(1)];
    await survives(["<IDS|MSG>", sign(noType), ...noType]);
    for (const type of [
      "complete_request",
      "inspect_request",
      "is_complete_request",
      "history_request",
      "comm_info_request",
      "execute_request",
    ]) {
      await kernel.request(type, { code: 5, cursor_pos: "x", user_expressions: [], detail_level: {}, target_name: 3 });
    }
  });

  it("ignores an unknown message type between busy and idle", async () => {
    const id = await kernel.send("shell", "no_such_request", {});
    await kernel.until(() => (kernel.publishedFor(id).length === 2 ? true : undefined), "idle");
  });

  it("takes a message of 100 MB", async () => {
    const { length } = "x".repeat(1e8);
    const body = parts(JSON.stringify({ code: `/*${"x".repeat(length)}*/` }), "is_complete_request");
    await survives(["<IDS|MSG>", sign(body), ...body]);
  });

  it("survives bytes that are not zeromq", async () => {
    const socket = connect(kernel.connection.shell_port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.write("GET / HTTP/1.1\r\n\r\n".repeat(1000), resolve));
    socket.destroy();
    assert.equal((await kernel.request("kernel_info_request", {})).status, "ok");
  });

  it("listens on the given address only", async () => {
    const refused = await new Promise<unknown>((resolve) => {
      const socket = connect(kernel.connection.shell_port, "127.0.0.2");
      socket.once("connect", () => {
        resolve("connected");
      });
      socket.once("error", (error) => {
        resolve((error as NodeJS.ErrnoException).code);
      });
    });
    assert.equal(refused, "ECONNREFUSED");
  });
});
