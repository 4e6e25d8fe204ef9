// The options of `npm start`.

import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { SetupProblem } from "../setup/problem.mjs";

const usage = `Usage: npm start [-- options]
  --no-browser     serve without opening a browser
  --port NUMBER    listen on this port (else the first free one from 8888)
  --dir FOLDER     work in a folder of yours (else in working copies of the notebooks)
  --help           print this`;

/** Reads the command line: { browser, port, folder, help }; throws a sentence when an option is not one of ours. */
export function readOptions(parameters, { from = process.env.INIT_CWD ?? process.cwd() } = {}) {
  const { values } = parse(parameters);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new SetupProblem(`--port expects a number from 1 to 65535, got ${values.port}`);
  }
  const folder = values.dir === undefined ? undefined : resolve(from, values.dir);
  if (folder !== undefined && !(existsSync(folder) && statSync(folder).isDirectory())) {
    throw new SetupProblem(`--dir expects a folder that exists, got ${folder}`);
  }
  return { browser: values["no-browser"] !== true, port, folder, help: values.help === true ? usage : undefined };
}

function parse(args) {
  const options = {
    "no-browser": { type: "boolean" },
    port: { type: "string" },
    dir: { type: "string" },
    help: { type: "boolean" },
  };
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new SetupProblem(`${error.message.split(". ")[0]}\n${usage}`);
  }
}
