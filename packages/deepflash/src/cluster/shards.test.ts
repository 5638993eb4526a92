import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readShards, writeShards } from './shards.js';

test('what a refused submission has left hides no shard of the next one', async () => {
  const out = mkdtempSync(join(tmpdir(), 'deepflash-shards-'));
  const bands = [{ file: 'large.tif', band: { first: 0, end: 4 }, number: 1, of: 1 }];
  await writeShards(out, { lists: [['a.png'], ['b.png']], bands }, 0);
  expect(await writeShards(out, { lists: [['a.png']], bands: [...bands, ...bands] }, 0)).toBe(3);
  expect(readShards(out, 3)).toEqual([['a.png'], ...bands, ...bands]);
  await writeShards(out, { lists: [['a.png'], ['b.png'], ['c.png']], bands: [] }, 0);
  expect(readShards(out, 3)).toEqual([['a.png'], ['b.png'], ['c.png']]);
});
