/**
 * Weights of convolutions in the layout of the blocked kernels: [O/b][I/b][kH][kW][b in][b out] for the block size b.
 *
 * A training session keeps them so from step to step, with what the optimiser remembers of each: the optimiser treats
 * every element alike, and only gradients have to be turned. Names and shapes stay those of the plain weights.
 */
import type { Graph, Variable } from '../graph/graph.js';
import { type Shape, sizeOf } from '../tensor.js';

/** Whether a weight, [O, I, kH, kW], fills whole blocks. */
export function isPackable([filters = 0, channels = 0, ...kernel]: Shape, b: number | null): boolean {
  return b !== null && kernel.length === 2 && filters % b === 0 && channels % b === 0;
}

/**
 * The weights that are kept packed, and the optimiser's state of each, which is named after the weight and ends with
 * its name.
 */
export function packedVariables(graph: Graph, b: number | null): ReadonlySet<Variable> {
  const weights = graph.variables.filter(
    ({ kind, value }) => kind === 'parameter' && isPackable(value.shape, b),
  );
  const names = new Set(weights.map(({ name }) => name));
  const ofWeight = ({ name, value }: Variable): boolean =>
    isPackable(value.shape, b) && endings(name).some((ending) => names.has(ending));
  return new Set([...weights, ...graph.variables.filter((variable) => ofWeight(variable))]);
}

/** `optimizer.first.a.b` has the endings `first.a.b`, `a.b` and `b`. */
function endings(name: string): string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(index).join('.'));
}

/** Copies a plain weight into a packed one. */
export function pack(plain: Float32Array, packed: Float32Array, shape: Shape, b: number): void {
  const taps = sizeOf(shape.slice(2));
  eachKernel(shape, b, (from, to) => {
    for (let tap = 0; tap < taps; tap++) packed[to + tap * b * b] = plain[from + tap] ?? 0;
  });
}

/** A plain copy of a packed weight. */
export function unpacked(packed: Float32Array, shape: Shape, b: number): Float32Array<ArrayBuffer> {
  const plain = new Float32Array(packed.length);
  const taps = sizeOf(shape.slice(2));
  eachKernel(shape, b, (to, from) => {
    for (let tap = 0; tap < taps; tap++) plain[to + tap] = packed[from + tap * b * b] ?? 0;
  });
  return plain;
}

/** Where the first tap of each filter and channel lies in both layouts. */
function eachKernel(
  [filters = 0, channels = 0, ...kernel]: Shape,
  b: number,
  visit: (plain: number, packed: number) => void,
): void {
  const taps = sizeOf(kernel);
  for (let filter = 0; filter < filters; filter++) {
    const block = (filter - (filter % b)) * channels * taps + (filter % b);
    for (let channel = 0; channel < channels; channel++) {
      const packed = block + (channel - (channel % b)) * taps * b + (channel % b) * b;
      visit((filter * channels + channel) * taps, packed);
    }
  }
}
