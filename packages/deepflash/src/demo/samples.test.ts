import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoFiles, TEST_IMAGES, TRAINING_IMAGES, writeSamples } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));

test('sample images and masks are written, also a second time', async () => {
  const out = join(folder, 'demo');
  await writeSamples(out);
  await writeSamples(out);
  const { training, test: unseen } = demoFiles(out);
  expect(readdirSync(training.images)).toHaveLength(TRAINING_IMAGES);
  expect(readdirSync(unseen.masks)).toHaveLength(TEST_IMAGES);
});

test('a folder that holds something else is left alone', async () => {
  writeFileSync(join(folder, 'thesis.docx'), '');
  await expect(writeSamples(folder)).rejects.toThrow(/is not empty/);
});
