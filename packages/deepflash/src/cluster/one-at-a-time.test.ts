import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.js';

const at = (name: string): string => join(mkdtempSync(join(tmpdir(), 'deepflash-one-')), name);

test('of two that submit for a folder at the same time, the second is refused, and later not', async () => {
  const folder = at('results');
  await oneAtATime(folder, async () => {
    writeFileSync(join(folder, 'script.sh'), '');
    const second = oneAtATime(folder, () => expect.unreachable());
    await expect(second).rejects.toThrow(/has been working on .*results/);
  });
  expect(await oneAtATime(folder, async () => readdirSync(folder))).toContain('script.sh');
  expect(readdirSync(folder)).toEqual(['script.sh']);
});

test('a folder in which nothing came about is removed, one that was there is kept', async () => {
  const folder = at('new');
  const refused = oneAtATime(folder, () => Promise.reject(new Error('refused')));
  await expect(refused).rejects.toThrow('refused');
  expect(existsSync(folder)).toBe(false);
  const old = mkdtempSync(join(tmpdir(), 'deepflash-old-'));
  await oneAtATime(old, async () => undefined);
  expect(existsSync(old)).toBe(true);
});
