/** Element types of tensors, their sizes, and f16 / bf16 conversion. */

/** Element types; names as in safetensors, in lower case. */
export type Dtype = "f64" | "f32" | "f16" | "bf16" | "i64" | "i32" | "u8" | "bool";

/** Bytes an element takes. */
export const dtypeBytes: Readonly<Record<Dtype, number>> = {
  f64: 8,
  f32: 4,
  f16: 2,
  bf16: 2,
  i64: 8,
  i32: 4,
  u8: 1,
  bool: 1,
};

/** The typed array that holds elements of a dtype on the host; f16 and bf16 are kept as their 16 bits. */
export interface HostArray {
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly f16: Uint16Array;
  readonly bf16: Uint16Array;
  readonly i64: BigInt64Array;
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
  readonly bool: Uint8Array;
}

const bits = new DataView(new ArrayBuffer(4));

/** The f32 value of 16 bfloat16 bits; exact. */
export function bf16ToF32(half: number): number {
  bits.setUint32(0, half << 16);
  return bits.getFloat32(0);
}

/** The bfloat16 bits nearest to an f32 value, ties to even; NaN stays NaN. */
export function f32ToBf16(value: number): number {
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The f32 value of 16 IEEE half-precision bits; exact. */
export function f16ToF32(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The IEEE half-precision bits nearest to a value, ties to even; overflow becomes infinity, NaN stays NaN. */
export function f32ToF16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const unit = 2 ** (exponent - 10);
  const steps = roundTiesToEven(size / unit);
  return sign | (size < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
