/** Builds a graph node by node; every node's shape is inferred, and checked, when it is added. */

import type { Dtype } from "../base/dtype.ts";
import { isStatic, type Shape } from "../base/shape.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import { type Size, splitSize } from "./dimension.ts";
import type { ExternalBytes, Graph, Initializer, Node, NodeOf, Value } from "./graph.ts";
import type { NoAttributes, Op, OpAttributes } from "./op.ts";
import { inferType } from "./shape-inference.ts";

/** What a node may be told besides inputs and attributes. */
export interface NodeOptions {
  /** Name within the scope; by default the op's, numbered. */
  readonly name?: string;
  /** The output's shape, for ops where it depends on values. */
  readonly shape?: Shape;
  /** An input of the node that its whole gradient is given to, instead of by the op's rule. */
  readonly gradientTo?: Value;
}

/** A graph in the making. */
export interface GraphBuilder {
  /** A value that each run is given; its named sizes become known to `reshape`. */
  readonly input: (name: string, dtype: Dtype, shape: Shape) => Value;
  /** A tensor that stays in a file. */
  readonly weight: (name: string, type: Pick<Value, "dtype" | "shape">, place: ExternalBytes) => Value;
  /** A tensor kept in the graph; equal constants of at most 64 elements are kept once. */
  readonly constant: (value: Tensor) => Value;
  /** One more node; returns its output. */
  readonly op: <K extends Op>(
    op: K,
    inputs: readonly Value[],
    ...rest: NoAttributes extends OpAttributes[K]
      ? [attributes?: OpAttributes[K], options?: NodeOptions]
      : [attributes: OpAttributes[K], options?: NodeOptions]
  ) => Value;
  /** The same elements under another shape; named sizes are read from the graph's inputs when it runs. */
  readonly reshape: (x: Value, shape: Shape) => Value;
  /** The input broadcast to a shape; named sizes are read as in `reshape`. */
  readonly expand: (x: Value, shape: Shape) => Value;
  /** The nodes so far, in an order in which they can run. */
  readonly nodes: () => readonly Node[];
  /** The node that computes a value; undefined for inputs, weights and constants. */
  readonly nodeOf: (value: Value) => Node | undefined;
  /** A named size, or a product or sum of named sizes, as an i64 tensor of one element, read when the graph runs. */
  readonly size: (size: Size) => Value;
  /** The same builder, with `name.` before the names of new nodes. */
  readonly scope: (name: string) => GraphBuilder;
  /** The graph that computes these outputs, under these names; nodes that they do not need are left out. */
  readonly build: (outputs: Readonly<Record<string, Value>>) => Graph;
}

interface State {
  readonly inputs: Value[];
  readonly initializers: Initializer[];
  readonly nodes: Node[];
  readonly producers: Map<Value, Node>;
  readonly names: Set<string>;
  readonly counts: Map<string, number>;
  readonly constants: Map<string, Value>;
  readonly sizes: Map<string, { readonly value: Value; readonly axis: number }>;
  readonly computed: Map<string, Value>;
}

/** An empty graph. */
export function graphBuilder(): GraphBuilder {
  return scoped("", {
    inputs: [],
    initializers: [],
    nodes: [],
    producers: new Map(),
    names: new Set(),
    counts: new Map(),
    constants: new Map(),
    sizes: new Map(),
    computed: new Map(),
  });
}

function scoped(prefix: string, state: State): GraphBuilder {
  const add: AddNode = (op, inputs, attributes, options) => {
    const name = takeName(state, options.name === undefined ? null : prefix + options.name, prefix + op);
    const output = { name, ...pick(inferType({ op, name, inputs, attributes, declared: options.shape })) };
    const { gradientTo } = options;
    const node: NodeOf<typeof op> = { op, name, inputs, attributes, output, ...(gradientTo && { gradientTo }) };
    state.nodes.push(node as Node); // one op at a time, so its attributes are that op's
    state.producers.set(output, node as Node);
    return output;
  };
  return {
    input: (name, dtype, shape) => addInput(state, { name: takeName(state, name, name), dtype, shape }),
    weight: (name, type, place) => {
      const value = { name: takeName(state, name, name), dtype: type.dtype, shape: type.shape };
      state.initializers.push({ value, source: { kind: "external", ...place } });
      return value;
    },
    constant: (value) => constant(state, value),
    op: (op, inputs, ...[attributes, options = {}]) =>
      add(op, inputs, attributes ?? ({} as OpAttributes[typeof op]), options), // left out only where none is required
    reshape: (x, shape) => add("Reshape", [x, shapeTensor(state, add, shape)], { allowzero: true }, { shape }),
    expand: (x, shape) => add("Expand", [x, sizesTensor(state, add, shape)], {}, { shape }),
    nodes: () => [...state.nodes],
    nodeOf: (value) => state.producers.get(value),
    size: (size) => sizeTensor(state, add, size),
    scope: (name) => scoped(`${prefix}${name}.`, state),
    build: (outputs) => finish(state, add, outputs),
  };
}

