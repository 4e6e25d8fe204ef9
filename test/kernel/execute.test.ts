import assert from "node:assert/strict";

import { type KernelClient, type Received } from "./client.ts";
import { sharedKernel, writeNotebookFile } from "./shared.ts";

const types = (published: readonly Received[]): string[] => published.map(({ type }) => type);

describe("kernel: execute", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  it("publishes busy, input, result and idle, in this order", async () => {
    const { published, reply } = await kernel.run("1 + 1");
    assert.deepEqual(types(published), ["status", "execute_input", "execute_result", "status"]);
    assert.equal(published[1]?.content.code, "1 + 1");
    assert.equal(published[2]?.content.execution_count, reply.execution_count);
    assert.equal(reply.status, "ok");
  });

  it("sends text to its stream and keeps the order of streams", async () => {
    const { published } = await kernel.run(
      "console.log('a'); console.error('b'); process.stdout.write('c'); display(1)",
    );
    const shown = published.slice(2, -1).map(({ content }) => (content.text as string | undefined) ?? "display");
    assert.deepEqual(shown, ["a\n", "b\n", "c", "display"]);
  });

  it("console.table, console.dir and colours come as they are", async () => {
    const { stdout, stderr } = await kernel.run(
      `console.table([{ a: 1, b: "x" }]); console.dir({ deep: { er: { still: {} } } }, { depth: 0 });
       console.log("\\u001b[31mred\\u001b[0m"); console.dir(5, { colors: true }); console.group("in"); console.warn("warned"); console.groupEnd()`,
    );
    const [, heads, , row] = stdout.split("\n");
    assert.match(heads ?? "", /\(index\).*a.*b/);
    assert.match(row ?? "", /0.*1.*'x'/);
    assert.ok(stdout.includes("{ deep: [Object] }\n\u001b[31mred\u001b[0m\n\u001b[33m5\u001b[39m\nin\n"), stdout);
    assert.equal(stderr, "  warned\n");
  });

  it("delivers 1e5 lines complete and in order, in few messages", async () => {
    const { stdout, published } = await kernel.run("for (let i = 0; i < 1e5; i++) console.log(i)");
    assert.equal(stdout, Array.from({ length: 1e5 }, (_, i) => `${String(i)}\n`).join(""));
    assert.ok(published.length < 2000, `${String(published.length)} messages`);
  });

  it("delivers text beyond the basic plane and bytes written in pieces", async () => {
    const code =
      "const bytes = Buffer.from('ä😀'); for (const byte of bytes) process.stdout.write(Uint8Array.of(byte))";
    assert.equal((await kernel.run(code)).stdout, "ä😀");
  });

  it("shows a value that shows itself as its MIME bundle", async () => {
    const { published } = await kernel.run(
      `({ [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>x</b>", "image/png": Uint8Array.of(1, 2) }) })`,
    );
    const data = published.find(({ type }) => type === "execute_result")?.content.data as unknown;
    assert.deepEqual(data, { "text/html": "<b>x</b>", "image/png": "AQI=" });
  });

  it("display() shows a value before the cell ends", async () => {
    const { published } = await kernel.run("display({ a: 1 }).update(2); 'end'");
    assert.deepEqual(types(published).slice(2, -1), ["display_data", "update_display_data", "execute_result"]);
    assert.deepEqual(published[2]?.content.data, { "text/plain": "{ a: 1 }" });
  });

  it("reports a type error with its lines and runs nothing", async () => {
    const { error, published, reply } = await kernel.run("console.log('ran')\nconst n: string = 5\n");
    assert.equal(error?.ename, "TypeScriptError");
    assert.match(error.evalue, /^TS2322: Type 'number' is not assignable/);
    assert.match(error.traceback, /Cell \[\d+\]:2:7/);
    assert.match(error.traceback, /> 2 \| const n: string = 5\n {4}\| {7}\^/);
    assert.deepEqual(types(published), ["status", "execute_input", "error", "status"]);
    assert.equal(reply.status, "error");
  });

  it("reports an exception with the cell's own lines, never the kernel's", async () => {
    await kernel.run("function fails(): never {\n  throw new RangeError('too far')\n}");
    const { error } = await kernel.run("\nfails()");
    assert.equal(error?.ename, "RangeError");
    assert.equal(error.evalue, "too far");
    assert.match(error.traceback, /> 2 \| {3}throw new RangeError/);
    assert.match(error.traceback, /at fails \(Cell \[\d+\]:2:9\)\n {4}at Cell \[\d+\]:2:\d+/);
    assert.doesNotMatch(error.traceback, /evalmachine|kernel\/dist|node:vm|sightlab-cell/);
  });

  it("shows the cause of an error and what is thrown that is no error", async () => {
    const { error } = await kernel.run("throw new Error('outer', { cause: new TypeError('inner') })");
    assert.match(error?.traceback ?? "", /inner/);
    assert.equal((await kernel.run("throw { code: 5 }")).error?.evalue, "{ code: 5 }");
  });

  it("a silent cell publishes nothing but its status and does not count", async () => {
    const before = (await kernel.run("1")).reply.execution_count as number;
    const { published } = await kernel.run("console.log('quiet'); 5", { silent: true });
    assert.deepEqual(types(published), ["status", "status"]);
    assert.equal((await kernel.run("1")).reply.execution_count, before + 1);
  });

  it("answers user_expressions beside the cell", async () => {
    const { reply } = await kernel.run("let beside = 2", {
      user_expressions: { twice: "beside * 2", wrong: "nowhere", fails: "null!.x" },
    });
    const values = reply.user_expressions as Record<string, Record<string, unknown>>;
    assert.deepEqual(values.twice, { status: "ok", data: { "text/plain": "4" }, metadata: {} });
    assert.equal(values.wrong?.status, "error");
    assert.equal(values.wrong.ename, "TypeScriptError");
    assert.equal(values.fails?.status, "error");
  });

  it("output of a timer goes to the cell that started it", async () => {
    const id = await kernel.execute("setTimeout(() => console.log('from the first'), 150)");
    await kernel.outcome(id);
    const { stdout } = await kernel.run(
      "await new Promise((resolve) => setTimeout(resolve, 300)); console.log('second')",
    );
    assert.equal(stdout, "second\n");
    const late = kernel.publishedFor(id).find(({ type }) => type === "stream");
    assert.equal(late?.content.text, "from the first\n");
  });

  it("a rejection nobody awaits and a throwing callback are reported in their cell and end nothing", async () => {
    const code =
      "setTimeout(() => { throw new Error('in a timer') }, 50); setTimeout(() => Promise.reject(new Error('unheard')), 60)";
    const id = await kernel.execute(code);
    await kernel.outcome(id);
    await kernel.run("await new Promise((resolve) => setTimeout(resolve, 200))");
    const reported = kernel.publishedFor(id).filter(({ type }) => type === "error");
    assert.deepEqual(
      reported.map(({ content }) => content.evalue as unknown),
      ["in a timer", "unheard"],
    );
    assert.equal((await kernel.run("'alive'")).result, "'alive'");
  });

  it("a timer keeps ticking while a cell awaits", async () => {
    const { result } = await kernel.run(
      "let ticks = 0; const clock = setInterval(() => { ticks++ }, 5); await new Promise((r) => setTimeout(r, 200)); clearInterval(clock); ticks > 5",
    );
    assert.equal(result, "true");
  });

  it("a failed cell aborts the cells that wait behind it", async () => {
    const ids = [
      await kernel.execute("await 1; throw new Error('first')"),
      await kernel.execute("console.log('second')"),
    ];
    const [first, second] = await Promise.all(ids.map((id) => kernel.outcome(id)));
    assert.equal(first?.reply.status, "error");
    assert.equal(second?.reply.status, "aborted");
    assert.equal(second.stdout, "");
  });

  it("without stop_on_error they run", async () => {
    const ids = [
      await kernel.execute("await 1; throw new Error('first')", { stop_on_error: false }),
      await kernel.execute("console.log('second')"),
    ];
    const [, second] = await Promise.all(ids.map((id) => kernel.outcome(id)));
    assert.equal(second?.stdout, "second\n");
  });

  it("checks the same cell again where a name it uses has another type by now", async () => {
    const kernel = await sharedKernel();
    await kernel.run("let again = 1");
    const cell = "again.toFixed(1)";
    assert.equal((await kernel.run(cell)).result, "'1.0'");
    assert.equal((await kernel.run(cell)).result, "'1.0'");
    await kernel.run("let again = 'text'");
    assert.match((await kernel.run(cell)).error?.evalue ?? "", /'toFixed' does not exist on type 'string'/);
    await kernel.run("let again = 2");
    assert.equal((await kernel.run(cell)).result, "'2.0'");
  });

  it("loads a local file again when it or what it imports changes", async () => {
    writeNotebookFile(
      "outer.ts",
      `import { inner } from "./inner.ts"; export const outer: string = "outer of " + inner;`,
    );
    writeNotebookFile("inner.ts", `export const inner: string = "one";`);
    const code = `import { outer } from "./outer.ts"; outer`;
    assert.equal((await kernel.run(code)).result, "'outer of one'");
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeNotebookFile("inner.ts", `export const inner: string = "two";`);
    assert.equal((await kernel.run(code)).result, "'outer of two'");
  });

  it("an error in a local file names its file and line", async () => {
    const path = writeNotebookFile("broken.ts", `export function broken(): never {\n  throw new Error("broken");\n}\n`);
    const { error } = await kernel.run(`import { broken } from "./broken.ts"; broken()`);
    assert.ok(error?.traceback.includes(`at broken (${path}:2:9)`), error?.traceback);
    writeNotebookFile("untyped.ts", `export const n: string = 5;`);
    assert.match((await kernel.run(`import { n } from "./untyped.ts"; n`)).error?.traceback ?? "", /untyped\.ts:1:14/);
  });

  it("shows progress of the ambient task as a bar that moves at most ten times a second", async () => {
    const { published } = await kernel.run(`
const task = (globalThis as any)[Symbol.for("sightlab.task")].getStore();
const event = { id: "p", label: "<b>Scoring</b>", total: 1000, unit: "questions", state: "running" };
for (let i = 0; i <= 1000; i++) {
  task.progress({ ...event, completed: i });
  if (i % 2 === 0) await new Promise((r) => setTimeout(r, 1));
}
task.progress({ ...event, completed: 1000, state: "done" });`);
    const bars = published.filter(({ type }) => type.endsWith("display_data"));
    assert.equal(bars[0]?.type, "display_data");
    assert.ok(bars.slice(1).every(({ type }) => type === "update_display_data"));
    assert.ok(bars.length >= 3 && bars.length < 60, `${String(bars.length)} messages`);
    const ids = new Set(bars.map(({ content }) => (content.transient as { display_id: string }).display_id));
    assert.equal(ids.size, 1);
    const data = bars.at(-1)?.content.data as Record<string, string>;
    assert.match(data["text/plain"] ?? "", /^<b>Scoring<\/b>: 1000\/1000 questions, done after/);
    assert.ok(data["text/html"]?.includes("&lt;b&gt;Scoring") && !data["text/html"].includes("<b>"));
  });

  it("the library's progress reaches the cell", async () => {
    const { published } = await kernel.run(
      `import { openProgress } from "sightlab"; const bar = openProgress("Reading", { total: 2, unit: "files" }); bar.advance(2); bar.close()`,
    );
    assert.match(JSON.stringify(published.at(-2)?.content.data), /Reading: 2\/2 files, done/);
  });
});
