import { expect, test } from 'vitest';
import { valueOn } from './layer-value.ts';

test('a place of the image is found in a layer, also in one that is a smaller copy', () => {
  const layer = { width: 2, height: 2, data: Uint8Array.of(1, 2, 3, 4) };
  const places = [
    { x: 1.9, y: 0.2 },
    { x: 7.9, y: 0 },
    { x: 0, y: 5 },
    { x: 8, y: 3 },
    { x: 3, y: -0.1 },
  ];
  expect(places.map((at) => valueOn(layer, at))).toEqual([2, 0, 0, 0, 0]);
  const over = { ...layer, over: { width: 8, height: 8 } };
  expect(places.map((at) => valueOn(over, at))).toEqual([1, 2, 3, 0, 0]);
});
