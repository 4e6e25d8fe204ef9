// Programs that set-up runs: their output goes to a log file, the last of it is kept for the error, and they end when we end.

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

import { logs, root } from "./paths.mjs";
import { explain } from "./problem.mjs";

const running = new Set();
const keptCharacters = 20_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const child of running) endGroup(child, "SIGTERM");
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a program to its end and resolves to { code, output } with the last 20,000 characters that it printed;
 * `log` names its log file, `onLine` hears each line; after a line that matches `giveUp` the program is ended.
 */
export function run(command, parameters, { log, env = process.env, cwd = root, onLine = () => {}, giveUp }) {
  mkdirSync(logs, { recursive: true });
  const file = createWriteStream(logFile(log));
  file.on("error", () => {}); // a full disk must not hide what the program itself says of it
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, parameters, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    running.add(child);
    const hear = (chunk) => {
      const text = String(chunk);
      output = (output + text).slice(-keptCharacters);
      file.write(text);
      if (giveUp?.test(text) === true) endGroup(child, "SIGKILL");
      text.split(/[\r\n]+/).forEach((line) => line.trim() !== "" && onLine(line));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const end = (code) => {
      running.delete(child);
      file.end();
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += String(error);
      end(-1);
    });
    child.on("close", (code) => end(code ?? -1));
  });
}

/** Runs a program that must succeed, else throws the sentence that explains its failure; `doing` completes "while ...". */
export async function runOrExplain(command, parameters, { doing, ...options }) {
  const { code, output } = await run(command, parameters, options);
  if (code !== 0) throw explain({ doing, output, log: logFile(options.log) });
  return output;
}

/** Runs a program on our own terminal and resolves to its exit code; after `limitMs` it is killed. */
export function runShown(command, parameters, { env = process.env, cwd = root, limitMs = undefined } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { cwd, env, stdio: ["ignore", "inherit", "inherit"], detached: true });
    running.add(child);
    const limit = limitMs === undefined ? undefined : setTimeout(() => endGroup(child, "SIGKILL"), limitMs);
    const end = (code) => {
      clearTimeout(limit);
      running.delete(child);
      resolve(code ?? 1);
    };
    child.on("error", () => end(127));
    child.on("close", end);
  });
}

/** Children lead process groups of their own, so that what they started ends with them. */
function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended, or never started
  }
}

/** The log file of a step. */
export function logFile(name) {
  return join(logs, `${name}.log`);
}
