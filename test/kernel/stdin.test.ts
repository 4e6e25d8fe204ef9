import assert from "node:assert/strict";

import { type Json, type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: stdin", function () {
  this.timeout(30_000);
  let kernel: KernelClient;
  let asked: Json[];

  before(async () => {
    kernel = await sharedKernel();
  });

  const answering = (...answers: string[]): void => {
    asked = [];
    kernel.onInput = (content) => {
      asked.push(content);
      return answers.shift();
    };
  };

  it("prompt() returns what the user types; an empty line stands for the initial value", async () => {
    answering("Ada", "");
    const { result, stdout } = await kernel.run("console.log('before'); [prompt('Name? '), prompt('Age? ', '36')]");
    assert.equal(result, "[ 'Ada', '36' ]");
    assert.equal(stdout, "before\n");
    assert.deepEqual(asked, [
      { prompt: "Name? ", password: false },
      { prompt: "Age? ", password: false },
    ]);
  });

  it("confirm() is true for yes only", async () => {
    answering("y", "no", "YES", "");
    assert.equal(
      (await kernel.run("[confirm('a'), confirm('b'), confirm('c'), confirm('d')]")).result,
      "[ true, false, true, false ]",
    );
  });

  it("promptPassword() hides what is typed", async () => {
    answering("secret");
    assert.equal((await kernel.run("promptPassword('Key: ')")).result, "'secret'");
    assert.deepEqual(asked, [{ prompt: "Key: ", password: true }]);
  });

  it("fails where the front end takes no input", async () => {
    const { error } = await kernel.run("prompt('?')", { allow_stdin: false });
    assert.equal(error?.ename, "InputNotAllowed");
  });

  it("can be interrupted while it waits", async () => {
    answering();
    const id = await kernel.execute("prompt('never')");
    await kernel.until(() => asked[0], "the question");
    await kernel.request("interrupt_request", {}, "control");
    assert.equal((await kernel.outcome(id)).error?.ename, "Interrupted");
    assert.equal((await kernel.run("1")).result, "1");
  });
});
