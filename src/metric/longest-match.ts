/**
 * A longest-match scanner: rules written as small regular expressions run together as one automaton whose states are
 * made when a text first needs them. Of the longest matches the earliest rule wins, as in lex (Lesk and Schmidt 1975).
 *
 * Patterns have the notation of `pattern.ts`; texts are UTF-16 code units.
 */

import { partition, type CharacterSet, type Partition } from "./character-set.ts";
import { parsePattern, type Expression } from "./pattern.ts";

/** What to match, and what must follow without being part of the match. */
export interface ScanRule {
  readonly pattern: string;
  readonly ahead?: string;
}

/** The rule that matched at a place, and where the match ends. */
export interface Match {
  readonly rule: number;
  readonly end: number;
}

/** Finds the longest match that starts at `start`; null where no rule matches. */
export type Scanner = (text: string, start: number) => Match | null;

/**
 * A scanner over the rules.
 *
 * @throws SyntaxError where a pattern is not of the notation.
 */
export function longestMatchScanner(
  rules: readonly ScanRule[],
  { sets = {} }: { readonly sets?: Readonly<Record<string, CharacterSet>> } = {},
): Scanner {
  const whole = automaton(
    rules.map(({ pattern, ahead }) => (ahead === undefined ? pattern : `(${pattern})(${ahead})`)),
    sets,
  );
  const lengths = rules.map(({ ahead }) => (ahead === undefined ? 0 : fixedLength(parsePattern(ahead, sets))));
  const halves: (Half | undefined)[] = [];
  return (text, start) => {
    const match = longest(whole, { text, start });
    const rule = match === null ? undefined : rules[match.rule];
    if (match === null || rule?.ahead === undefined) return match;
    const length = lengths[match.rule] ?? null;
    if (length !== null) return { rule: match.rule, end: match.end - length };
    const half = (halves[match.rule] ??= {
      pattern: automaton([rule.pattern], sets),
      ahead: automaton([rule.ahead], sets),
    });
    return { rule: match.rule, end: lastSplit(half, { text, start, end: match.end }) };
  };
}

/** The length of every text that the expression matches; null where they differ. */
function fixedLength(expression: Expression): number | null {
  switch (expression.kind) {
    case "set":
      return 1;
    case "sequence":
      return expression.parts
        .map(fixedLength)
        .reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
    case "choice": {
      const [first = null, ...others] = expression.parts.map(fixedLength);
      return others.every((length) => length === first) ? first : null;
    }
    case "repeat": {
      const length = fixedLength(expression.part);
      return length === null || expression.least !== expression.most ? null : length * expression.least;
    }
  }
}

interface Half {
  readonly pattern: Automaton;
  readonly ahead: Automaton;
}

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The last place where the pattern may end so that exactly the rest is what must follow. */
function lastSplit({ pattern, ahead }: Half, { text, start, end }: Span): number {
  const places: number[] = [];
  let state: State | null = pattern.first;
  for (let at = start; at < end && state !== null; at++) {
    state = pattern.next(state, text.charCodeAt(at));
    if (state !== null && state.rule >= 0) places.push(at + 1);
  }
  return places.reverse().find((place) => accepts(ahead, { text, start: place, end })) ?? end;
}

function accepts({ first, next }: Automaton, { text, start, end }: Span): boolean {
  let state: State | null = first;
  for (let at = start; at < end && state !== null; at++) state = next(state, text.charCodeAt(at));
  return state !== null && state.rule >= 0;
}

function longest({ first, next }: Automaton, { text, start }: Omit<Span, "end">): Match | null {
  let match: Match | null = null;
  let state = next(first, text.charCodeAt(start));
  for (let end = start + 1; state !== null; end++) {
    if (state.rule >= 0) match = { rule: state.rule, end };
    state = end < text.length ? next(state, text.charCodeAt(end)) : null;
  }
  return match;
}

/** A deterministic state: the places in the patterns where the scanner may stand. */
interface State {
  readonly places: readonly number[];
  /** The earliest rule whose pattern may end here; -1 for none. */
  readonly rule: number;
  /** By character class; undefined until first asked for. */
  readonly moves: (State | null | undefined)[];
}

interface Automaton {
  readonly first: State;
  readonly next: (state: State, unit: number) => State | null;
}

