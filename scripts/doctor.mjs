// `npm run doctor`: the state of every part and what to do about each that is missing. Changes nothing, needs nothing.

import { parts } from "./doctor/parts.mjs";
import { main } from "./setup/say.mjs";

const marks = { good: "ok     ", note: "note   ", bad: "MISSING" };

await main(async () => {
  let missing = 0;
  for (const [name, examine] of parts) {
    const { state, text, advice } = await examined(examine);
    if (state === "bad") missing++;
    console.log(
      `${marks[state]}  ${name.padEnd(22)} ${text}${advice === undefined ? "" : `\n${" ".repeat(32)}-> ${advice}`}`,
    );
  }
  console.log(missing === 0 ? "Everything needed is here." : `${missing} missing: what to do is said beside each.`);
  return 0;
});

/** A part that cannot even be examined is a finding, not a crash. */
async function examined(examine) {
  try {
    return await examine();
  } catch (error) {
    return {
      state: "bad",
      text: `cannot be examined: ${String(error.message).split("\n")[0]}`,
      advice: "npm start repairs it",
    };
  }
}
