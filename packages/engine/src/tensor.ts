/** Element types that graphs use. */
export type DType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** Sizes of the axes; `[]` is a scalar. */
export type Shape = readonly number[];

interface Storage {
  float32: Float32Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** Numbers with a shape, row-major. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: Storage[D];
}

/** What is known of a tensor before its numbers are. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Number of elements of a shape: 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** A float32 tensor from numbers; without data it is zero everywhere. A Float32Array is taken as it is, not copied. */
export function float32(shape: Shape, data?: ArrayLike<number>): Tensor<'float32'> {
  if (data === undefined) return { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)) };
  return {
    dtype: 'float32',
    shape,
    data: checked(shape, data instanceof Float32Array ? data : new Float32Array(data)),
  };
}

/** An int32 tensor from numbers. */
export function int32(shape: Shape, data: ArrayLike<number>): Tensor<'int32'> {
  return { dtype: 'int32', shape, data: checked(shape, new Int32Array(data)) };
}

/** An int64 tensor from numbers. */
export function int64(shape: Shape, data: readonly number[]): Tensor<'int64'> {
  return { dtype: 'int64', shape, data: checked(shape, BigInt64Array.from(data, BigInt)) };
}

function checked<T extends { readonly length: number }>(shape: Shape, data: T): T {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(
      `A tensor of shape [${shape.join(', ')}] holds ${sizeOf(shape)} numbers, not ${data.length}.`,
    );
  }
  return data;
}
