import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { type KernelClient, type Outcome } from "./client.ts";
import { notebookFolder, sharedKernel, writeNotebookFile } from "./shared.ts";

describe("kernel: interrupt", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
    writeNotebookFile(
      "whirling.d.mts",
      "export function begin(): void; export function whirl(): void; export function whirlLater(): Promise<void>;",
    );
    writeNotebookFile(
      "whirling.mjs",
      `import { writeFileSync } from "node:fs";
       export function begin() { writeFileSync("begun", ""); }
       export function whirl() { begin(); for (;;); }
       export async function whirlLater() { await 1; whirl(); }`,
    );
    await kernel.run(`import { begin, whirl, whirlLater } from "./whirling.mjs"; import { readFile } from "node:fs"`);
  });

  const begunFile = join(notebookFolder, "begun");
  afterEach(() => {
    rmSync(begunFile, { force: true });
  });

  /** Waits until a cell has called `begin`, which it can say although it never lets go. */
  const begun = async (): Promise<void> => {
    for (let tries = 0; tries < 2000 && !existsSync(begunFile); tries++) await wait(10);
    assert.ok(existsSync(begunFile), "the cell never began");
  };

  /** Runs code that says that it has begun or started, interrupts it, and returns how it ended. */
  const interrupted = async (code: string, how: "message" | "signal" = "message"): Promise<Outcome> => {
    const id = await kernel.execute(code);
    if (/begin|whirl/.test(code)) await begun();
    else await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "stream"), "the cell to start");
    await wait(50);
    if (how === "signal") kernel.process.kill("SIGINT");
    else assert.deepEqual(await kernel.request("interrupt_request", {}, "control"), { status: "ok" });
    const outcome = await kernel.outcome(id);
    assert.equal(outcome.error?.ename, "Interrupted", JSON.stringify(outcome));
    return outcome;
  };
  /** Text that is sent although the loop after it never lets go. */
  const started = "console.log('started'); await new Promise((r) => setTimeout(r, 40));";
  const startedSync = "for (let t = Date.now(); Date.now() - t < 60;) process.stdout.write('.');";

  it("heartbeat, kernel info and completion answer while a cell spins, and its variables survive", async () => {
    const id = await kernel.execute(`let spins = 1; ${startedSync} while (true) { spins++ }`);
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "stream"), "the cell to start");
    await kernel.heartbeat();
    assert.equal((await kernel.request("kernel_info_request", {})).status, "ok");
    const completed = await kernel.request("complete_request", { code: "Math.flo", cursor_pos: 8 });
    assert.deepEqual(completed.matches, ["floor"]);
    await kernel.request("interrupt_request", {}, "control");
    assert.equal((await kernel.outcome(id)).error?.ename, "Interrupted");
    assert.equal((await kernel.run("spins > 0")).result, "true");
  });

  it("ends a loop by signal", async () => {
    await interrupted(`${startedSync} while (true) {}`, "signal");
  });

  it("ends a loop after an await", async () => {
    await interrupted(`${started} begin(); while (true) {}`);
  });

  it("ends a loop in an async function and runs finally", async () => {
    await interrupted(
      `let cleaned = false; async function spin() { try { ${started} begin(); for (;;) {} } finally { cleaned = true } } await spin()`,
    );
    assert.equal((await kernel.run("cleaned")).result, "true");
  });

  it("ends a loop that catches everything", async () => {
    await interrupted(`${startedSync} while (true) { try { for (;;) {} } catch {} }`);
  });

  it("ends a hung await", async () => {
    await interrupted("console.log('started'); await new Promise(() => {})");
  });

  it("ends a hung await by signal", async () => {
    await interrupted("console.log('started'); await new Promise(() => {})", "signal");
  });

  it("ends library code that never returns", async () => {
    await interrupted(`const kept = 1; begin(); /(a+)+b/.test("a".repeat(60))`);
    assert.equal((await kernel.run("1 + 1")).result, "2");
  });

  it("ends a loop after an await by signal", async () => {
    await interrupted(`${started} begin(); while (true) {}`, "signal");
  });

  it("a listener for SIGINT of the user's own takes nothing away", async () => {
    await kernel.run(`process.on("SIGINT", () => { console.log("heard") })`);
    await interrupted(`${started} begin(); while (true) {}`, "signal");
    await kernel.run(`process.removeAllListeners("SIGINT")`);
  });

  for (const how of ["message", "signal"] as const) {
    for (const [where, code] of [
      ["after an await", `${started} whirl()`],
      ["that awaits itself", `${started} await whirlLater()`],
      ["in a promise's callback", `${started} await Promise.resolve(1).then(whirl)`],
      ["in a timer", `${started} await new Promise<void>((r) => setTimeout(() => { whirl(); r() }, 1))`],
      [
        "in a callback of the file system",
        `${started} await new Promise<void>((r) => readFile("/", () => { whirl(); r() }))`,
      ],
      ["in a microtask", `${started} queueMicrotask(whirl); await new Promise(() => {})`],
      ["in an immediate", `${started} setImmediate(whirl); await new Promise(() => {})`],
      ["that is a regular expression after an await", `${started} begin(); /(a+)+b/.test("a".repeat(60))`],
    ] as const) {
      it(`ends library code ${where}, by ${how}, and loses nothing`, async () => {
        await interrupted(`const kept1 = "kept";\n${code}`, how);
        const late = await kernel.execute("setTimeout(() => console.log('late'), 30); kept1");
        assert.equal((await kernel.outcome(late)).result, "'kept'");
        await kernel.run("await new Promise((r) => setTimeout(r, 60))");
        await kernel.until(() => kernel.publishedFor(late).find(({ type }) => type === "stream"), "late output");
      });
    }
  }

  it("ends library code in a timer of a cell that has ended, and says so in that cell", async () => {
    const id = await kernel.execute("setTimeout(whirl, 40)");
    await kernel.outcome(id);
    await begun();
    await kernel.request("interrupt_request", {}, "control");
    const error = await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "error"), "the error");
    assert.equal(error.content.ename, "Interrupted");
    assert.equal((await kernel.run("'alive'")).result, "'alive'");
  });

  for (const [where, code] of [
    ["in an immediate that it leaves behind", "setImmediate(whirl); 1"],
    ["in a microtask that it leaves behind", "queueMicrotask(whirl); 1"],
    ["in a promise that it leaves behind", "Promise.resolve().then(whirl); 1"],
  ] as const) {
    it(`a cell ends and keeps its names though library code never returns ${where}`, async () => {
      await interrupted(`const kept2 = "kept"; ${code}`);
      assert.equal((await kernel.run("kept2")).result, "'kept'");
    });
  }

  it("tries until it is heard, where library code begins anew each time it is ended", async () => {
    const id = await kernel.execute("for (let i = 0; i < 5; i++) setTimeout(whirl, 60); await new Promise(() => {})");
    await begun();
    await kernel.request("interrupt_request", {}, "control");
    assert.equal((await kernel.outcome(id)).error?.ename, "Interrupted");
    assert.equal((await kernel.run("'alive'")).result, "'alive'");
  });

  it("runs immediates behind one that was ended, in their cell, and sleeps again", async () => {
    const id = await kernel.execute(
      `setTimeout(() => { setImmediate(whirl); setImmediate(() => console.log("behind")) }, 60)`,
    );
    await kernel.outcome(id);
    await begun();
    await kernel.request("interrupt_request", {}, "control");
    await kernel.until(
      () => kernel.publishedFor(id).find(({ content }) => String(content.text).includes("behind")),
      "the immediate behind",
    );
    const { result } = await kernel.run(
      `const idle1 = performance.nodeTiming.idleTime; await new Promise((r) => setTimeout(r, 100));
       performance.nodeTiming.idleTime > idle1`,
    );
    assert.equal(result, "true");
  });

  it("nothing is ended that nobody asked to end", async () => {
    const { result } = await kernel.run(
      `(globalThis as any)[Symbol.for("sightlab.kernel.unwind")](true); await Promise.resolve(); "goes on"`,
    );
    assert.equal(result, "'goes on'");
  });

  it("interrupts that come many at once end one cell", async () => {
    const id = await kernel.execute(`${started} whirl()`);
    await begun();
    for (let i = 0; i < 10; i++) {
      kernel.process.kill("SIGINT");
      await kernel.request("interrupt_request", {}, "control");
    }
    assert.equal((await kernel.outcome(id)).error?.ename, "Interrupted");
    let result: string | undefined;
    for (let tries = 0; tries < 10 && result === undefined; tries++) ({ result } = await kernel.run("'alive'")); // a signal may come late
    assert.equal(result, "'alive'");
  });

  it("ends library code in the callback of a widget or comm, and goes on to hear them", async () => {
    const id = await kernel.execute(
      `const comms1 = (globalThis as any)[Symbol.for("sightlab.kernel.comms")];
       const whirling1 = comms1.open("t", { data: {}, id: "whirling" });
       whirling1.onMessage = ({ data }: any) => { console.log("heard", data.n); if (data.n === 1) whirl(); }`,
    );
    await kernel.outcome(id);
    const sent = await kernel.send("shell", "comm_msg", { comm_id: "whirling", data: { n: 1 } });
    await begun();
    await kernel.request("interrupt_request", {}, "control");
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "error"), "the error");
    await kernel.until(
      () => kernel.publishedFor(sent).find(({ content }) => content.execution_state === "idle"),
      "idle",
    );
    await kernel.send("shell", "comm_msg", { comm_id: "whirling", data: { n: 2 } });
    await kernel.until(
      () => kernel.publishedFor(id).find(({ content }) => String(content.text).includes("heard 2")),
      "the next message",
    );
  });

  it("ends a loop in a timer, which is reported in its cell", async () => {
    const id = await kernel.execute("setTimeout(() => { begin(); for (;;) {} }, 40)");
    await kernel.outcome(id);
    await begun();
    await kernel.request("interrupt_request", {}, "control");
    await kernel.until(() => kernel.publishedFor(id).find(({ type }) => type === "error"), "the error");
    assert.equal((await kernel.run("'alive'")).result, "'alive'");
  });

  it("ends a model's run, whose weights stay loaded", async () => {
    const loaded = await kernel.run(
      `import { open, writeRandomCheckpoint } from "sightlab";
       await writeRandomCheckpoint("interrupted-model", { seed: 1 });
       const model1 = await open("interrupted-model");`,
    );
    assert.equal(loaded.error, undefined, loaded.error?.traceback);
    const requests = `Array.from({ length: 5000 }, (_, i) => ({ context: "Question " + i, continuation: " and its answer" }))`;
    const outcome = await interrupted(`console.log("started"); await model1.loglikelihood(${requests})`);
    assert.match(outcome.error?.traceback ?? "", /stopped/);
    const after = await kernel.run(
      `(await model1.loglikelihood([{ context: "Question", continuation: " answer" }])).length`,
    );
    assert.equal(after.result, "1", after.error?.traceback);
  });

  it("aborts the signal of the ambient task at once", async () => {
    const outcome = await interrupted(`
const task1 = (globalThis as any)[Symbol.for("sightlab.task")].getStore();
task1.signal.addEventListener("abort", () => console.log("aborted", task1.signal.reason.name));
task1.progress({ id: "a", label: "Running", completed: 1, total: 10, unit: "steps", state: "running" });
console.log("started");
await new Promise(() => {})`);
    assert.equal(outcome.stdout, "started\naborted Interrupted\n");
    const bar = outcome.published.findLast(({ type }) => type === "update_display_data");
    assert.match(JSON.stringify(bar?.content.data), /1\/10 steps, stopped/);
  });

  it("stops the compiler at a type that takes for ever, and keeps earlier names", async () => {
    await kernel.run("class Kept { readonly text = 'kept' }");
    await kernel.run("const before1 = new Kept()");
    await kernel.run("class Kept { readonly other = 1 }"); // the first one is now known through before1 only
    const id = await kernel.execute(
      "type Deep<N extends number, A extends unknown[] = []> = A['length'] extends N ? A : Deep<N, [...A, 0]>; " +
        "type Wide = `${Digit}${Digit}${Digit}${Digit}`; type Digit = '0'|'1'|'2'|'3'|'4'|'5'|'6'|'7'|'8'|'9'; " +
        Array.from(
          { length: 400 },
          (_, i) => `type X${String(i)} = Deep<${String(900 + (i % 90))}>; let v${String(i)}: [X${String(i)}, Wide];`,
        ).join(" "),
    );
    await wait(30);
    await kernel.request("interrupt_request", {}, "control");
    assert.equal((await kernel.outcome(id)).error?.ename, "Interrupted");
    assert.equal((await kernel.run("before1.text.length")).result, "4");
    assert.match((await kernel.run("before1.other")).error?.evalue ?? "", /TS2339/);
  });

  it("an interrupt while nothing runs does nothing", async () => {
    await kernel.request("interrupt_request", {}, "control");
    kernel.process.kill("SIGINT");
    await wait(300);
    assert.equal((await kernel.run("let left = 0; for (let i = 0; i < 5; i++) left++; left")).result, "5");
  });
});
