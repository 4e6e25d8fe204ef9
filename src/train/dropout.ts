/**
 * Dropout of adapters' inputs by a seeded mask: the places that become zero are drawn on the host and given to the graph,
 * so that a step can be computed again, here or in another program.
 *
 * Source: Srivastava et al. 2014, in the form of torch.nn.Dropout (kept inputs are scaled; lora.ts does that).
 */

import { seededRandom } from "../base/random.ts";
import { type Tensor, tensor } from "../base/tensor.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { multiplySizes } from "../graph/dimension.ts";
import type { Value } from "../graph/graph.ts";

/** Sets the places of the input `dropped.<module>` i64[Z], counted in row-major order, of x f32[N,in] to zero. */
export function dropPlaces(graph: GraphBuilder, x: Value, module: string): Value {
  const places = graph.input(inputName(module), "i64", [`Z.${module}`]);
  const zero = graph.constant(tensor("f32", [1], new Float32Array(1)));
  const zeros = graph.expand(zero, places.shape);
  const flat = graph.reshape(x, [multiplySizes(x.shape)]);
  return graph.reshape(graph.op("ScatterElements", [flat, places, zeros], { axis: 0, reduction: "none" }), x.shape);
}

/** What is drawn for one pass. */
export interface DropoutDraw {
  /** Width of each module's input, in the order of drawing. */
  readonly widths: ReadonlyMap<string, number>;
  /** Rows of the inputs, N: sequences times their padded length. */
  readonly rows: number;
  /** Chance of each place to become zero, in (0, 1). */
  readonly fraction: number;
  readonly seed: number;
  /** Number of the pass, from 1; each has places of its own. */
  readonly pass: number;
}

/** The inputs `dropped.<module>` of one pass: the gaps between zeros are geometric, which needs a draw a zero only. */
export function dropInputs({ widths, rows, fraction, seed, pass }: DropoutDraw): Readonly<Record<string, Tensor>> {
  const { uniform } = seededRandom((seed + Math.imul(pass, 0x85ebca6b)) >>> 0);
  const log = Math.log(1 - fraction);
  const gap = (): number => Math.floor(Math.log(1 - uniform()) / log);
  const entries = [...widths].map(([module, width]) => {
    const places: bigint[] = [];
    for (let place = gap(); place < rows * width; place += 1 + gap()) places.push(BigInt(place));
    return [inputName(module), tensor("i64", [places.length], BigInt64Array.from(places))] as const;
  });
  return Object.fromEntries(entries);
}

function inputName(module: string): string {
  return `dropped.${module}`;
}
