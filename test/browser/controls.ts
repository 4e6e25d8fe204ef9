/** Every standard control: how a cell makes it, what a person does to it, and what the cell then sees. */

import { type Locator } from "playwright-core";

/** A control that a person moves. */
export interface MovedControl {
  readonly name: string;
  /** TypeScript that makes it; its attribute `watched` is observed. */
  readonly make: string;
  readonly watched?: string;
  /** TypeScript for what the cell prints of `change`, the new value's JSON where it is left out. */
  readonly print?: string;
  readonly act: (view: Locator) => Promise<unknown>;
  /** The new value as the cell prints it: JSON. */
  readonly seen: string;
}

/** A control that only shows: a change by a cell must show in the page. */
export interface ShownControl {
  readonly name: string;
  readonly make: string;
  /** TypeScript that changes it; its name is the variable. */
  readonly change: string;
  /** What of the drawn control is compared. */
  readonly read: (view: Locator) => Promise<string | null>;
  readonly before: string;
  readonly after: string;
}

const press =
  (part: string, ...keys: readonly string[]) =>
  async (view: Locator): Promise<void> => {
    const target = view.locator(part);
    await target.focus();
    for (const key of keys) await target.press(key);
  };

const click =
  (part: string) =>
  async (view: Locator): Promise<void> => {
    await view.locator(part).click();
  };

/** Types over what stands in a field, and leaves it. */
const type =
  (part: string, text: string) =>
  async (view: Locator): Promise<void> => {
    const field = view.locator(part);
    await field.fill(text);
    await field.press("Tab");
  };

/** Types a tag and leaves the field: JupyterLab keeps Enter for itself. */
const tag =
  (text: string) =>
  async (view: Locator): Promise<void> => {
    await view.locator(".jupyter-widget-tagsinput").click();
    const field = view.locator("input");
    await field.pressSequentially(text);
    await field.press("Tab");
  };

/** Drags the handle of a slider to the right end with the mouse. */
const dragToEnd = async (view: Locator): Promise<void> => {
  const mouse = view.page().mouse;
  const handle = view.locator(".noUi-handle");
  await handle.hover();
  const track = await view.locator(".noUi-base").boundingBox();
  await mouse.down();
  await mouse.move((track?.x ?? 0) + (track?.width ?? 0) + 20, (track?.y ?? 0) + 3, { steps: 5 });
  await mouse.up();
};

const options = `options: ["red", "green", "blue"]`;
const day = "new Date(Date.UTC(2026, 1, 3, 4, 5))";

