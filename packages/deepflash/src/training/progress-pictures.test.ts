import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import type { DataRecord } from '../data/record.js';
import type { RunEvent } from '../runs/events.js';
import { progressPictures } from './progress-pictures.js';

test('an image that was moved is told once, and is pictured again when it is back', async () => {
  const path = mkdtempSync(join(tmpdir(), 'deepflash-pictures-'));
  const imageFolder = join(path, 'images');
  const image = { width: 4, height: 4, channels: 1, dtype: 'uint8', data: new Uint8Array(16) } as const;
  const mask = { width: 4, height: 4, classes: 2, data: new Uint8Array(16).fill(1) };
  const held = { name: 'a', planes: { ...image, data: new Float32Array(16) }, mask };
  const file = { name: 'a.png', bytes: 1, sha256: 'x' };
  const data: DataRecord = {
    schemaVersion: 1,
    imageFolder,
    maskFolder: imageFolder,
    selection: { channels: null, z: null, time: null },
    channels: 1,
    classValues: [0, 255],
    folds: 1,
    models: 1,
    statistics: { means: [0], stds: [1], minima: [0], maxima: [1] },
    items: [{ name: 'a', image: file, mask: file, width: 4, height: 4, fold: 1 }],
    objects: { count: 1, size: 4 },
    unmatched: [],
    software: {},
  };
  const told: RunEvent[] = [];
  const picture = progressPictures({
    run: { path, data },
    ...{ fold: 1, steps: 3, validationEvery: 1, validation: [held] },
    tell: (event) => void told.push(event),
  });
  const after = (step: number) => picture({ step, image: held, mask: mask.data });

  await after(1);
  await after(2);
  expect(told).toEqual([{ type: 'warning', message: expect.stringContaining('a.png') }]);

  mkdirSync(imageFolder);
  writeFileSync(join(imageFolder, 'a.png'), encodePng(image));
  await after(3);
  expect(told.slice(1)).toMatchObject([{ type: 'picture', step: 3, name: 'a' }]);
  const [, shown] = told;
  expect(shown?.type === 'picture' && existsSync(join(path, shown.file))).toBe(true);
});
