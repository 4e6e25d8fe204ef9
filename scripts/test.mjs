// `npm test`: sets up whatever is missing, runs the suites and closes with one line over all of them.
// `npm test -- rooms kernel` runs some of them; `npm run test:slow` runs the kills and the soak.

import { setUp } from "./setup/all.mjs";
import { main, say } from "./setup/say.mjs";
import { runSuite } from "./suites/run-suite.mjs";
import { chooseSuites } from "./suites/suites.mjs";

await main(async () => {
  const parameters = process.argv.slice(2);
  const slow = parameters.includes("--slow");
  await setUp({ tests: true });
  const total = { passed: 0, failed: 0, skipped: [] };
  for (const suite of chooseSuites({ slow, only: parameters.filter((parameter) => !parameter.startsWith("--")) })) {
    const started = performance.now();
    console.log(`Suite ${suite.name}`);
    const { passed, failed, skipped } = await runSuite(suite);
    console.log(`Suite ${suite.name} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
  }
  return close(total);
});

/** Says what was skipped, prints the closing line and returns the exit code; in CI a skip is a failure. */
function close({ passed, failed, skipped }) {
  for (const title of skipped) say(`Skipped: ${title}`);
  const isFailure = failed > 0 || (skipped.length > 0 && Boolean(process.env.CI));
  if (isFailure && failed === 0) say("In CI a skip is a failure.");
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return isFailure || passed === 0 ? 1 : 0;
}
