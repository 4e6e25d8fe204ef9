// Finds the port that JupyterLab will listen on, before it starts, so that a taken one is told in a sentence.

import { createServer } from "node:net";

import { SetupProblem } from "../setup/problem.mjs";

const firstPort = 8888;
const tries = 50;

/** The port asked for if it is free, else the first free one from 8888; throws a sentence when there is none. */
export async function choosePort(asked) {
  if (asked !== undefined) {
    if (await isFree(asked)) return asked;
    throw new SetupProblem(`Port ${asked} is in use: end the program that uses it, or choose another with --port`);
  }
  for (let port = firstPort; port < firstPort + tries; port++) {
    if (await isFree(port)) return port;
  }
  throw new SetupProblem(
    `Ports ${firstPort} to ${firstPort + tries - 1} are all in use: choose a free one with --port`,
  );
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
