import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMask, encodeMask } from './class-mask.js';
import { classValues } from './class-values.js';
import { maskValues } from './mask-values.js';

it('gives each pixel the class of its value', () => {
  const image = {
    width: 3,
    height: 1,
    channels: 1,
    dtype: 'uint8',
    data: Uint8Array.of(255, 0, 128),
  } as const;
  expect(decodeMask(image, [0, 128, 255], 'a.png')).toEqual({
    width: 3,
    height: 1,
    classes: 3,
    data: Uint8Array.of(2, 0, 1),
  });
});

it('takes RGB copies of grey', () => {
  const data = Uint8Array.of(0, 0, 0, 255, 255, 255);
  const image = { width: 2, height: 1, channels: 3, dtype: 'uint8', data } as const;
  expect(decodeMask(image, [0, 255], 'a.png').data).toEqual(Uint8Array.of(0, 1));
});

it('names a value that is no class', () => {
  const image = { width: 2, height: 1, channels: 1, dtype: 'uint8', data: Uint8Array.of(0, 7) } as const;
  expect(() => decodeMask(image, [0, 255], 'a.png')).toThrow(/^a\.png holds the value 7, /);
});

it('saves two classes as 0 and 255, more as their indices', () => {
  const mask = { width: 2, height: 1, classes: 2, data: Uint8Array.of(0, 1) };
  expect([...encodeMask(mask).data]).toEqual([0, 255]);
  expect([...encodeMask({ ...mask, classes: 3 }).data]).toEqual([0, 1]);
});

it('reads back every mask that it saves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.array(fc.nat(7), { minLength: 1 }), (classes, numbers) => {
      const data = Uint8Array.from(numbers, (number) => number % classes);
      const mask = { width: data.length, height: 1, classes, data };
      const image = encodeMask(mask);
      expect(decodeMask(image, classValues([maskValues(image)], classes), 'a.png')).toEqual(mask);
    }),
  );
});
