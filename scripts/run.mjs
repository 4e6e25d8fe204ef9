// The door of every command (`node scripts/run.mjs start`): says in a sentence when Node is too old, then runs the command.
// Only this file and node-version.mjs must parse on an old Node, so the rest is imported after the check.

import { nodeProblem } from "./setup/node-version.mjs";

const commands = ["start", "test", "check", "doctor", "build", "goldens", "cuda"];
const command = process.argv[2];
const problem = nodeProblem(process.versions.node);

if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
} else if (commands.indexOf(command) === -1) {
  console.error("Usage: node scripts/run.mjs " + commands.join("|"));
  process.exitCode = 1;
} else {
  process.argv.splice(2, 1);
  import("./" + command + ".mjs");
}
