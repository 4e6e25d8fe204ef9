import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { Subscriber } from "zeromq";

import { type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: iopub", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  /** The first message a new subscriber gets: its topic frame, type and content. */
  const firstHeard = async (topic: string): Promise<unknown[]> => {
    const socket = new Subscriber({ linger: 0 });
    try {
      socket.connect(`tcp://${kernel.connection.ip}:${String(kernel.connection.iopub_port)}`);
      socket.subscribe(topic);
      const [prefix, delimiter, signature, ...parts] = await socket.receive();
      const hmac = createHmac("sha256", kernel.connection.key);
      for (const part of parts) hmac.update(part);
      assert.equal(String(delimiter), "<IDS|MSG>");
      assert.equal(String(signature), hmac.digest("hex"));
      const [header, parent, , content] = parts.map((part) => JSON.parse(String(part)) as Record<string, unknown>);
      return [String(prefix), header?.msg_type, parent, content];
    } finally {
      socket.close();
    }
  };

  it("welcomes each subscriber, whatever else is said, with the topic it asked for", async () => {
    for (const topic of ["", "", "kernel.status"]) {
      assert.deepEqual(await firstHeard(topic), [topic, "iopub_welcome", {}, { subscription: topic }]);
    }
  });
});
