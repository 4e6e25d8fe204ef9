/** A graph as stable text, one line a value: what tests compare and people read. */

import type { Graph, Initializer, Node, Value } from "./graph.ts";
import { formatType } from "./graph.ts";

/** The text of a graph: inputs, initializers, nodes in order, outputs. Equal graphs give equal text. */
export function printGraph(graph: Graph): string {
  return [
    `graph(${graph.inputs.map(printValue).join(", ")})`,
    ...graph.initializers.map(printInitializer),
    ...graph.nodes.map(printNode),
    `return ${graph.outputs.map((value) => value.name).join(", ")}`,
    "",
  ].join("\n");
}

function printValue(value: Value): string {
  return `${value.name}: ${formatType(value)}`;
}

function printInitializer({ value, source }: Initializer): string {
  if (source.kind === "external") {
    return `  ${printValue(value)} = "${source.location}"[${source.offset}, ${source.length} bytes]`;
  }
  const { data } = source.tensor;
  const shown = [...data.slice(0, 8)].map((item) => String(item)).join(", ");
  return `  ${printValue(value)} = [${shown}${data.length > 8 ? ", ..." : ""}]`;
}

function printNode(node: Node): string {
  const attributes = Object.entries(node.attributes as Readonly<Record<string, unknown>>)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `, ${name}=${Array.isArray(value) ? `[${value.join(",")}]` : String(value)}`)
    .join("");
  return `  ${printValue(node.output)} = ${node.op}(${node.inputs.map((value) => value.name).join(", ")}${attributes})`;
}
