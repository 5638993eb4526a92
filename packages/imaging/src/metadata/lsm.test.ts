import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLsm, parseLsmColours } from './lsm.js';

interface Expected {
  readonly data: string;
  readonly colourData: string;
  readonly size: readonly number[];
  readonly voxel: readonly [number, number, number];
  readonly coloursOffset: number;
  readonly colours: readonly (readonly number[])[];
  readonly names: readonly string[];
}

const expected: Expected = JSON.parse(
  readFileSync(new URL('../../fixtures/metadata/lsm.json', import.meta.url), 'utf8'),
);
const info = Uint8Array.from(Buffer.from(expected.data, 'hex'));
const colours = Uint8Array.from(Buffer.from(expected.colourData, 'hex'));

it('reads what tifffile reads', () => {
  const lsm = parseLsm(info, true);
  expect(lsm && [lsm.width, lsm.height, lsm.slices, lsm.channels, lsm.frames]).toEqual(expected.size);
  expect(lsm?.pageOrder).toBe('slices-first');
  expect(lsm?.coloursOffset).toBe(expected.coloursOffset);
  const { x, y, z } = lsm?.calibration?.pixelSize ?? { x: 0, y: 0, z: 0 };
  expect([x, y, z].map((size) => (size ?? 0) / 1e6)).toEqual(expected.voxel);
  expect(parseLsmColours(colours, true)).toEqual(
    expected.names.map((name, channel) => ({ name, colour: expected.colours[channel] })),
  );
});

it('tells the seconds between frames', () => {
  const film = info.slice();
  new DataView(film.buffer).setFloat64(112, 2.5, true);
  expect(parseLsm(film, true)?.frameInterval).toBe(2.5);
  expect(parseLsm(info.subarray(0, 112), true)?.frameInterval).toBeNull();
});

it('has no answer for damaged structures, and never fails', () => {
  expect(parseLsm(info.subarray(0, 100), true)).toBeUndefined();
  expect(parseLsm(info, false)).toBeUndefined();
  expect(parseLsmColours(colours.subarray(0, 10), true)).toEqual([]);
  fc.assert(
    fc.property(fc.nat(51), fc.nat(255), fc.nat(52), (at, value, end) => {
      const changed = colours.slice(0, end);
      changed[at] = value;
      expect(parseLsmColours(changed, true).length).toBeLessThan(20);
      parseLsm(info.with(at, value), true);
    }),
  );
});