type AddNode = <K extends Op>(
  op: K,
  inputs: readonly Value[],
  attributes: OpAttributes[K],
  options: NodeOptions,
) => Value;

function pick({ dtype, shape }: Pick<Value, "dtype" | "shape">): Pick<Value, "dtype" | "shape"> {
  return { dtype, shape };
}

function addInput(state: State, value: Value): Value {
  state.inputs.push(value);
  value.shape.forEach((size, axis) => {
    if (typeof size === "string" && !state.sizes.has(size)) state.sizes.set(size, { value, axis });
  });
  return value;
}

/** A name nobody has: the wanted one, or `base_1`, `base_2`, ... */
function takeName(state: State, wanted: string | null, base: string): string {
  let name = wanted ?? base;
  if (wanted === null || state.names.has(name)) {
    if (wanted !== null) throw new TypeError(`Cannot add "${wanted}": expected a name that is not taken yet`);
    const count = (state.counts.get(base) ?? 0) + 1;
    state.counts.set(base, count);
    name = `${base}_${count}`;
  }
  state.names.add(name);
  return name;
}

function constant(state: State, value: Tensor): Value {
  const key = value.data.length > 64 ? null : `${value.dtype}|${value.shape.join()}|${value.data.join()}`;
  const known = key === null ? undefined : state.constants.get(key);
  if (known !== undefined) return known;
  const made = { name: takeName(state, null, "constant"), dtype: value.dtype, shape: value.shape };
  state.initializers.push({ value: made, source: { kind: "inline", tensor: value } });
  if (key !== null) state.constants.set(key, made);
  return made;
}

/** The second input of Reshape: constant where at most one size is named, else put together at run time. */
function shapeTensor(state: State, add: AddNode, shape: Shape): Value {
  const named = shape.filter((size) => typeof size === "string");
  return named.length === 1
    ? integers(
        state,
        shape.map((size) => (typeof size === "string" ? -1 : size)),
      )
    : sizesTensor(state, add, shape);
}

/** A shape as an i64 tensor: constant where all sizes are numbers, else put together at run time. */
function sizesTensor(state: State, add: AddNode, shape: Shape): Value {
  if (isStatic(shape)) return integers(state, shape);
  return remember(state, `shape ${shape.join()}`, () => {
    const parts = shape.map((size) => sizeTensor(state, add, size));
    return add("Concat", parts, { axis: 0 }, {});
  });
}

function integers(state: State, values: readonly number[]): Value {
  return constant(state, tensor("i64", [values.length], BigInt64Array.from(values, BigInt)));
}

/** One size as an i64 tensor of one element. */
function sizeTensor(state: State, add: AddNode, size: Size): Value {
  if (typeof size === "number") return integers(state, [size]);
  return remember(state, `size ${size}`, () => {
    const source = state.sizes.get(size);
    if (source !== undefined) return add("Shape", [source.value], { start: source.axis, end: source.axis + 1 }, {});
    const { op, parts } = splitSize(size);
    const [head, ...tail] = parts;
    if (head === undefined || tail.length === 0) {
      throw new TypeError(`Cannot compute the size "${size}": expected a size that an input of the graph has`);
    }
    const [first, ...rest] = [sizeTensor(state, add, head), ...tail.map((part) => sizeTensor(state, add, part))];
    return rest.reduce((total, part) => add(op, [total, part], {}, {}), first);
  });
}

function remember(state: State, key: string, make: () => Value): Value {
  const known = state.computed.get(key);
  if (known !== undefined) return known;
  const made = make();
  state.computed.set(key, made);
  return made;
}

/** Keeps what the outputs need and renames them; a value that cannot be renamed passes through Identity. */
function finish(state: State, add: AddNode, outputs: Readonly<Record<string, Value>>): Graph {
  const produced = new Set(state.nodes.map((node) => node.output));
  const renamed = new Map<Value, Value>();
  const results = Object.entries(outputs).map(([name, value]) => {
    const source = produced.has(value) && !renamed.has(value) ? value : add("Identity", [value], {}, {});
    if (name !== source.name && state.names.has(name)) {
      throw new TypeError(`Cannot name the output "${name}": expected a name that is not taken yet`);
    }
    const result = { ...source, name };
    renamed.set(source, result);
    return result;
  });
  const needed = new Set<Value>(renamed.keys());
  const kept: Node[] = [];
  for (const node of state.nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  const final = (value: Value): Value => renamed.get(value) ?? value;
  return {
    inputs: state.inputs,
    initializers: state.initializers.filter(({ value }) => needed.has(value)),
    nodes: kept.toReversed().map((node) => ({ ...node, inputs: node.inputs.map(final), output: final(node.output) })),
    outputs: results,
  };
}
