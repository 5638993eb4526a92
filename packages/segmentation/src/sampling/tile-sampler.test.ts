import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassMask } from './planes.js';
import type { RandomSource } from './random-source.js';
import { tileSampler } from './tile-sampler.js';

function mask(width: number, ...values: number[]): ClassMask {
  return { width, height: values.length / width, classes: 256, data: Uint8Array.from(values) };
}

/** Numbers that go round a circle: over many draws every value turns up equally often. */
function fromList(...numbers: number[]): RandomSource {
  let i = 0;
  return { next: () => numbers[i++ % numbers.length] as number };
}

describe('tileSampler', () => {
  it('can draw each pixel of a class, each by an equal part of the numbers', () => {
    const masks = fc
      .integer({ min: 1, max: 9 })
      .chain((width) =>
        fc
          .array(fc.array(fc.nat(2), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 9 })
          .map((rows) => mask(width, ...rows.flat())),
      );
    fc.assert(
      fc.property(masks, (one) => {
        const sampler = tileSampler([one]);
        const present = [...new Set(one.data)].sort();
        present.forEach((value, k) => {
          const pixels = [...one.data.keys()].filter((i) => one.data[i] === value);
          const drawn = pixels.map((_, i) => {
            const centre = sampler.draw(fromList(0, (k + 0.5) / present.length, (i + 0.5) / pixels.length));
            return centre.row * one.width + centre.column;
          });
          expect(drawn).toEqual(pixels);
        });
      }),
    );
  });

  it('draws the images with equal chance and only classes that they hold', () => {
    const sampler = tileSampler([mask(2, 0, 0), mask(2, 0, 7)]);
    expect(sampler.draw(fromList(0.49, 0.99, 0.99))).toEqual({ image: 0, row: 0, column: 1 });
    expect(sampler.draw(fromList(0.5, 0.49, 0.99))).toEqual({ image: 1, row: 0, column: 0 });
    expect(sampler.draw(fromList(0.99, 0.5, 0))).toEqual({ image: 1, row: 0, column: 1 });
  });

  it('draws no ignored pixel, unless there is no other', () => {
    const some = tileSampler([{ ...mask(2, 255, 1), classes: 2 }]);
    expect(some.draw(fromList(0, 0.99, 0.99)).column).toBe(1);
    expect(some.draw(fromList(0, 0, 0)).column).toBe(1);
    expect(tileSampler([{ ...mask(1, 255), classes: 2 }]).draw(fromList(0)).column).toBe(0);
  });

  it('refuses an empty collection', () => {
    expect(() => tileSampler([])).toThrow(/no mask/);
    expect(() => tileSampler([mask(1)])).toThrow(/no pixels/);
  });
});
