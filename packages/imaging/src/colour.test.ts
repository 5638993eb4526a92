import { expect, it } from 'vitest';
import { isGreyRgb, reduceGreyRgb, toGrey, toRgb } from './colour.js';

const grey = { width: 2, height: 1, channels: 1, dtype: 'uint16', data: Uint16Array.of(5, 900) } as const;
const greyAsRgb = { ...grey, channels: 3, data: Uint16Array.of(5, 5, 5, 900, 900, 900) } as const;
const coloured = { ...grey, channels: 3, data: Uint16Array.of(5, 5, 5, 900, 900, 901) } as const;

it('knows a grey image that is stored as RGB', () => {
  expect([grey, greyAsRgb, coloured].map(isGreyRgb)).toEqual([false, true, false]);
});

it('turns grey into RGB and back', () => {
  expect(toRgb(grey)).toEqual(greyAsRgb);
  expect(toGrey(greyAsRgb)).toEqual(grey);
});

it('leaves real colours alone', () => {
  expect(reduceGreyRgb(coloured)).toBe(coloured);
  expect(reduceGreyRgb(greyAsRgb)).toEqual(grey);
  expect(() => toGrey(coloured)).toThrow(RangeError);
});
