import type { Image } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { channelChoices, toPlanes } from './image-planes.js';

const rgb = (data: number[]): Image => ({
  width: 2,
  height: 1,
  channels: 3,
  dtype: 'uint8',
  data: new Uint8Array(data),
});

test('interleaved samples become planes', () => {
  expect([...toPlanes(rgb([1, 2, 3, 4, 5, 6]), 3).data]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('grey that is stored as RGB can be one channel or three', () => {
  const grey = rgb([7, 7, 7, 9, 9, 9]);
  expect(channelChoices(grey)).toEqual([1, 3]);
  expect([...toPlanes(grey, 1).data]).toEqual([7, 9]);
  expect(() => toPlanes(rgb([1, 2, 3, 4, 5, 6]), 1)).toThrow(RangeError);
});