function automaton(patterns: readonly string[], sets: Readonly<Record<string, CharacterSet>>): Automaton {
  const graph = patternGraph(patterns, sets);
  const states = new Map<string, State>();
  const stateOf = (places: readonly number[]): State => {
    const closed = closure(graph, places);
    const key = closed.join();
    const known = states.get(key);
    if (known !== undefined) return known;
    const rules = closed.map((place) => graph.nodes[place]?.rule ?? -1).filter((rule) => rule >= 0);
    const made: State = { places: closed, rule: rules.length === 0 ? -1 : Math.min(...rules), moves: [] };
    states.set(key, made);
    return made;
  };
  const move = (state: State, character: number): State | null => {
    const reached: number[] = [];
    for (const place of state.places) {
      const node = graph.nodes[place];
      if (node?.on !== undefined && graph.partition.contains(node.on, character)) reached.push(...node.to);
    }
    return reached.length === 0 ? null : stateOf(reached);
  };
  const next = (state: State, unit: number): State | null => {
    const character = graph.partition.classes[unit] ?? 0;
    const known = state.moves[character];
    if (known !== undefined) return known;
    const made = move(state, character);
    state.moves[character] = made;
    return made;
  };
  return { first: stateOf(graph.starts), next };
}

/** A place in a pattern: an edge on a set of characters (its index), or free edges. */
interface Node {
  readonly on?: number;
  readonly to: number[];
  /** The rule whose pattern ends here. */
  rule?: number;
}

interface PatternGraph {
  readonly nodes: readonly Node[];
  readonly starts: readonly number[];
  readonly partition: Partition;
}

function closure({ nodes }: PatternGraph, places: readonly number[]): number[] {
  const seen = new Set<number>(places);
  for (const place of seen) {
    const node = nodes[place];
    if (node !== undefined && node.on === undefined) for (const target of node.to) seen.add(target);
  }
  return [...seen]
    .filter((place) => nodes[place]?.on !== undefined || nodes[place]?.rule !== undefined)
    .sort(ascending);
}

function ascending(a: number, b: number): number {
  return a - b;
}

function patternGraph(patterns: readonly string[], sets: Readonly<Record<string, CharacterSet>>): PatternGraph {
  const nodes: Node[] = [];
  const used: CharacterSet[] = [];
  const indices = new Map<CharacterSet, number>();
  const add = (node: Node): number => nodes.push(node) - 1;
  const useSet = (set: CharacterSet): number => {
    const index = indices.get(set) ?? used.push(set) - 1;
    indices.set(set, index);
    return index;
  };
  const starts = patterns.map((pattern, rule) => {
    const { start, end } = build(parsePattern(pattern, sets), { add, useSet, nodes });
    add({ to: [], rule });
    nodes[end]?.to.push(nodes.length - 1);
    return start;
  });
  return { nodes, starts, partition: partition(used) };
}

interface Builder {
  readonly nodes: readonly Node[];
  readonly add: (node: Node) => number;
  readonly useSet: (set: CharacterSet) => number;
}

interface Fragment {
  readonly start: number;
  readonly end: number;
}

/** Thompson's construction: every expression has one start and one end, joined by free edges. */
function build(expression: Expression, builder: Builder): Fragment {
  const { add, nodes, useSet } = builder;
  const start = add({ to: [] });
  switch (expression.kind) {
    case "set": {
      const end = add({ to: [] });
      nodes[start]?.to.push(add({ on: useSet(expression.set), to: [end] }));
      return { start, end };
    }
    case "sequence": {
      let end = start;
      for (const part of expression.parts) {
        const fragment = build(part, builder);
        nodes[end]?.to.push(fragment.start);
        end = fragment.end;
      }
      return { start, end };
    }
    case "choice": {
      const end = add({ to: [] });
      for (const part of expression.parts) {
        const fragment = build(part, builder);
        nodes[start]?.to.push(fragment.start);
        nodes[fragment.end]?.to.push(end);
      }
      return { start, end };
    }
    case "repeat":
      return buildRepeat(expression, { ...builder, start });
  }
}

function buildRepeat(
  { part, least, most }: Extract<Expression, { kind: "repeat" }>,
  { start, ...builder }: Builder & { readonly start: number },
): Fragment {
  const { add, nodes } = builder;
  const end = add({ to: [] });
  let at = start;
  for (let copy = 0; copy < (most === Infinity ? Math.max(least, 1) : most); copy++) {
    if (copy >= least) nodes[at]?.to.push(end);
    const fragment = build(part, builder);
    nodes[at]?.to.push(fragment.start);
    at = fragment.end;
    if (most === Infinity && copy + 1 >= least) nodes[at]?.to.push(fragment.start);
  }
  nodes[at]?.to.push(end);
  return { start, end };
}
