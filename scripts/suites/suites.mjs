// The test suites, from fast to slow. A test file belongs to the suite of its folder, and to `rooms` if there is none.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { root } from "../setup/paths.mjs";

/** Longest a suite may take, in minutes: one that does not end by itself is ended and counts as failed. */
const suites = [
  { name: "rooms", minutes: 15 },
  { name: "kernel", minutes: 15 },
  { name: "setup", minutes: 10 },
  { name: "notebook", minutes: 15 },
  { name: "browser", minutes: 15, needsChromium: true },
];
const slowSuites = [{ name: "slow", minutes: 45 }];

/** The suites to run with their files; `only` names some of them. */
export function chooseSuites({ slow, only }) {
  const own = [...suites, ...slowSuites].map(({ name }) => name).filter((name) => name !== "rooms");
  const files = readdirSync(join(root, "test"), { recursive: true })
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
  const roomOf = (file) => own.find((name) => file.startsWith(`${name}/`)) ?? "rooms";
  return (slow ? slowSuites : suites)
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .map((suite) => ({
      ...suite,
      files: files.filter((file) => roomOf(file) === suite.name).map((file) => `test/${file}`),
    }))
    .filter((suite) => suite.files.length > 0);
}

/** The Chromium that browser tests drive: the variable CHROMIUM, else the usual places; undefined where there is none. */
export function findChromium(env = process.env) {
  const places = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  return [env.CHROMIUM, ...places].find((place) => place !== undefined && place !== "" && existsSync(place));
}
