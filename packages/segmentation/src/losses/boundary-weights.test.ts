import { connectedComponents } from '@deepflash/imaging';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundaryWeights } from './boundary-weights.js';

const parameters = { boundaryWeight: 10, boundaryWidth: 2 };

/** The formula by looking at every pixel of every object. */
function bySearch(data: Uint8Array, width: number, height: number, classes: number): number[] {
  const objects: number[][] = [];
  for (let c = 1; c < classes; c++) {
    const mask = data.map((value) => Number(value === c));
    const { count, data: numbers } = connectedComponents({ width, height, data: mask }, 4);
    for (let n = 1; n <= count; n++) objects.push([...numbers.keys()].filter((i) => numbers[i] === n));
  }
  const distance = (a: number, b: number): number =>
    Math.hypot((a % width) - (b % width), Math.floor(a / width) - Math.floor(b / width));
  return Array.from(data, (value, pixel) => {
    if (value !== 0) return 1;
    const distances = objects.map((object) => Math.min(...object.map((other) => distance(pixel, other))));
    const [d1 = Infinity, d2 = Infinity] = distances.sort((a, b) => a - b);
    const sum = d1 + d2;
    return sum > 4 * parameters.boundaryWidth
      ? 1
      : 1 + parameters.boundaryWeight * Math.exp(-(sum ** 2) / (2 * parameters.boundaryWidth ** 2));
  });
}

it('follows the formula for any mask', () => {
  const mask = fc.record({
    width: fc.integer({ min: 1, max: 16 }),
    density: fc.constantFrom(2, 5, 20),
    numbers: fc.array(fc.nat(99), { minLength: 16, maxLength: 256 }),
  });
  fc.assert(
    fc.property(mask, ({ width, density, numbers }) => {
      const height = Math.floor(numbers.length / width);
      const data = Uint8Array.from(numbers.slice(0, width * height), (n) => {
        if (n === 99) return 255;
        return n < density ? 1 + (n % 2) : 0;
      });
      const found = new Float32Array(data.length);
      boundaryWeights({ width, height, data }, 3, parameters, found);
      bySearch(data, width, height, 3).forEach((weight, pixel) => {
        expect(found[pixel]).toBeCloseTo(data[pixel] === 255 ? 1 : weight, 4);
      });
    }),
    { numRuns: 300, seed: 6 },
  );
});

it('weighs the line between two touching objects most', () => {
  const data = Uint8Array.of(1, 1, 0, 1, 1, 0, 0, 0, 0, 0);
  const found = new Float32Array(10);
  boundaryWeights({ width: 10, height: 1, data }, 2, parameters, found);
  expect(found[2]).toBeCloseTo(1 + 10 * Math.exp(-0.5), 5);
  expect(found[0]).toBe(1);
  expect(found[5]).toBeLessThan(found[2] ?? 0);
});
