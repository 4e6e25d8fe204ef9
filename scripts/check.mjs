// `npm run check`: format, lint, types, docs' examples, notebooks, tests; the same on every machine and in CI.

import { checkDocsExamples } from "./checks/docs-examples.mjs";
import { notebookProblems } from "./checks/notebooks.mjs";
import { setUp } from "./setup/all.mjs";
import { runShown } from "./setup/child.mjs";
import { packageCommand } from "./setup/paths.mjs";
import { main, say } from "./setup/say.mjs";

const node = (command, ...parameters) => runShown(process.execPath, [packageCommand(command), ...parameters]);

/** Each step resolves to 0 when all is well. The tests come last, so that their closing line is the last line. */
const steps = [
  ["format", () => node("prettier", "--check", "--log-level", "warn", ".")],
  ["lint", () => node("eslint", ".", "--max-warnings", "0")],
  ["types", async () => (await node("tsc", "-b")) || (await node("tsc", "-p", "test", "--noEmit"))],
  ["docs' examples", checkDocsExamples],
  ["notebooks", checkNotebooks],
  ["tests", () => runShown(process.execPath, ["scripts/test.mjs"])],
];

await main(async () => {
  await setUp({ tests: true });
  const failed = [];
  for (const [name, work] of steps) {
    const started = performance.now();
    say(`Check ${name}`);
    const code = await work();
    if (code !== 0) failed.push(name);
    if (name !== "tests")
      say(
        `Check ${name}: ${code === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
  }
  if (failed.length > 0) say(`Failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
});

async function checkNotebooks() {
  const problems = notebookProblems();
  problems.forEach(say);
  return problems.length === 0 ? 0 : 1;
}
