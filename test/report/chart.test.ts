import assert from "node:assert/strict";

import { report } from "../../src/report/report.ts";

describe("report/chart", () => {
  it("curve() draws a line through its values, from left to right, higher values higher", () => {
    const { html, text } = report.curve({ title: "Loss", unit: "nats", values: [4, 2, NaN, 1], total: 5 });
    const points =
      /points="([^"]*)"/
        .exec(html)?.[1]
        ?.split(" ")
        .map((point) => point.split(",").map(Number)) ?? [];
    assert.equal(points.length, 3);
    assert.ok(points.every(([x = 0], i) => i === 0 || x > (points[i - 1]?.[0] ?? Infinity)));
    assert.ok(points.every(([, y = 0], i) => i === 0 || y > (points[i - 1]?.[1] ?? Infinity)));
    assert.deepEqual([points[0]?.[0], points[0]?.[1], points[2]?.[1]], [52, 28, 206]);
    assert.equal(text, "Loss: 4 values, from 4 to 1 (nats)");
    assert.match(report.curve({ title: "Loss", unit: "nats", values: [], total: 9 }).text, /no values yet/);
    assert.throws(() => report.curve({ title: "", unit: "", values: [1, 2], total: 1 }), {
      name: "RangeError",
      message: "Cannot draw a curve: expected a total of at least 2, got 1",
    });
  });

  it("heatMap() colours each cell by its value and escapes its labels", () => {
    const rows = ["<b>", " a"];
    const { html, text } = report.heatMap({
      title: "A & B",
      axes: ["token", "seen"],
      rows,
      columns: rows,
      values: [1, 0, 0.25, 0.75],
    });
    const opacities = [...html.matchAll(/fill-opacity="([^"]*)"/g)].map(([, value]) => Number(value));
    assert.deepEqual(opacities, [1, 0, 0.25, 0.75]);
    assert.ok(html.includes("A &amp; B") && html.includes("&lt;b&gt;") && !html.includes("<b>"));
    assert.ok(html.includes("␣a ← &lt;b&gt;: 0.250"));
    assert.deepEqual(text.split("\n"), ["A & B", "<b>          1.00 0.00", "␣a           0.25 0.75"]);
    assert.throws(() => report.heatMap({ title: "", axes: ["", ""], rows, columns: rows, values: [1] }), {
      name: "RangeError",
      message: "Cannot draw a heat map: expected 2 x 2 values, got 1",
    });
  });
});
