import { expect, test } from 'vitest';
import { encodeNpy } from './npy.js';

test('is what numpy.save writes', () => {
  const bytes = encodeNpy([2, 2], Float32Array.of(1, 2, 3, -0.5));
  expect(bytes.length).toBe(128 + 16);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 128));
  expect(head.slice(1, 6)).toBe('NUMPY');
  expect(head.slice(10)).toBe(
    `${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117)}\n`,
  );
  expect(new DataView(bytes.buffer).getFloat32(128 + 12, true)).toBe(-0.5);
});
