import assert from "node:assert/strict";

import { type Json, type KernelClient } from "./client.ts";
import { sharedKernel } from "./shared.ts";

describe("kernel: rich results", function () {
  this.timeout(30_000);
  let kernel: KernelClient;

  before(async () => {
    kernel = await sharedKernel();
  });

  const bundleOf = async (code: string): Promise<Json> => {
    const { published, error } = await kernel.run(code);
    assert.equal(error, undefined, error?.traceback);
    return published.find(({ type }) => type === "execute_result")?.content.data as Json;
  };

  it("an Arrow table shows its first rows as HTML, escaped, and says how many there are", async () => {
    const data = await bundleOf(
      `import { tableFromArrays } from "apache-arrow";
       tableFromArrays({ n: Float64Array.from({ length: 1000 }, (_, i) => i / 2), "<b>": Array.from({ length: 1000 }, () => "<i>&") })`,
    );
    const html = String(data["text/html"]);
    assert.ok(html.includes("<caption>1000 rows × 2 columns, the first 20</caption>"), html);
    assert.ok(html.includes("<th>n: Float64</th><th>&lt;b&gt;: "), html);
    assert.ok(html.includes("<tr><td>9.5</td><td>&lt;i&gt;&amp;</td></tr>"), html);
    assert.equal(html.match(/<tr>/g)?.length, 21);
    assert.match(String(data["text/plain"]), /^1000 rows × 2 columns.*\nn: Float64 {2}<b>: /);
  });

  it("a typed array shows its bounds, its mean and its first values", async () => {
    const data = await bundleOf("Float32Array.from({ length: 100 }, (_, i) => i)");
    const html = String(data["text/html"]);
    assert.ok(html.includes("Float32Array(100), 400 bytes"));
    assert.ok(html.includes("<td>0</td><td>49.5</td><td>99</td><td>0 1 2 3 4 5 6 7 8 9 10 11 …</td>"), html);
    assert.match(String(data["text/plain"]), /^Float32Array\(100\) \[/);
    assert.ok(String((await bundleOf("new Int8Array()"))["text/html"]).includes("<td>–</td>"));
  });

  it("a map and a set show their entries, escaped", async () => {
    const map = await bundleOf("new Map<string, unknown>([['<a>', { b: 1 }], ['c', 'd']])");
    assert.ok(String(map["text/html"]).includes("<tr><td>&lt;a&gt;</td><td>{ b: 1 }</td></tr>"));
    assert.equal(map["text/plain"], "Map(2) { '<a>' => { b: 1 }, 'c' => 'd' }");
    const set = await bundleOf("new Set(Array.from({ length: 60 }, (_, i) => i))");
    assert.ok(String(set["text/html"]).includes("Set(60), the first 50"));
  });

  it("an error that is a value shows the line it comes from, escaped", async () => {
    const data = await bundleOf("\nnew RangeError('<b>')");
    assert.match(String(data["text/plain"]), /RangeError: <b>\n {4}at Cell \[\d+\]:2:1/);
    assert.ok(String(data["text/html"]).startsWith("<pre>"));
    assert.ok(String(data["text/html"]).includes("RangeError: &lt;b&gt;"));
  });

  it("a plotly figure goes to plotly's renderer; an object that only has data does not", async () => {
    const figure = { data: [{ type: "bar", y: [1, 2] }], layout: { title: "t" } };
    const data = await bundleOf(`(${JSON.stringify(figure)})`);
    assert.deepEqual(data["application/vnd.plotly.v1+json"], figure);
    for (const other of ["{ data: [1], layout: {} }", "{ data: [], layout: {}, more: 1 }", "{ data: [] }"]) {
      assert.deepEqual(Object.keys(await bundleOf(`(${other})`)), ["text/plain"], other);
    }
  });

  for (const [type, bytes] of [
    ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]],
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0]],
    ["image/gif", [...Buffer.from("GIF89a")]],
    ["image/webp", [...Buffer.from("RIFF0000WEBPVP8 ")]],
  ] as const) {
    it(`bytes that begin like ${type} are shown as that image`, async () => {
      const base64 = Buffer.from(bytes).toString("base64");
      for (const code of [
        `Uint8Array.from(${JSON.stringify(bytes)})`,
        `Buffer.from(${JSON.stringify(bytes)})`,
        `Uint8Array.from(${JSON.stringify(bytes)}).buffer`,
      ]) {
        assert.equal((await bundleOf(code))[type], base64, code);
      }
    });
  }

  it("an element shows its markup, and so does a string that is one element", async () => {
    assert.equal((await bundleOf("({ outerHTML: '<p onclick=1>x</p>' })"))["text/html"], "<p onclick=1>x</p>");
    const svg = `<svg width="2"><rect width='1'/></svg>`;
    assert.equal((await bundleOf(JSON.stringify(svg)))["image/svg+xml"], svg);
    const data = await bundleOf(JSON.stringify('<div class="a"><b>bold</b> text<br/></div>'));
    assert.equal(data["text/html"], `<div class="a"><b>bold</b> text<br/></div>`);
    assert.equal(data["text/plain"], `'<div class="a"><b>bold</b> text<br/></div>'`);
  });

  it("a string that could run or load something is text only", async () => {
    for (const text of [
      "<script>alert(1)</script>",
      "<div onclick='x'>a</div>",
      "<p><img src=x onerror=alert(1)></p>",
      "<div style='position:fixed'>a</div>",
      "<a href='javascript:x'>a</a>",
      "<svg><foreignObject></foreignObject></svg>",
      "<svg/onload=alert(1)></svg>",
      "<div><!-- --><iframe></iframe></div>",
      "<b>bold</b> and more",
      "a < b",
    ]) {
      assert.deepEqual(Object.keys(await bundleOf(JSON.stringify(text))), ["text/plain"], text);
    }
  });

  it("a value whose fields throw is shown as text", async () => {
    const data = await bundleOf(
      "({ get schema(): never { throw new Error('shy') }, get data(): never { throw 1 }, layout: 1 })",
    );
    assert.match(String(data["text/plain"]), /schema: \[Getter\]/);
  });
});
