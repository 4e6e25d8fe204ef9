import assert from "node:assert/strict";
import { createServer } from "node:net";

import { miniature } from "./miniature.ts";

const sentenceOf = async (code: string): Promise<string> => {
  using small = miniature({ "mine/notes.txt": "" });
  const { output } = await small.run(`
    import { readOptions } from "./scripts/lab/options.mjs";
    import { choosePort } from "./scripts/lab/port.mjs";
    try { console.log(JSON.stringify(await (${code}))); } catch (error) { console.log(error.constructor.name, error.message); }`);
  return output.replaceAll(small.folder, "").trim();
};

describe("lab/options", () => {
  it("readOptions() reads what npm start passes on", async () => {
    const read = await sentenceOf(
      `readOptions(["--no-browser", "--port", "8899", "--dir", "mine"], { from: process.cwd() })`,
    );
    assert.deepEqual(JSON.parse(read), { browser: false, port: 8899, folder: "/mine" });
  });

  it("readOptions() says what it expects", async () => {
    assert.equal(
      await sentenceOf(`readOptions(["--port", "many"])`),
      "SetupProblem --port expects a number from 1 to 65535, got many",
    );
    assert.equal(
      await sentenceOf(`readOptions(["--dir", "/nowhere"])`),
      "SetupProblem --dir expects a folder that exists, got /nowhere",
    );
    assert.match(
      await sentenceOf(`readOptions(["--prot", "1"])`),
      /^SetupProblem Unknown option '--prot'\nUsage: npm start/,
    );
  });

  it("choosePort() names the port that is in use, and finds a free one when none is asked for", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    assert.match(
      await sentenceOf(`choosePort(${port})`),
      new RegExp(`^SetupProblem Port ${port} is in use: .* --port$`),
    );
    server.close();
    assert.ok(Number(await sentenceOf("choosePort(undefined)")) >= 8888);
  });
});
