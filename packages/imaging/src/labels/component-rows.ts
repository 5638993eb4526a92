/**
 * Connected components of a mask of any height, row by row. A run of pixels of one class takes the provisional number of
 * the first run of that class above it that it touches, also at a corner, or a new one; touching runs of different numbers
 * are joined under the smaller. The numbers of two passes over the same rows agree, so that a second pass can write each
 * object with its final number, which is known only at the end of the first.
 */

/** Gives the pixels of the next row their provisional numbers; 0 is background. */
export type RowNumbering = (classes: Uint8Array, numbers: Uint32Array) => void;

/** @param onJoin told of two numbers that are of one object */
export function numberRows(
  width: number,
  onJoin: (a: number, b: number) => void = () => undefined,
): RowNumbering {
  let above = new Uint8Array(width);
  let numbersAbove = new Uint32Array(width);
  let count = 0;
  return (classes, numbers) => {
    for (let x = 0; x < width; ) {
      const own = classes[x] as number;
      let end = x + 1;
      while (end < width && classes[end] === own) end++;
      let number = 0;
      if (own !== 0) {
        const last = Math.min(width - 1, end);
        for (let u = Math.max(0, x - 1); u <= last; u++) {
          if (above[u] !== own) continue;
          const touched = numbersAbove[u] as number;
          if (number === 0) number = touched;
          else if (number !== touched) onJoin(number, touched);
        }
        if (number === 0) number = ++count;
      }
      numbers.fill(number, x, end);
      x = end;
    }
    above = classes.slice();
    numbersAbove = numbers.slice();
  };
}

/** What is known of an object whose pixels passed by. */
export interface PassedObject {
  readonly class: number;
  readonly area: number;
  readonly centroid: { readonly x: number; readonly y: number };
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Mean over its pixels of the values that came with the rows. */
  readonly mean: number;
}

export interface PassedComponents {
  /** Object number n at n - 1, in the order of their first pixels. */
  readonly objects: readonly PassedObject[];
  /** The object of each provisional number; 0 for what is left out. */
  readonly objectOf: Uint32Array;
}

/** The first pass: takes rows of classes, and of values to be averaged over each object. */
export function componentCounter(width: number) {
  const parent: number[] = [0];
  const sums: number[][] = SUMS.map(() => [0]);
  const numbers = new Uint32Array(width);
  const rootOf = (number: number): number => {
    let root = number;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = number; at !== root; ) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const number = numberRows(width, (a, b) => {
    const [rootA, rootB] = [rootOf(a), rootOf(b)];
    parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  });
  let y = 0;
  return {
    addRow(classes: Uint8Array, values: Float32Array): void {
      number(classes, numbers);
      for (let x = 0; x < width; x++) {
        const label = numbers[x] as number;
        if (label === 0) continue;
        if (label === parent.length) {
          parent.push(label);
          SUMS.forEach(({ start }, i) => {
            sums[i]?.push(start);
          });
        }
        const pixel = [classes[x] as number, 1, x, y, values[x] as number, x, x, y, y];
        SUMS.forEach(({ join }, i) => {
          const all = sums[i] as number[];
          all[label] = join(all[label] as number, pixel[i] as number);
        });
      }
      y++;
    },
    /** The objects that are kept. Objects come in the order of their first pixels. */
    result(keep: (object: PassedObject) => boolean = () => true): PassedComponents {
      for (let label = 1; label < parent.length; label++) {
        const root = rootOf(label);
        if (root === label) continue;
        SUMS.forEach(({ join }, i) => {
          const all = sums[i] as number[];
          all[root] = join(all[root] as number, all[label] as number);
        });
      }
      const objects: PassedObject[] = [];
      const objectOf = new Uint32Array(parent.length);
      for (let label = 1; label < parent.length; label++) {
        const root = rootOf(label);
        if (root === label) {
          const object = objectOfSums(sums.map((all) => all[label] as number));
          if (keep(object)) objectOf[label] = objects.push(object);
        } else objectOf[label] = objectOf[root] as number;
      }
      return { objects, objectOf };
    },
  };
}

const add = (a: number, b: number): number => a + b;

/** What is gathered of each number: class, area, sums of x, y and values, least and largest x and y. */
const SUMS = [
  { start: 0, join: Math.max },
  ...[0, 0, 0, 0].map((start) => ({ start, join: add })),
  { start: Number.POSITIVE_INFINITY, join: Math.min },
  { start: Number.NEGATIVE_INFINITY, join: Math.max },
  { start: Number.POSITIVE_INFINITY, join: Math.min },
  { start: Number.NEGATIVE_INFINITY, join: Math.max },
];

function objectOfSums(sums: readonly number[]): PassedObject {
  const [own = 0, area = 0, x = 0, y = 0, values = 0, left = 0, right = 0, top = 0, bottom = 0] = sums;
  return {
    class: own,
    area,
    centroid: { x: x / area, y: y / area },
    box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
    mean: values / area,
  };
}
