import { expect, it } from 'vitest';
import { halved } from './halve.js';

const image = {
  width: 3,
  height: 3,
  channels: 1,
  dtype: 'uint8',
  data: Uint8Array.of(0, 1, 10, 2, 4, 21, 255, 254, 7),
} as const;

it('takes the mean of the pixels that there are, rounded', () => {
  expect(halved(image, 'mean')).toEqual({
    ...{ width: 2, height: 2, channels: 1, dtype: 'uint8' },
    data: Uint8Array.of(2, 16, 255, 7),
  });
  const floats = { ...image, dtype: 'float32', data: Float32Array.from(image.data) } as const;
  expect([...halved(floats, 'mean').data]).toEqual([1.75, 15.5, 254.5, 7]);
});

it('takes one pixel of four where values are numbers of objects', () => {
  expect([...halved(image, 'nearest').data]).toEqual([0, 10, 255, 7]);
});

it('keeps channels apart', () => {
  const rgb = {
    width: 2,
    height: 1,
    channels: 3,
    dtype: 'uint16',
    data: Uint16Array.of(0, 5, 9, 10, 7, 9),
  } as const;
  expect([...halved(rgb, 'mean').data]).toEqual([5, 6, 9]);
});
