import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { kernelArgv, KernelClient } from "./client.ts";
import { freeConnection, writeConnection } from "./connection.ts";
import "./shared.ts";

describe("kernel: life", function () {
  this.timeout(60_000);
  const opened: KernelClient[] = [];

  const start = async (): Promise<KernelClient> => {
    const kernel = await KernelClient.start();
    opened.push(kernel);
    return kernel;
  };

  after(async () => {
    for (const kernel of opened) await kernel.close();
  });

  it("heartbeat and kernel info answer while the first compile is going on", async () => {
    const kernel = await start();
    const id = await kernel.execute("1 + 1");
    await kernel.heartbeat();
    const info = await kernel.request("kernel_info_request", {});
    assert.equal(info.status, "ok");
    const isDone = kernel.publishedFor(id).some(({ type }) => type === "execute_result");
    assert.equal(isDone, false, "the first cell was faster than kernel info");
    assert.equal((await kernel.outcome(id)).result, "2");
  });

  it("completes and inspects as soon as TypeScript is there", async () => {
    const kernel = await start();
    const { matches } = await kernel.request("complete_request", { code: "[].rever", cursor_pos: 8 });
    assert.deepEqual(matches, ["reverse"]);
  });

  for (const restart of [false, true]) {
    it(`shutdown with restart ${String(restart)} is answered, announced and ends the process`, async () => {
      const kernel = await start();
      const reply = await kernel.request("shutdown_request", { restart }, "control");
      assert.deepEqual(reply, { status: "ok", restart });
      await kernel.until(() => kernel.published.find(({ type }) => type === "shutdown_reply"), "shutdown on iopub");
      await kernel.exited();
      assert.deepEqual([kernel.process.exitCode, kernel.process.signalCode], [0, null]);
    });
  }

  it("shuts down while a cell spins", async () => {
    const kernel = await start();
    const id = await kernel.execute("console.log('in'); await 1; const end = /(a+)+b/.test('a'.repeat(60))");
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "execute_input"), "the cell to start");
    await wait(100);
    await kernel.request("shutdown_request", { restart: false }, "control");
    await kernel.exited();
  });

  it("process.exit in a cell ends the kernel without aborting it", async () => {
    const kernel = await start();
    await kernel.execute("process.exit(3)");
    await kernel.exited();
    assert.deepEqual([kernel.process.exitCode, kernel.process.signalCode], [3, null]);
  });

  it("ends when its parent was killed", async () => {
    const connection = await writeConnection(await freeConnection());
    const code = `const { spawn } = require("node:child_process");
      const kernel = spawn(process.argv[1], process.argv.slice(2), { stdio: "ignore", detached: true });
      console.log(kernel.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", code, ...kernelArgv, connection], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await wait(1500);
    assert.ok(isAlive(pid));
    parent.kill("SIGKILL");
    for (let tries = 0; tries < 100 && isAlive(pid); tries++) await wait(100);
    assert.equal(isAlive(pid), false);
  });

  it("leaves no process behind when it is killed, whatever its threads were doing", async () => {
    const kernel = await start();
    const id = await kernel.execute("console.log('in'); setTimeout(() => { for (;;); }, 30)");
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "stream"), "the cell");
    const { pid } = kernel.process;
    assert.ok(pid);
    kernel.process.kill("SIGKILL");
    await kernel.exited();
    assert.equal(isAlive(pid), false);
  });

  const refusal = async (path: string): Promise<string> => {
    const [command, ...argv] = kernelArgv;
    const kernel = spawn(String(command), [...argv, path], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    kernel.stderr.on("data", (data) => (said += String(data)));
    const code = await new Promise((resolve) => kernel.once("close", resolve));
    assert.equal(code, 1);
    return said;
  };

  it("reads no connection file that is no ordinary small file, and says where others may read its key", async () => {
    const good = await writeConnection(await freeConnection());
    const pipe = good.replace("connection.json", "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const path of [pipe, "/dev/zero", "/"]) assert.match(await refusal(path), /expected an ordinary file/);
    writeFileSync(good, " ".repeat(70_000));
    assert.match(await refusal(good), /of at most 65536 bytes/);
    writeFileSync(good, "{");
    chmodSync(good, 0o644);
    assert.match(await refusal(good), /^Others may read the key in .*\nCannot read connection file/);
    assert.match(await refusal(`${good}.none`), /^Cannot read connection file/);
  });

  it("ends where Jupyter was gone before it began", async () => {
    const [command, ...argv] = [...kernelArgv, await writeConnection(await freeConnection())];
    const { pid: gone } = spawnSync("true");
    const kernel = spawn(command, argv, { env: { ...process.env, JPY_PARENT_PID: String(gone) }, stdio: "ignore" });
    await new Promise((resolve) => kernel.once("exit", resolve));
  });

  it("says what is wrong with a connection file and leaves", async () => {
    const good = await freeConnection();
    for (const [bad, field] of [
      [{ ...good, hb_port: "45" }, "hb_port"],
      [{ ...good, ip: "*" }, "ip"],
      [{ ...good, transport: "udp" }, "transport"],
      [{ ...good, signature_scheme: "hmac-md5" }, "signature_scheme"],
      [[], "a JSON object"],
    ] as const) {
      const said = await refusal(await writeConnection(bad));
      assert.ok(said.startsWith("Cannot read connection file") && said.includes(field), said);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
