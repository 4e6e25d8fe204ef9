import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { KernelClient } from "./client.ts";
import "./shared.ts";

describe("kernel: JSX in cells", function () {
  this.timeout(60_000);
  const kernels: KernelClient[] = [];

  /** A kernel in a folder of its own with these compiler options and files. */
  const start = async (compilerOptions: object, files: Readonly<Record<string, string>>): Promise<KernelClient> => {
    const folder = temporaryFolder("jsx");
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const kernel = await KernelClient.start({ cwd: folder, env: { JUPYTER_DATA_DIR: folder } });
    kernels.push(kernel);
    return kernel;
  };

  after(async () => {
    for (const kernel of kernels) await kernel.close();
  });

  it("goes through the runtime package that jsxImportSource names, in cells and in local files", async () => {
    const kernel = await start(
      { jsx: "preserve", jsxImportSource: "tiny" },
      {
        "node_modules/tiny/package.json": `{ "name": "tiny", "type": "module", "exports": { "./jsx-runtime": { "types": "./jsx-runtime.d.ts", "default": "./jsx-runtime.js" } } }`,
        "node_modules/tiny/jsx-runtime.js": `export const jsx = (type, props) => typeof type === "function" ? type(props) : { type, ...props }; export const jsxs = jsx; export const Fragment = "fragment";`,
        "node_modules/tiny/jsx-runtime.d.ts": `export declare const jsx: any, jsxs: any, Fragment: any; export declare namespace JSX { interface IntrinsicElements { p: { id?: string; children?: unknown } } }`,
        "part.tsx": `export function Part({ n }: { n: number }): any { return <p id="part">{n}</p>; }`,
      },
    );
    const made = await kernel.run(`const name = "x"; <p id={name}>{1 + 1}</p>`);
    assert.equal(made.result, "{ type: 'p', id: 'x', children: 2 }", made.error?.traceback);
    const part = await kernel.run(`import { Part } from "./part.tsx"; [<Part n={3} />, <><p>a</p><p>b</p></>]`);
    assert.match(
      part.result ?? part.error?.traceback ?? "",
      /^\[\n? *\{ type: 'p', id: 'part', children: 3 \},[^]*type: 'fragment'/,
    );
    const wrong = await kernel.run(`<p id={5} />`);
    assert.match(wrong.error?.evalue ?? "", /^TS2322/);
    assert.match(
      (await kernel.run(`\n<p>{(() => { throw new Error("here") })()}</p>`)).error?.traceback ?? "",
      /Cell \[\d+\]:2:/,
    );
    assert.equal((await kernel.request("is_complete_request", { code: "<p>" })).status, "incomplete");
    assert.equal((await kernel.request("is_complete_request", { code: "<p>a</p>" })).status, "complete");
    const code = "const made = <p>it's</p>; name";
    const request = { code, cursor_pos: code.length, detail_level: 0 };
    assert.match(JSON.stringify(await kernel.request("inspect_request", request)), /const name: \\"x\\"/);
  });

  it("calls the factory that jsxFactory names, from an earlier cell or an import", async () => {
    const kernel = await start(
      { jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" },
      {
        "h.ts": `export const h = (type: any, props: any, ...children: any[]): any => ["imported", type, props, ...children];`,
      },
    );
    const types = "declare global { namespace JSX { interface IntrinsicElements { [name: string]: unknown } } }";
    await kernel.run(
      `const h = (type: any, props: any, ...children: any[]): any => [type, props, ...children]; const Fragment = "all"; ${types}`,
    );
    const made = await kernel.run(`<a b="c">{1}<></></a>`);
    assert.equal(made.result, "[ 'a', { b: 'c' }, 1, [ 'all', null ] ]", made.error?.traceback);
    const imported = await kernel.run(`import { h } from "./h.ts"; <a />`);
    assert.equal(imported.result, "[ 'imported', 'a', null ]", imported.error?.traceback);
    assert.equal((await kernel.run("<a />")).result, "[ 'imported', 'a', null ]");
  });
});
