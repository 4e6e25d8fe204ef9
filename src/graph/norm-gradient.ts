/** Gradients of LayerNormalization and RMSNormalization. */

import { reduce } from "./axes.ts";
import { multiplySizes } from "./dimension.ts";
import { div, given, mul, number, type Step, sumTo } from "./gradient-terms.ts";
import type { Value } from "./graph.ts";

/** With c = x - mean(x), r = 1 / sqrt(mean(c^2) + epsilon), n = c r, s = dy w: dx = r (s - mean(s) - n mean(s n)). */
export function layerNormGradient({ g, dy, node, inputs }: Step<"LayerNormalization">): readonly (() => Value)[] {
  const [x, w, b] = [given(inputs[0]), given(inputs[1]), given(inputs[2])];
  const first = x.shape.length - w.shape.length;
  const mean = (value: Value): Value =>
    reduce(
      g,
      "ReduceMean",
      value,
      w.shape.map((_, i) => first + i),
    );
  const centred = g.op("Sub", [x, mean(x)]);
  const variance = mean(mul(g, centred, centred));
  const root = g.op("Sqrt", [g.op("Add", [variance, number(g, x, node.attributes.epsilon)])]); // 1 / r
  const normal = div(g, centred, root);
  return [
    () => {
      const scaled = mul(g, dy, w);
      const along = mul(g, normal, mean(mul(g, scaled, normal)));
      return div(g, g.op("Sub", [g.op("Sub", [scaled, mean(scaled)]), along]), root);
    },
    () => sumTo(g, mul(g, dy, normal), w),
    () => sumTo(g, dy, b),
  ];
}

/**
 * With r = 1 / sqrt(mean(x^2) + epsilon) and t = dy x: dw = sum r t, dx = r dy w - x r^3 (t w) / d, for rows of d numbers. Both
 * sums over t are products with a vector.
 */
export function rmsNormGradient({ g, dy, node, inputs }: Step<"RMSNormalization">): readonly (() => Value)[] {
  const [x, w] = [given(inputs[0]), given(inputs[1])];
  const rows = multiplySizes(x.shape.slice(0, x.shape.length - w.shape.length));
  const width = multiplySizes(w.shape);
  const [xs, dys] = [g.reshape(x, [rows, width]), g.reshape(dy, [rows, width])];
  const size = g.op("Cast", [g.size(width)], { to: x.dtype });
  const mean = div(g, reduce(g, "ReduceSumSquare", xs, [1]), size);
  const square = g.op("Add", [mean, number(g, x, node.attributes.epsilon)]); // 1 / r^2
  const root = g.op("Sqrt", [square]);
  const inverse = div(g, number(g, x, 1), root); // [rows, 1]
  const products = mul(g, dys, xs);
  return [
    () => {
      const along = g.op("Gemm", [products, g.reshape(w, [width, 1])]);
      const share = div(g, along, mul(g, mul(g, square, root), size));
      const scaled = mul(g, mul(g, dys, g.reshape(w, [1, width])), inverse);
      return g.reshape(g.op("Sub", [scaled, mul(g, xs, share)]), x.shape);
    },
    () => g.reshape(g.op("Gemm", [g.reshape(inverse, [1, rows]), products]), w.shape),
  ];
}
