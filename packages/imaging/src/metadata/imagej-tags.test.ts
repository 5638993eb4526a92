import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseImageJ } from './imagej.js';
import { imageJChannels, parseImageJTag50839 } from './imagej-tags.js';

interface Expected {
  readonly byteCounts: readonly number[];
  readonly data: string;
  readonly labels: readonly string[];
  readonly colours: readonly (readonly [number, number, number])[];
  readonly ranges: readonly number[];
  readonly info: string;
}

const fixtures: Readonly<Record<'little' | 'big', Expected>> = JSON.parse(
  readFileSync(new URL('../../fixtures/metadata/imagej-tags.json', import.meta.url), 'utf8'),
);
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

it.each(['little', 'big'] as const)('reads what tifffile reads, %s-endian', (order) => {
  const expected = fixtures[order];
  const tags = parseImageJTag50839(expected.byteCounts, bytesOf(expected.data), order === 'little');
  expect(tags?.labels).toEqual(expected.labels);
  expect(tags?.colours).toEqual(expected.colours);
  expect(tags?.ranges.flatMap(({ min, max }) => [min, max])).toEqual(expected.ranges);
  expect(tags?.info).toBe(expected.info);
});

it('names and colours channels', () => {
  const { byteCounts, data } = fixtures.little;
  const tags = parseImageJTag50839(byteCounts, bytesOf(data), true);
  const composite = parseImageJ('ImageJ=1.53k\nimages=2\nchannels=2\nmode=composite\n');
  expect(composite && imageJChannels(composite, tags)).toEqual([
    { name: 'DAPI', colour: [0, 255, 127] },
    { name: 'Zellkörper µ', colour: [255, 0, 0] },
  ]);
  expect(composite && imageJChannels(composite, undefined)).toEqual([
    { name: null, colour: [255, 0, 0] },
    { name: null, colour: [0, 255, 0] },
  ]);
  const stack = parseImageJ('ImageJ=1.53k\nimages=2\nslices=2\n');
  expect(stack && imageJChannels(stack, tags)).toEqual([{ name: null, colour: null }]);
});

it('has no answer for damaged tags, and never fails', () => {
  const { byteCounts, data } = fixtures.big;
  const bytes = bytesOf(data);
  expect(parseImageJTag50839(byteCounts, bytes.subarray(0, 200), false)).toBeUndefined();
  expect(parseImageJTag50839([], bytes, false)).toBeUndefined();
  expect(parseImageJTag50839(byteCounts, bytes, true)).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(40), fc.nat(255), fc.nat(6), fc.nat(), (at, value, count, size) => {
      const changed = bytes.slice();
      changed[at] = value;
      parseImageJTag50839(byteCounts.with(count, size), changed, false);
      parseImageJTag50839(byteCounts, changed, false);
    }),
  );
});
