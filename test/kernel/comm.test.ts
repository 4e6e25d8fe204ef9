import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { type Json, type KernelClient, type Received } from "./client.ts";
import { sharedKernel } from "./shared.ts";

const host = `const comms = (globalThis as any)[Symbol.for("sightlab.kernel.comms")];`;

describe("kernel: comm", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  const ofComm = (id: string, type: string): Received[] =>
    kernel.published.filter((message) => message.type === type && message.content.comm_id === id);
  const idleOf = (id: string): Promise<Received> =>
    kernel.until(() => kernel.publishedFor(id).find(({ content }) => content.execution_state === "idle"), "idle");

  it("a cell opens a comm and sends data and buffers", async () => {
    const { published } = await kernel.run(`${host}
      const mine = comms.open("front.target", { data: { a: 1 }, id: "mine", buffers: [Uint8Array.of(1, 2)], metadata: { version: "2" } });
      mine.send({ b: 2 }, { buffers: [new Uint8Array(3)] });`);
    const [opened, message] = published.filter(({ type }) => type.startsWith("comm_"));
    assert.deepEqual(opened?.content, { comm_id: "mine", target_name: "front.target", data: { a: 1 } });
    assert.deepEqual([...(opened.buffers[0] ?? [])], [1, 2]);
    assert.deepEqual(opened.metadata, { version: "2" });
    assert.deepEqual(message?.content, { comm_id: "mine", data: { b: 2 } });
    assert.equal(message.buffers[0]?.length, 3);
  });

  it("comm_info names open comms, all or those of a target", async () => {
    const all = await kernel.request("comm_info_request", {});
    assert.deepEqual((all.comms as Json).mine, { target_name: "front.target" });
    const none = await kernel.request("comm_info_request", { target_name: "other" });
    assert.deepEqual(none.comms, {});
  });

  it("a message from the front end reaches its comm, in the cell that opened it, between busy and idle", async () => {
    const opening = await kernel.execute(`${host}
      const heard = comms.open("t", { data: {}, id: "heard" });
      heard.onMessage = ({ data, buffers }: any) => { console.log(data.x, buffers[0][1]); heard.send({ echo: data.x }, { buffers }) };`);
    await kernel.outcome(opening);
    await kernel.run("'another cell'");
    const id = await kernel.send("shell", "comm_msg", { comm_id: "heard", data: { x: 5 } }, [Buffer.from([7, 8])]);
    await idleOf(id);
    const echo = await kernel.until(() => ofComm("heard", "comm_msg")[0], "the echo");
    assert.deepEqual(echo.content.data, { echo: 5 });
    assert.deepEqual([...(echo.buffers[0] ?? [])], [7, 8]);
    const text = await kernel.until(() => kernel.publishedFor(opening).find(({ type }) => type === "stream"), "output");
    assert.equal(text.content.text, "5 8\n");
  });

  it("a message arrives while a cell awaits it", async () => {
    const id = await kernel.execute(`${host}
      const awaited = comms.open("t", { data: {}, id: "awaited" });
      await new Promise((resolve) => { awaited.onMessage = ({ data }: any) => resolve(data.value) })`);
    await kernel.until(() => ofComm("awaited", "comm_open")[0], "the comm");
    await kernel.send("shell", "comm_msg", { comm_id: "awaited", data: { value: 9 } });
    assert.equal((await kernel.outcome(id)).result, "9");
  });

  it("the front end opens a comm on a registered target and closes it", async () => {
    await kernel.run(`${host}
      comms.register("kernel.target", (comm: any, { data }: any) => { comm.onClose = () => console.log("closed"); comm.send({ got: data.n }) })`);
    const commId = randomUUID();
    await kernel.send("shell", "comm_open", { comm_id: commId, target_name: "kernel.target", data: { n: 3 } });
    const message = await kernel.until(() => ofComm(commId, "comm_msg")[0], "a message");
    assert.deepEqual(message.content.data, { got: 3 });
    const id = await kernel.send("shell", "comm_close", { comm_id: commId, data: {} });
    await idleOf(id);
    const { comms } = await kernel.request("comm_info_request", { target_name: "kernel.target" });
    assert.deepEqual(comms, {});
  });

  it("closes a comm on a target nobody registered, and ignores messages to unknown comms", async () => {
    const commId = randomUUID();
    await kernel.send("shell", "comm_open", { comm_id: commId, target_name: "nobody", data: {} });
    await kernel.until(() => ofComm(commId, "comm_close")[0], "a close");
    await idleOf(await kernel.send("shell", "comm_msg", { comm_id: commId, data: {} }));
    await idleOf(await kernel.send("shell", "comm_msg", { comm_id: 5, data: "x" }));
    assert.equal((await kernel.run("1")).result, "1");
  });

  it("an error in a comm's callback is reported and ends nothing", async () => {
    const id = await kernel.execute(`${host}
      const failing = comms.open("t", { data: {}, id: "failing" }); failing.onMessage = () => { throw new Error("in a callback") }`);
    await kernel.outcome(id);
    await idleOf(await kernel.send("shell", "comm_msg", { comm_id: "failing", data: {} }));
    const error = await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "error"), "the error");
    assert.equal(error.content.evalue, "in a callback");
  });

  it("a cell closes its comm once", async () => {
    const { published } = await kernel.run(
      `${host} const closing = comms.open("t", { data: {}, id: "closing" }); closing.close(); closing.close()`,
    );
    assert.equal(published.filter(({ type }) => type === "comm_close").length, 1);
  });
});
