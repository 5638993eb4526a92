import fc from 'fast-check';
import { expect, it } from 'vitest';
import { appendDigits, countBytes, largestByte, mapBytes } from './label-bytes.js';

/** Labels in stretches, as they lie in masks, at any place of their memory. */
const labels = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 30 })), { maxLength: 12 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([stretches, offset]) => {
    const values = stretches.flatMap(([label, length]) => new Array<number>(length).fill(label));
    const memory = new Uint8Array(values.length + offset);
    memory.set(values, offset);
    return memory.subarray(offset);
  });

it('passes over four pixels at a time give what single pixels give', () => {
  fc.assert(
    fc.property(labels, (given) => {
      expect(largestByte(given)).toBe(given.reduce((a, b) => Math.max(a, b), 0));
      const keys = new Uint8Array(given.length).fill(7);
      appendDigits(keys, 5, given);
      expect(keys).toEqual(given.map((label) => 35 + label));
      const expected = new Uint32Array(256);
      for (const key of keys.subarray(4)) expected[key] = (expected[key] ?? 0) + 1;
      const counts = new Uint32Array(256);
      countBytes(keys, counts, 4, Math.max(4, keys.length));
      if (keys.length > 4) expect(counts).toEqual(expected);
      const table = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256);
      expect(mapBytes(keys, table)).toEqual(keys.map((key) => table[key] ?? 0));
    }),
  );
});
