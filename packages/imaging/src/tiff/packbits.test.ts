import { expect, it } from 'vitest';
import { unpackPackBits } from './packbits.js';

it('unpacks the example of the specification', () => {
  const packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
  const hex = 'aaaaaa80002aaaaaaaaa80002a22aaaaaaaaaaaaaaaaaaaa';
  expect(Buffer.from(unpackPackBits(Uint8Array.from(packed), 24)).toString('hex')).toBe(hex);
});

it('passes over the byte that means nothing, and stops at the size', () => {
  expect([...unpackPackBits(Uint8Array.of(128, 0xfe, 7, 0x81, 9), 5)]).toEqual([7, 7, 7, 9, 9]);
});
