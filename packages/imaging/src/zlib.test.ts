import { deflateSync, inflateSync } from 'node:zlib';
import { zlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { packZlib, unpackZlib } from './zlib.js';

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);

test.each([
  ['zlib', new Uint8Array(deflateSync(bytes))],
  ['fflate', zlibSync(bytes)],
])('unpacks what %s has packed', (_, packed) => {
  expect(unpackZlib(packed, 5000)).toEqual(bytes);
});

test('takes what can be had of data that are longer or have a wrong checksum', () => {
  const packed = zlibSync(bytes);
  expect(unpackZlib(packed, 4000)).toEqual(bytes.subarray(0, 4000));
  packed[packed.length - 1] = (packed.at(-1) ?? 0) ^ 1;
  expect(unpackZlib(packed, 5000)).toEqual(bytes);
});

test('throws for data that are none', () => {
  expect(() => unpackZlib(bytes, 5000)).toThrow();
});

test('packs what others unpack', () => {
  expect(new Uint8Array(inflateSync(packZlib(bytes)))).toEqual(bytes);
});
