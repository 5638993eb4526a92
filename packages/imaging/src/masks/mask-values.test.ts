import { expect, it } from 'vitest';
import { MaskValueError } from '../errors.js';
import { maskValues } from './mask-values.js';

const shape = { width: 2, height: 2, channels: 1 } as const;

it('lists the values in order', () => {
  expect(maskValues({ ...shape, dtype: 'uint8', data: Uint8Array.of(255, 0, 128, 0) })).toEqual([
    0, 128, 255,
  ]);
  expect(maskValues({ ...shape, dtype: 'float32', data: Float32Array.of(2, 0, 2, 1) })).toEqual([0, 1, 2]);
});

it('takes RGB copies of grey', () => {
  const data = Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255);
  expect(maskValues({ ...shape, channels: 3, dtype: 'uint8', data })).toEqual([0, 255]);
});

it('stops soon after 256 values', () => {
  const data = Uint16Array.from({ length: 5000 }, (_, i) => i);
  expect(maskValues({ width: 5000, height: 1, channels: 1, dtype: 'uint16', data }).length).toBe(257);
});

it('refuses colours and fractions with the name of the file', () => {
  const colours = { ...shape, channels: 3, dtype: 'uint8', data: new Uint8Array(12).fill(9, 11) } as const;
  expect(() => maskValues(colours, 'a.png')).toThrow(/^a\.png has colours; save it as a grey image/);
  const fractions = { ...shape, dtype: 'float32', data: Float32Array.of(0, 0.5, 1, 1) } as const;
  expect(() => maskValues(fractions, 'b.tif')).toThrow(MaskValueError);
});
