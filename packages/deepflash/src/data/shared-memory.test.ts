import { expect, test } from 'vitest';
import { inSharedMemory } from './shared-memory.js';

test('plain data keep their values, and their numbers lie in shared memory', () => {
  const data = {
    name: 'cells',
    planes: { channels: 1, data: new Float32Array([9, 1.5, -2]).subarray(1) },
    list: [Uint8Array.of(3), null, BigInt64Array.of(4n)],
  };
  const shared = inSharedMemory(data);
  expect(shared).toEqual(data);
  expect(shared.planes.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(inSharedMemory(shared).planes.data.buffer).toBe(shared.planes.data.buffer);
});
