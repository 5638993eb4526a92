/**
 * What experts drew object by object, so that those that touch stay apart: each pixel has the number of its object, from
 * 1 to 65,535, plus 65,536 times its class. Numbers lie in a TIFF of 16 bits. The classes lie where all drawings have
 * them, with lines one pixel wide between objects that touch, so that experts are merged and networks trained as ever.
 */
import { type ClassMask, connectedComponents } from '@deepflash/imaging';
import { UsageError } from '../errors.js';

export interface NumberedObjects {
  readonly width: number;
  readonly height: number;
  /** `number + CLASS * class`; 0 is background. */
  readonly data: Uint32Array;
}

/** What a class adds to a number. */
export const CLASS = 2 ** 16;

/** Regions of a class that hang together, also over corners, as objects. */
export function numberRegions({ width, height, classes, data }: ClassMask): NumberedObjects {
  const values = new Uint32Array(data.length);
  let last = 0;
  for (let index = 1; index < classes; index++) {
    const found = connectedComponents(
      { width, height, data: data.map((value) => Number(value === index)) },
      8,
    );
    for (let i = 0; i < values.length; i++) {
      const number = found.data[i] as number;
      // There are no more numbers than fit the file: beyond them objects share the last one.
      if (number > 0) values[i] = Math.min(last + number, CLASS - 1) + CLASS * index;
    }
    last += found.count;
  }
  return { width, height, data: values };
}

/** Numbers with the class that most of an object has in a mask, in which lines may keep objects apart; else the first. */
export function withClasses(numbers: Uint32Array, { width, height, data }: ClassMask): NumberedObjects {
  const votes = new Map<number, number[]>();
  for (let i = 0; i < numbers.length; i++) {
    const [number, index] = [numbers[i] as number, data[i] as number];
    if (number === 0 || index === 0) continue;
    const counts = votes.get(number) ?? [];
    votes.set(number, counts);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const classOf = new Map(
    [...votes].map(([number, counts]) => [
      number,
      counts.reduce((best, count, index) => (count > (counts[best] ?? 0) ? index : best), 1),
    ]),
  );
  return {
    ...{ width, height },
    data: numbers.map((number) => (number === 0 ? 0 : number + CLASS * (classOf.get(number) ?? 1))),
  };
}

/** Numbers anew from 1, in their order, where they are too large for the file. */
export function fromOne(numbers: Uint32Array): Uint32Array {
  if (numbers.every((number) => number < CLASS)) return numbers;
  const known = [...new Set(numbers)].filter((number) => number > 0).sort((a, b) => a - b);
  if (known.length >= CLASS)
    throw new UsageError(`More than ${CLASS - 1} objects in an image cannot be numbered.`);
  const anew = new Map(known.map((number, index) => [number, index + 1]));
  return numbers.map((number) => anew.get(number) ?? 0);
}

/** As a stroke carries them. */
export function bytesOf({ data }: NumberedObjects): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * The class of each pixel. Of objects of a class that touch, also over corners, the one with the greater number gives way
 * by a pixel, so that none hang together.
 */
export function classesApart({ width, height, data }: NumberedObjects): Uint8Array {
  const values = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)];
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x] as number;
      if (value === 0) continue;
      const index = Math.floor(value / CLASS);
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      let isFree = true;
      for (let row = top; isFree && row <= bottom; row++) {
        for (let i = row * width + left; i <= row * width + right; i++) {
          const other = data[i] as number;
          if (other < value && other >= index * CLASS && other !== 0) isFree = false;
        }
      }
      if (isFree) values[y * width + x] = index;
    }
  }
  return values;
}
