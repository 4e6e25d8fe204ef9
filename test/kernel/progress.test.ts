import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { type Json, type KernelClient, type Outcome, type Received } from "./client.ts";
import { sharedKernel } from "./shared.ts";

/** `text/plain` of each state of each bar, in order. */
function bars({ published }: Outcome): string[] {
  return published
    .filter(({ type }) => type.endsWith("display_data"))
    .map(({ content }) => (content.data as Record<string, string>)["text/plain"] ?? "");
}

/** Which model a comm is opened for. */
function modelNameOf(content: Json): unknown {
  return ((content.data as Json).state as Json | undefined)?._model_name as unknown;
}

/** How many messages of a type a cell published. */
function count({ published }: Outcome, type: string): number {
  return published.filter((message) => message.type === type).length;
}

/** Code that waits until a bar has a button. */
const wait = "await new Promise((resolve) => setTimeout(resolve, 700))";

describe("kernel: progress", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  /** Makes this client a front end that draws widgets. */
  const drawWidgets = (): Promise<string> =>
    kernel.send("shell", "comm_open", { comm_id: randomUUID(), target_name: "jupyter.widget.control", data: {} });

  /** The comm of the button that a cell's bar gets. */
  const buttonOf = async (id: string): Promise<string> => {
    const isButton = ({ type, content }: Received): boolean =>
      type === "comm_open" && modelNameOf(content) === "ButtonModel";
    const opened = await kernel.until(() => kernel.publishedFor(id).find(isButton), "the button");
    return String(opened.content.comm_id);
  };

  const press = (button: string): Promise<string> =>
    kernel.send("shell", "comm_msg", { comm_id: button, data: { method: "custom", content: { event: "click" } } });

  /** Runs code that asks for a line; gives its end where a button is pressed before the line is given. */
  const runPressed = async (code: string, findButton: (id: string) => Promise<string>): Promise<Outcome> => {
    let isAsked = false;
    kernel.onInput = () => {
      isAsked = true;
      return undefined;
    };
    const id = await kernel.execute(code);
    const button = await findButton(id);
    await kernel.until(() => (isAsked ? true : undefined), "the question");
    await press(button);
    await kernel.request("kernel_info_request", {}); // it is answered after the press was seen
    await kernel.send("stdin", "input_reply", { value: "answer", status: "ok" });
    return await kernel.outcome(id);
  };

  it("follows a loop over an array, a set and an iterable of unknown size", async () => {
    const array = await kernel.run(
      `let sum = 0; for (const n of progress([1, 2, 3], { label: "Adding", unit: "numbers" })) sum += n; sum`,
    );
    assert.equal(array.error, undefined, array.error?.traceback);
    assert.equal(array.result, "6");
    assert.match(bars(array)[0] ?? "", /^Adding: 0\/3 numbers/);
    assert.match(bars(array).at(-1) ?? "", /^Adding: 3\/3 numbers, done/);
    const set = await kernel.run("for (const n of progress(new Set([1, 2]))) void n");
    assert.match(bars(set).at(-1) ?? "", /^Progress: 2\/2 steps, done/);
    const unknown = await kernel.run("function* two() { yield 1; yield 2 } for (const n of progress(two())) void n");
    assert.match(bars(unknown).at(-1) ?? "", /^Progress: 2 steps, done/);
  });

  it("follows an asynchronous loop and a bar moved by hand", async () => {
    const walked = await kernel.run(
      "async function* slow() { yield 1; yield 2 } for await (const n of progress(slow())) void n",
    );
    assert.match(bars(walked).at(-1) ?? "", /^Progress: 2 steps, done/);
    const moved = await kernel.run("const bar = progress(10); bar.advance(4); bar.close('failed'); bar.close()");
    assert.match(bars(moved).at(-1) ?? "", /^Progress: 4\/10 steps, failed/);
    assert.equal(bars(moved).length, 2);
  });

  it("says that a loop was left early or stopped by an error", async () => {
    for (const leave of ["break", "throw new Error('x')"]) {
      const left = await kernel.run(`for (const n of progress([1, 2, 3])) if (n === 2) ${leave}`);
      assert.match(bars(left).at(-1) ?? "", /^Progress: 1\/3 steps, stopped/);
    }
  });

  it("one bar stands in another", async () => {
    const nested = await kernel.run(
      `for (const a of progress([1, 2], { label: "outer" })) for (const b of progress([1], { label: "inner" })) void (a + b)`,
    );
    assert.deepEqual(
      bars(nested)
        .filter((text) => text.includes("done"))
        .map((text) => text.split(",")[0]),
      ["inner: 1/1 steps", "outer: 2/2 steps"],
    );
  });

  it("inner bars that follow each other take one place, set in", async () => {
    const { published } = await kernel.run(
      `for (const a of progress([1, 2, 3])) for (const b of progress([1])) void (a + b)`,
    );
    const shown = published.filter(({ type }) => type === "display_data");
    assert.equal(shown.length, 2);
    const html = shown.map(({ content }) => String((content.data as Record<string, string>)["text/html"]));
    assert.deepEqual(
      html.map((text) => text.includes("margin-left")),
      [false, true],
    );
  });

  it("a bar that runs long has a button that stops its cell, where the front end draws widgets", async () => {
    await drawWidgets();
    const id = await kernel.execute(
      `let turns = 0; for (const n of progress((function* () { for (;;) yield 1 })())) turns += n`,
    );
    const button = await buttonOf(id);
    const view = await kernel.until(
      () =>
        kernel
          .publishedFor(id)
          .find(({ content }) => "application/vnd.jupyter.widget-view+json" in (content.data ?? {})),
      "its view",
    );
    assert.equal(view.type, "update_display_data");
    await press(button);
    const outcome = await kernel.outcome(id);
    assert.equal(outcome.error?.ename, "Interrupted");
    const last = outcome.published.findLast(({ type }) => type === "update_display_data");
    assert.deepEqual(Object.keys(last?.content.data as object), ["text/html", "text/plain"]);
    assert.match(bars(outcome).at(-1) ?? "", /steps, stopped after/);
    assert.equal(count(outcome, "comm_close"), count(outcome, "comm_open"), "every widget of the bar is closed");
  });

  for (const [how, code] of Object.entries({
    "its bar closed": `const ended = progress(2); ${wait}; ended.advance(); ended.close()`,
    "its cell ended though its bar did not": `const open = progress(2); ${wait}; open.advance()`,
  })) {
    it(`a button pressed after ${how} stops no later cell`, async () => {
      await drawWidgets();
      const id = await kernel.execute(code);
      const button = await buttonOf(id);
      const outcome = await kernel.outcome(id);
      assert.equal(outcome.error, undefined, outcome.error?.traceback);
      assert.equal(count(outcome, "comm_close"), count(outcome, "comm_open"), "every widget of the bar is closed");
      const later = await runPressed(`prompt("?")`, () => Promise.resolve(button));
      assert.equal(later.result, "'answer'");
    });
  }

  it("a button that the front end has closed stops nothing", async () => {
    await drawWidgets();
    const code = `const closed = progress(2); ${wait}; closed.advance(); prompt("?")`;
    const outcome = await runPressed(code, async (id) => {
      const button = await buttonOf(id);
      await kernel.send("shell", "comm_close", { comm_id: button, data: {} });
      return button;
    });
    assert.equal(outcome.error, undefined, outcome.error?.traceback);
    assert.equal(outcome.result, "'answer'");
  });

  it("1e4 inner bars send few messages", async () => {
    const { published, error } = await kernel.run(
      `for (const a of progress(Array.from({ length: 1e4 }, (_, i) => i))) for (const b of progress([1, 2])) void (a + b)`,
    );
    assert.equal(error, undefined);
    assert.ok(published.length < 200, `${String(published.length)} messages`);
  });

  it("1e6 ticks send few messages", async () => {
    const ticked = await kernel.run(
      "const many = progress(1e6); for (let i = 0; i < 1e6; i++) many.advance(); many.close()",
    );
    assert.match(bars(ticked).at(-1) ?? "", /^Progress: 1000000\/1000000 steps, done/);
    assert.ok(bars(ticked).length < 50, `${String(bars(ticked).length)} messages`);
  });

  it("walks nothing that cannot be walked", async () => {
    const { error } = await kernel.run("progress(5 as any).advance(); progress(true as any)");
    assert.match(error?.evalue ?? "", /expected a number or something to iterate, got true/);
  });
});
