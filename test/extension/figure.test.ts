import assert from "node:assert/strict";
import { onPage, parseFigure } from "../../extension/src/figure.ts";

describe("parseFigure()", () => {
  it("reads a figure, with or without a layout", () => {
    const trace = { type: "bar", y: [1, 2] };
    assert.deepEqual(parseFigure({ data: [trace] }), { data: [trace], layout: {}, config: {} });
    assert.deepEqual(parseFigure({ data: [], layout: { title: "t" }, config: { staticPlot: true }, frames: [] }), {
      data: [],
      layout: { title: "t" },
      config: { staticPlot: true },
    });
  });

  for (const [payload, message] of [
    [[], `"payload": expected an object, got []`],
    [{ layout: {} }, `"data": expected a list, got undefined`],
    [{ data: [1] }, `"data": expected an object, got 1`],
    [{ data: [], layout: "wide" }, `"layout": expected an object, got "wide"`],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)}`, () => {
      assert.throws(
        () => parseFigure(payload),
        (error: Error) => error instanceof TypeError && error.message.includes(message),
      );
    });
  }
});

describe("onPage()", () => {
  const page = { text: "#111", lines: "#eee" };

  it("takes the page's colours where the figure names none", () => {
    const layout = onPage({ xaxis: { title: { text: "step" } }, yaxis2: { gridcolor: "red" } }, page);
    assert.deepEqual(layout.font, { color: "#111" });
    assert.deepEqual(layout.xaxis, {
      gridcolor: "#eee",
      zerolinecolor: "#eee",
      linecolor: "#eee",
      title: { text: "step" },
    });
    assert.equal((layout.yaxis2 as { gridcolor: string }).gridcolor, "red");
    assert.equal(layout.height, 360);
  });

  it("leaves what the figure says", () => {
    const { paper_bgcolor, height, font } = onPage(
      { paper_bgcolor: "white", height: 100, font: { color: "blue", size: 9 } },
      page,
    );
    assert.deepEqual(
      { paper_bgcolor, height, font },
      {
        paper_bgcolor: "white",
        height: 100,
        font: { color: "blue", size: 9 },
      },
    );
  });
});
