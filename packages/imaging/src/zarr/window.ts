import type { SampleArray } from '../image.js';
import type { Chunk, PictureArray } from './array.js';
import type { Axis } from './multiscales.js';
import { kindOf, type StoredArray, toSamples } from './stored.js';

/** A window of an array, with every place along the other axes. */
export interface ArrayWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly channels: readonly number[];
  readonly slice: number;
  readonly frame: number;
}

/** Chunks that are unpacked at the same time take about this much memory. */
const MEMORY = 2 ** 26;
const MOST_AT_ONCE = 8;

/** Reads a window, [height, width, channels], touching only the chunks that hold a part of it. */
export async function readWindow(
  array: PictureArray,
  axes: readonly Axis[],
  window: ArrayWindow,
): Promise<SampleArray> {
  const { width, height, channels } = window;
  const target = kindOf(array.type).make(width * height * channels.length);
  const pending = parts(array, axes, window);
  const chunkBytes = array.chunks.reduce((product, size) => product * size, kindOf(array.type).bytes);
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(MEMORY / chunkBytes)));
  const work = async () => {
    for (let part = pending.pop(); part; part = pending.pop()) {
      copyPart(await array.chunk(part.place), part, target, window, axes);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return toSamples(target, array.file);
}

/** What one chunk gives to the window. */
interface Part {
  /** Of the chunk in the grid. */
  readonly place: readonly number[];
  /** Places in the chunk of the slice and frame. */
  readonly within: Readonly<Record<'t' | 'z', number>>;
  /** Place in the chunk of the first sample, and in the window. */
  readonly x: Span;
  readonly y: Span;
  /** Places of channels in the chunk and in the window. */
  readonly channels: readonly { readonly from: number; readonly to: number }[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

function parts(array: PictureArray, axes: readonly Axis[], window: ArrayWindow): Part[] {
  const chunkSize = (axis: Axis) => array.chunks[axes.indexOf(axis)] ?? 1;
  const columns = spans(window.x, window.width, chunkSize('x'));
  const rows = spans(window.y, window.height, chunkSize('y'));
  const [sizeT, sizeZ, sizeC] = [chunkSize('t'), chunkSize('z'), chunkSize('c')];
  const groups = new Map<number, { from: number; to: number }[]>();
  window.channels.forEach((channel, to) => {
    const at = Math.floor(channel / sizeC);
    groups.set(at, [...(groups.get(at) ?? []), { from: channel % sizeC, to }]);
  });
  const within = { t: window.frame % sizeT, z: window.slice % sizeZ };
  return [...groups].flatMap(([c, channels]) =>
    rows.flatMap((y) =>
      columns.map((x) => {
        const grid: Readonly<Record<Axis, number>> = {
          t: Math.floor(window.frame / sizeT),
          c,
          z: Math.floor(window.slice / sizeZ),
          y: y.chunk,
          x: x.chunk,
        };
        return { place: axes.map((axis) => grid[axis]), within, x, y, channels };
      }),
    ),
  );
}

/** The chunks along one axis that hold some of `length` places from `start`. */
function spans(start: number, length: number, size: number): readonly (Span & { readonly chunk: number })[] {
  const first = Math.floor(start / size);
  const last = Math.floor((start + length - 1) / size);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const chunk = first + i;
    const from = Math.max(start, chunk * size);
    const end = Math.min(start + length, (chunk + 1) * size);
    return { chunk, from: from - chunk * size, to: from - start, length: end - from };
  });
}

function copyPart(
  { data, stride }: Chunk,
  { within, x, y, channels }: Part,
  target: StoredArray,
  window: ArrayWindow,
  axes: readonly Axis[],
): void {
  const step = (axis: Axis) => stride[axes.indexOf(axis)] ?? 0;
  const targetStep = window.channels.length;
  for (const channel of channels) {
    const base = within.t * step('t') + within.z * step('z') + channel.from * step('c') + x.from * step('x');
    for (let row = 0; row < y.length; row++) {
      const run = {
        from: base + (y.from + row) * step('y'),
        step: step('x'),
        to: ((y.to + row) * window.width + x.to) * targetStep + channel.to,
        targetStep,
        length: x.length,
      };
      // The samples of a chunk and of the window are of one type.
      if (isWide(data)) {
        if (isWide(target)) copyRun(data, target, run);
      } else if (!isWide(target)) copyRun(data, target, run);
    }
  }
}

function isWide(array: StoredArray): array is BigInt64Array | BigUint64Array {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}

interface Cells<T> {
  [at: number]: T;
  set(cells: ArrayLike<T>, at: number): void;
  subarray(start: number, end: number): ArrayLike<T>;
}

interface Run {
  readonly from: number;
  readonly step: number;
  readonly to: number;
  readonly targetStep: number;
  readonly length: number;
}

function copyRun<T>(source: Cells<T>, target: Cells<T>, { from, step, to, targetStep, length }: Run): void {
  if (step === 1 && targetStep === 1) {
    target.set(source.subarray(from, from + length), to);
    return;
  }
  for (let i = 0; i < length; i++) {
    const value = source[from + i * step];
    if (value !== undefined) target[to + i * targetStep] = value;
  }
}