/** The controls that a person moves, by mouse or keyboard. */
export const movedControls: readonly MovedControl[] = [
  { name: "IntSlider", make: "({ value: 3, max: 10 })", act: press(".noUi-handle", "ArrowRight"), seen: "4" },
  { name: "FloatSlider", make: "({ value: 1, max: 2.5 })", act: dragToEnd, seen: "2.5" },
  { name: "FloatLogSlider", make: "({ value: 10, min: 0, max: 3 })", act: dragToEnd, seen: "1000" },
  {
    name: "IntRangeSlider",
    make: "({ value: [2, 8], max: 10 })",
    act: press(".noUi-handle-upper", "ArrowLeft"),
    seen: "[2,7]",
  },
  {
    name: "FloatRangeSlider",
    make: "({ value: [0.5, 2], max: 2.5, step: 0.5 })",
    act: press(".noUi-handle-lower", "ArrowRight"),
    seen: "[1,2]",
  },
  {
    name: "Dropdown",
    make: `({ ${options} })`,
    act: (view) => view.locator("select").selectOption("blue"),
    seen: '"blue"',
  },
  { name: "Select", make: `({ ${options} })`, act: click("option:has-text('green')"), seen: '"green"' },
  {
    name: "SelectMultiple",
    make: `({ ${options}, value: ["red"] })`,
    act: async (view) => {
      await view.locator("option", { hasText: "blue" }).click({ modifiers: ["Control"] });
    },
    seen: '["red","blue"]',
  },
  { name: "SelectionSlider", make: `({ ${options} })`, act: press(".noUi-handle", "ArrowRight"), seen: '"green"' },
  {
    name: "SelectionRangeSlider",
    make: `({ ${options} })`,
    act: press(".noUi-handle-upper", "ArrowLeft"),
    seen: '["red","green"]',
  },
  { name: "RadioButtons", make: `({ ${options} })`, act: click("label:has-text('blue') input"), seen: '"blue"' },
  { name: "ToggleButtons", make: `({ ${options} })`, act: click("button:has-text('green')"), seen: '"green"' },
  { name: "Checkbox", make: `({ description: "agreed" })`, act: click("input"), seen: "true" },
  { name: "ToggleButton", make: `({ description: "press" })`, act: click("button"), seen: "true" },
  { name: "Button", make: `({ description: "press" })`, watched: "click", act: click("button"), seen: '"click"' },
  { name: "Text", make: "()", act: type("input", "Grüße"), seen: '"Grüße"' },
  { name: "Textarea", make: "()", act: type("textarea", "a\nb"), seen: '"a\\nb"' },
  { name: "Password", make: "()", act: type("input[type=password]", "secret"), seen: '"secret"' },
  { name: "IntText", make: "({ value: 7 })", act: type("input", "-12"), seen: "-12" },
  { name: "FloatText", make: "({ value: 7 })", act: type("input", "-1.25"), seen: "-1.25" },
  { name: "BoundedIntText", make: "({ value: 7, max: 10 })", act: type("input", "99"), seen: "10" },
  { name: "BoundedFloatText", make: "({ value: 7, max: 10 })", act: type("input", "0.5"), seen: "0.5" },
  { name: "Combobox", make: `({ ${options} })`, act: type("input", "gr"), seen: '"gr"' },
  { name: "DatePicker", make: "()", act: type("input", "2026-02-03"), seen: '"2026-02-03T00:00:00.000Z"' },
  {
    name: "TimePicker",
    make: "()",
    act: type("input", "04:05"),
    seen: '{"hours":4,"minutes":5,"seconds":0,"milliseconds":0}',
  },
  {
    name: "DatetimePicker",
    make: "()",
    act: type("input", "2026-02-03T04:05"),
    seen: JSON.stringify(new Date(2026, 1, 3, 4, 5)),
  },
  {
    name: "NaiveDatetimePicker",
    make: `({ value: ${day} })`,
    act: type("input", "2026-02-03T06:07"),
    seen: '"2026-02-03T06:07:00.000Z"',
  },
  { name: "ColorPicker", make: `({ value: "red" })`, act: type("input[type=text]", "#00ff00"), seen: '"#00ff00"' },
  {
    name: "FileUpload",
    make: "()",
    act: async (view) => {
      const chooser = view.page().waitForEvent("filechooser");
      await view.locator("button").click();
      await (
        await chooser
      ).setFiles({ name: "bytes.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 255, 7]) });
    },
    print: "change.new.map(({ name, content }) => `${name}: ${content}`)",
    seen: '["bytes.bin: 0,255,7"]',
  },
  { name: "TagsInput", make: `({ value: ["a"] })`, act: tag("b"), seen: '["a","b"]' },
  { name: "ColorsInput", make: `({ value: ["red"] })`, act: tag("blue"), seen: '["red","blue"]' },
  { name: "IntsInput", make: "({ value: [1] })", act: tag("2"), seen: "[1,2]" },
  { name: "FloatsInput", make: "({ value: [1.5] })", act: tag("2.5"), seen: "[1.5,2.5]" },
  {
    name: "Tab",
    make: `({ children: [widgets.Label({ value: "one" }), widgets.Label({ value: "two" })], titles: ["A", "B"] })`,
    watched: "selected_index",
    act: click(".lm-TabBar-tab:has-text('B')"),
    seen: "1",
  },
  {
    name: "Accordion",
    make: `({ children: [widgets.Label({ value: "one" }), widgets.Label({ value: "two" })], titles: ["A", "B"] })`,
    watched: "selected_index",
    act: click(".jupyter-widget-Collapse-header:has-text('B')"),
    seen: "1",
  },
  { name: "Play", make: "({ max: 3, interval: 10 })", act: click("button >> nth=0"), seen: "3" },
];

const text =
  (part: string) =>
  (view: Locator): Promise<string | null> =>
    view.locator(part).textContent();

const attribute =
  (part: string, name: string) =>
  (view: Locator): Promise<string | null> =>
    view.locator(part).getAttribute(name);

/** The first bytes of what an element plays or shows, as the browser holds them. */
const bytes =
  (part: string) =>
  (view: Locator): Promise<string | null> =>
    view.locator(part).evaluate(async (element) => {
      const response = await fetch((element as HTMLImageElement | HTMLMediaElement).src);
      return [...new Uint8Array(await response.arrayBuffer())].slice(0, 4).join(" ");
    });

const childTexts = (view: Locator): Promise<string | null> => view.innerText();
const children = `{ children: [widgets.Label({ value: "one" }), widgets.Label({ value: "two" })] }`;
const box = {
  make: `(${children})`,
  change: `children = [widgets.Label({ value: "three" })]`,
  read: childTexts,
  before: "one\ntwo",
  after: "three",
};

/** The controls that only show. */
export const shownControls: readonly ShownControl[] = [
  {
    name: "IntProgress",
    make: "({ value: 2, max: 8 })",
    change: "value = 6",
    read: (view) => view.locator(".progress-bar").evaluate((bar) => (bar as HTMLElement).style.width),
    before: "25%",
    after: "75%",
  },
  {
    name: "FloatProgress",
    make: "({ value: 0.5, max: 1 })",
    change: `bar_style = "danger"`,
    read: attribute(".progress-bar", "class"),
    before: "progress-bar",
    after: "progress-bar progress-bar-danger",
  },
  {
    name: "HTML",
    make: `({ value: "<i>before</i>" })`,
    change: `value = "<b>after</b>"`,
    read: (view) => view.locator(".widget-html-content").innerHTML(),
    before: "<i>before</i>",
    after: "<b>after</b>",
  },
  {
    name: "HTMLMath",
    make: `({ value: "$x$" })`,
    change: `value = "$y$"`,
    read: text("math"),
    before: "x",
    after: "y",
  },
  {
    name: "Label",
    make: `({ value: "before" })`,
    change: `value = "after <b>"`,
    read: text(".widget-label"),
    before: "before",
    after: "after <b>",
  },
  {
    name: "Valid",
    make: "({ value: true })",
    change: "value = false",
    read: attribute("i", "class"),
    before: "fa fa-fw fa-check",
    after: "fa fa-fw fa-times",
  },
  ...(["Image", "Audio", "Video"] as const).map((name) => ({
    name,
    make: "({ value: new Uint8Array([1, 2, 3]) })",
    change: "value = new Uint8Array([4, 5, 0, 255])",
    read: bytes(name === "Image" ? "img" : name.toLowerCase()),
    before: "1 2 3",
    after: "4 5 0 255",
  })),
  { name: "Box", ...box },
  { name: "HBox", ...box },
  { name: "VBox", ...box },
  { name: "GridBox", ...box },
  {
    name: "Stack",
    make: `({ children: [widgets.Label({ value: "one" }), widgets.Label({ value: "two" })], selected_index: 0 })`,
    change: "selected_index = 1",
    read: childTexts,
    before: "one",
    after: "two",
  },
  {
    name: "Output",
    make: `({ outputs: [{ output_type: "stream", name: "stdout", text: "before" }] })`,
    change: `outputs = [{ output_type: "stream", name: "stdout", text: "after" }]`,
    read: text(".jp-OutputArea-output pre"),
    before: "before",
    after: "after",
  },
];
