import { expect, test } from 'vitest';
import { machineMemory } from './memory.js';

test('a job may use what it asked Slurm for, where that is less than there is', () => {
  const all = machineMemory({});
  expect(machineMemory({ SLURM_MEM_PER_NODE: '100' })).toBeCloseTo(104.8576);
  for (const more of ['0', '100000000', 'much'])
    expect(machineMemory({ SLURM_MEM_PER_NODE: more })).toBe(all);
});
