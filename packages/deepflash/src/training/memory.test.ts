import { expect, test } from 'vitest';
import type { DataRecord } from '../data/record.js';
import { machineMemory, memoryOf } from './memory.js';

test('a job may use what it asked Slurm for, where that is less than there is', () => {
  const all = machineMemory({});
  expect(machineMemory({ SLURM_MEM_PER_NODE: '100' })).toBeCloseTo(104.8576);
  for (const more of ['0', '100000000', 'much'])
    expect(machineMemory({ SLURM_MEM_PER_NODE: more })).toBe(all);
});

test('what is learnt from beside the masks counts', () => {
  const network = { architecture: 'Unet', encoder: 'resnet18', tileSize: 64, batchSize: 1 } as const;
  const file = { name: 'a.png', bytes: 1, sha256: 'x' };
  const item = { name: 'a', image: file, mask: file, width: 1000, height: 1000, fold: 1 };
  const data = { channels: 1, classValues: [0, 255], items: [item] };
  const more = (part: Partial<DataRecord>, separation: 'none' | 'distance' = 'none') =>
    memoryOf({ ...network, separation }, { ...data, ...part, items: [...(part.items ?? data.items)] }) -
    memoryOf(network, { ...data, items: [item] });
  expect(more({ items: [{ ...item, experts: [file, file] }] })).toBeCloseTo(2);
  expect(more({ items: [{ ...item, probabilities: [file] }] })).toBeCloseTo(8);
  expect(more({ masks: { kind: 'instances', ignored: [] } })).toBeCloseTo(4);
  expect(more({}, 'distance')).toBeCloseTo(8);
});
