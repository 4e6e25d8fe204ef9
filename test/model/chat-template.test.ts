import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChatMessage } from "../../src/base/language-model.ts";
import { readChatTemplate } from "../../src/model/chat-template.ts";
import { readEndTokens } from "../../src/model/end-tokens.ts";
import { open } from "../../src/model/open.ts";
import { writeRandomCheckpoint } from "../../src/model/random-checkpoint.ts";

interface Golden {
  readonly tokens: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    readonly template: string;
    readonly messages: readonly ChatMessage[];
    readonly text: string | null;
  }[];
}

describe("model/chat-template", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sightlab-chat-"));
    await writeRandomCheckpoint(folder, { seed: 3 });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const write = (name: string, value: object): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));

  it("templates write conversations as transformers writes them, or refuse the same ones", async () => {
    const file = new URL("../golden/chat-template.json", import.meta.url);
    const golden = JSON.parse(await readFile(file, "utf8")) as Golden; // written by test/golden/make/chat_template.py
    assert.ok(golden.cases.length >= 9);
    for (const { name, template, messages, text } of golden.cases) {
      await write("tokenizer_config.json", { ...golden.tokens, chat_template: template });
      const apply = await readChatTemplate(folder);
      assert.ok(apply !== null);
      if (text === null) assert.throws(() => apply(messages), { name: "ModelFormatError" }, name);
      else assert.equal(apply(messages), text, name);
    }
  });

  it("readChatTemplate() finds a template wherever transformers keeps it", async () => {
    const said = async (): Promise<string | undefined> =>
      (await readChatTemplate(folder))?.([{ role: "user", content: "Hi" }]);
    await write("tokenizer_config.json", { eos_token: { content: "</s>" } });
    assert.equal(await said(), undefined);
    const named = [
      { name: "tool_use", template: "tool" },
      { name: "default", template: "config {{ messages[0].content }}{{ eos_token }}" },
    ];
    await write("tokenizer_config.json", { eos_token: { content: "</s>" }, chat_template: named });
    assert.equal(await said(), "config Hi</s>");
    await write("chat_template.json", { chat_template: "json {{ messages[0].role }}" });
    assert.equal(await said(), "json user");
    await writeFile(join(folder, "chat_template.jinja"), "file {{ messages | length }}");
    assert.equal(await said(), "file 1");
    await writeFile(join(folder, "chat_template.jinja"), "{% if %}");
    await assert.rejects(said(), { name: "ModelFormatError", message: /^Cannot read chat template at ".*\.jinja": / });
    await rm(join(folder, "chat_template.jinja"));
    await rm(join(folder, "chat_template.json"));
    await write("tokenizer_config.json", { chat_template: [{ name: "other", template: "" }] });
    await assert.rejects(said(), /expected a template, or a list of them with one named "default"/);
  });

  it("chat() continues after the template; a model without one has no such ability", async () => {
    await write("tokenizer_config.json", {});
    {
      using model = await open(folder);
      assert.equal(model.chat, undefined);
    }
    await write("tokenizer_config.json", { chat_template: "{{ messages[0].content }}? " });
    using model = await open(folder);
    const request = { stop: [], maxNewTokens: 6 };
    const chats = await model.chat?.([[{ role: "user", content: "Who" }], [{ role: "user", content: "Why" }]], request);
    const plain = await model.generate([
      { ...request, context: "Who? " },
      { ...request, context: "Why? " },
    ]);
    assert.deepEqual(chats, plain);
    await assert.rejects(Promise.resolve(model.chat?.([[]], request)), {
      name: "RangeError",
      message: "Cannot continue conversation 0: expected at least one message, got none",
    });
  });

  it("a text ends at any of the end tokens that generation_config.json names", async () => {
    await rm(join(folder, "generation_config.json"), { force: true });
    assert.deepEqual(await readEndTokens(folder), [2]);
    const request = { context: "Once", stop: [], maxNewTokens: 6 };
    const written = async (): Promise<number | undefined> => {
      using model = await open(folder);
      return (await model.generate([request]))[0]?.tokenCount;
    };
    assert.equal(await written(), 6);
    using model = await open(folder);
    const ids = model.tokenizer.encode("Once");
    const logits = (await model.logits([ids])).data.slice(-model.config.vocabularySize);
    const first = logits.indexOf(Math.max(...logits));
    await write("generation_config.json", { eos_token_id: [7, first] });
    assert.deepEqual(await readEndTokens(folder), [7, first]);
    assert.equal(await written(), 0);
    await write("generation_config.json", { eos_token_id: ["</s>"] });
    await assert.rejects(readEndTokens(folder), {
      name: "ModelFormatError",
      message: `Cannot read field "eos_token_id" at "${folder}/generation_config.json": expected token ids >= 0, got "</s>"`,
    });
  });
});
