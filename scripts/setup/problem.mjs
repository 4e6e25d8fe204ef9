// What can go wrong in set-up, each as one sentence that says what to do.

/** A failure whose message is for the person at the keyboard: printed alone, without a stack trace. */
export class SetupProblem extends Error {}

const keptLines = 400;

/** Known causes, by what npm, pip, Python and the file system print; the first that matches is the one told. */
const causes = [
  {
    pattern: /ENOSPC|No space left on device|Errno 28|disk quota exceeded|EDQUOT/i,
    sentence: ({ doing }) =>
      `The disk is full while ${doing}: free about 2 GB where this folder lies and run the command again`,
  },
  {
    pattern:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|NewConnectionError|ConnectTimeoutError|Connection refused|Failed to establish a new connection|Temporary failure in name resolution|Could not connect|Network is unreachable/i,
    sentence: ({ doing }) =>
      `No network while ${doing}: connect to the internet (behind a proxy set HTTPS_PROXY) and run the command again; what is already here is kept`,
  },
  {
    pattern: /No matching distribution found for ([^\s]+)/,
    sentence: ({ doing, match }) =>
      `No ready-made ${match[1]} for this Python while ${doing}: set PYTHON to a Python 3.10 to 3.13 and run the command again`,
  },
  {
    pattern: /EACCES|EPERM|Permission denied|EROFS|Read-only file system/i,
    sentence: ({ doing }) =>
      `No permission while ${doing}: make this folder writable for you and run the command again`,
  },
];

/**
 * The sentence for a step that failed: `doing` completes "while ...", `output` is what its program printed,
 * `log` the file that holds all of it.
 */
export function explain({ doing, output, log }) {
  const lines = output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-keptLines)
    .map((line) => line.trim().slice(0, 300));
  for (const { pattern, sentence } of causes) {
    const match = pattern.exec(lines.join("\n"));
    if (match !== null) return new SetupProblem(sentence({ doing, match }));
  }
  const last = lines.at(-1) ?? "it printed nothing";
  return new SetupProblem(`A step failed while ${doing} (${last}): all it printed is in ${log}`);
}
