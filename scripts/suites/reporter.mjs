// Mocha's reporter here: a line for each described thing, failures in full, and the counts in a file for the closing line.

import { writeFileSync } from "node:fs";

import Mocha from "mocha";

const { EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

export default class Reporter extends Mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: [] };
    let here = { passed: 0, since: performance.now() };
    runner.on(EVENT_TEST_PASS, () => {
      counts.passed++;
      here.passed++;
    });
    runner.on(EVENT_TEST_FAIL, (test) => {
      counts.failed++;
      console.log(`  FAILED ${test.fullTitle()}`);
    });
    runner.on(EVENT_TEST_PENDING, (test) => {
      counts.skipped.push(test.fullTitle());
      console.log(`  skipped ${test.fullTitle()}`);
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root !== true) return;
      console.log(`  ${suite.title}: ${here.passed} passed (${Math.round(performance.now() - here.since)} ms)`);
      here = { passed: 0, since: performance.now() };
    });
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
      writeFileSync(process.env.SIGHTLAB_TEST_COUNTS, JSON.stringify(counts));
    });
  }
}
