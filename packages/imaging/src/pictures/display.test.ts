import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toDisplay } from './display.js';

const { percentiles } = JSON.parse(
  readFileSync(new URL('../../fixtures/oracles.json', import.meta.url), 'utf8'),
);

function row(...values: number[]) {
  return {
    width: values.length,
    height: 1,
    channels: 1,
    dtype: 'float32',
    data: Float32Array.from(values),
  } as const;
}

it("stretches between numpy's percentiles", () => {
  const { data } = toDisplay(row(...percentiles.values));
  const span = percentiles['high99.8'] - percentiles.low1;
  percentiles.values.forEach((value: number, i: number) => {
    const wanted = Math.min(255, Math.max(0, (255 * (value - percentiles.low1)) / span));
    expect(Math.abs((data[i] ?? -1) - wanted)).toBeLessThanOrEqual(0.51);
  });
});

it('shows a constant image as black', () => {
  expect(toDisplay(row(7, 7, 7))).toEqual({
    width: 3,
    height: 1,
    channels: 1,
    dtype: 'uint8',
    data: new Uint8Array(3),
  });
});

it('shows a few bright pixels on nothing', () => {
  const values = new Array<number>(2000).fill(0);
  values[5] = 3;
  expect(toDisplay(row(...values)).data[5]).toBe(255);
});

it('is not disturbed by not-a-number and infinity', () => {
  const options = { lowPercentile: 0, highPercentile: 100 };
  expect([...toDisplay(row(0, Number.NaN, 1, Number.POSITIVE_INFINITY), options).data]).toEqual([
    0, 0, 255, 255,
  ]);
});

it('keeps RGB and shows the mean of other channels', () => {
  const options = { lowPercentile: 0, highPercentile: 100 };
  const data = Uint16Array.of(0, 102, 255, 255, 102, 0);
  const rgb = { width: 2, height: 1, channels: 3, dtype: 'uint16', data } as const;
  expect([...toDisplay(rgb, options).data]).toEqual([0, 102, 255, 255, 102, 0]);
  const two = { ...rgb, width: 3, channels: 2 } as const;
  expect([...toDisplay(two, options).data]).toEqual([0, 255, 0]);
});
