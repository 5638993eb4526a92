import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';

describe('createRandom', () => {
  it('gives the same numbers for the same key and others for every other key', () => {
    const first = (...key: (number | string)[]) => createRandom(...key).next();
    expect(first(1, 'a')).toBe(first(1, 'a'));
    expect(new Set([first(1, 'a'), first(1, 'b'), first(2, 'a'), first('1a'), first(1)]).size).toBe(5);
  });

  it('is uniform, and normal, to the third moment', () => {
    const random = createRandom('moments');
    const count = 200_000;
    const uniform = Array.from({ length: count }, () => random.next());
    const normal = Array.from({ length: count }, () => random.normal());
    const moment = (values: number[], power: number) =>
      values.reduce((sum, value) => sum + value ** power, 0) / count;
    expect(Math.min(...uniform.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform.slice(0, 50_000))).toBeLessThan(1);
    [1 / 2, 1 / 3, 1 / 4].forEach((expected, index) => {
      expect(moment(uniform, index + 1)).toBeCloseTo(expected, 2);
    });
    [0, 1, 0].forEach((expected, index) => {
      expect(Math.abs(moment(normal, index + 1) - expected)).toBeLessThan(0.03);
    });
  });
});
