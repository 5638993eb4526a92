import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { heatmap } from './heatmap.js';

const { viridis } = JSON.parse(readFileSync(new URL('../../fixtures/oracles.json', import.meta.url), 'utf8'));

it("has matplotlib's viridis colours, within 4 of 255", () => {
  const { data } = heatmap(
    viridis.map((_: unknown, i: number) => i * 15),
    viridis.length,
    1,
    { min: 0, max: 255 },
  );
  viridis.flat().forEach((wanted: number, i: number) => {
    expect(Math.abs((data[i] ?? -99) - wanted)).toBeLessThanOrEqual(4);
  });
});

it('gives the ends their colours beyond the range, and black to not-a-number', () => {
  const { data } = heatmap([-5, 0, 1, 9, Number.NaN], 5, 1, { min: 0, max: 1 });
  expect(data.slice(0, 3)).toEqual(data.slice(3, 6));
  expect(data.slice(6, 9)).toEqual(data.slice(9, 12));
  expect([...data.slice(12)]).toEqual([0, 0, 0]);
});

it('draws a range without width', () => {
  expect(heatmap([2, 2], 2, 1, { min: 2, max: 2 }).data.length).toBe(6);
});
