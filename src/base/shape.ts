/** Shapes of tensors: runtime values, checked when a node or tensor is built. */

/** Sizes from the outermost axis; a string names a size that is only known at run time, such as "batch". */
export type Shape = readonly (number | string)[];

/** A shape whose sizes are all known. */
export type StaticShape = readonly number[];

/** True where every size is a number. */
export function isStatic(shape: Shape): shape is StaticShape {
  return shape.every((size) => typeof size === "number");
}

/**
 * Number of elements; 1 for a scalar (`[]`).
 *
 * @throws RangeError where a size is negative or not an integer.
 */
export function elementCount(shape: StaticShape): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(
        `Cannot count the elements of ${formatShape(shape)}: expected sizes >= 0, got ${String(size)}`,
      );
    }
    count *= size;
  }
  return count;
}

/** `[2,128,"T"]` as `[2,128,T]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** True where both shapes have the same axes, named sizes by name. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
