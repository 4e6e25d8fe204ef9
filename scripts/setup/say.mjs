// What a person sees: one line a step, with the seconds it took; on a terminal the line shows what is going on meanwhile.

import { explain, SetupProblem } from "./problem.mjs";

const terminal = process.stderr.isTTY === true;

/** Prints one line. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Does one named step: `work` gets a function that shows what it is doing now. Says how long it took. */
export async function step(title, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const line = openLine(title, seconds);
  try {
    const result = await work(line.show);
    line.close(`${title}: done in ${seconds()} s`);
    return result;
  } catch (error) {
    line.close(`${title}: failed after ${seconds()} s`);
    throw error;
  }
}

/** On a terminal a line that is rewritten four times a second; elsewhere its first and last state, and a sign of life each 15 s. */
function openLine(title, seconds) {
  let detail = "";
  const draw = () => {
    const text = `${title}: ${seconds()} s ${detail}`;
    process.stderr.write(terminal ? `\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${text}\n`);
  };
  if (!terminal) say(`${title} ...`);
  const timer = setInterval(draw, terminal ? 250 : 15_000);
  return {
    show: (text) => {
      detail = text.replace(/\s+/g, " ").trim().slice(0, 100);
    },
    close: (text) => {
      clearInterval(timer);
      if (terminal) process.stderr.write("\r\u001b[2K");
      say(text);
    },
  };
}

/**
 * Runs a whole command: a SetupProblem is told as its sentence, and so is a full disk or a missing permission wherever it
 * shows; anything else is told with its stack, as it is our mistake.
 */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    say(sentenceOf(error));
    process.exitCode = 1;
  }
}

function sentenceOf(error) {
  if (error instanceof SetupProblem) return error.message;
  const isSystem = ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"].includes(error?.code);
  if (isSystem) return explain({ doing: `writing ${error.path ?? "a file"}`, output: String(error) }).message;
  return `This is a mistake in Sightlab's scripts: ${error?.stack ?? error}`;
}
