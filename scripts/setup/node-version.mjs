// Which Node.js is new enough. Written in old syntax: an old Node must be able to read it.

const wanted = [20, 19, 0];

/** A sentence that says what to do when Node `version` (like "18.20.4") is too old; undefined when it is new enough. */
export function nodeProblem(version) {
  const found = version.split(".").map(Number);
  for (let part = 0; part < wanted.length; part++) {
    if (found[part] > wanted[part]) return undefined;
    if (found[part] < wanted[part]) {
      return (
        "Sightlab needs Node.js " +
        wanted.slice(0, 2).join(".") +
        " or newer and this is " +
        version +
        ": install a newer one from nodejs.org (or with nvm: nvm install 22) and run the command again"
      );
    }
  }
  return undefined;
}
