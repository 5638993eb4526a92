import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import { decodeCsv } from '../csv.js';
import { runFiles } from './layout.js';
import { writeValidationResults } from './validation-results.js';

test('of several classes each has its Dice in the table', async () => {
  const path = mkdtempSync(join(tmpdir(), 'deepflash-'));
  const file = { name: 'a.png', bytes: 1, sha256: 'x' };
  const scores = { dice: 0.7, iou: 0.6, uncertainty: 0.1, uncertaintyScore: null };
  writeFileSync(
    runFiles(path).events,
    `${JSON.stringify({ time: '', type: 'validated', fold: 1, name: 'a', done: 1, total: 1, ...scores, dicePerClass: [0.9, 0.8, 0.6] })}\n`,
  );
  const chosen = { device: 'cpu', encoder: 'resnet18', encoderWeights: 'none', learningRate: 1e-3 } as const;
  await writeValidationResults({
    path,
    settings: { ...parseSettings({}), ...chosen, scale: 1, tileSize: 64, batchSize: 1, steps: 1 },
    reasons: {},
    data: {
      ...{ schemaVersion: 1, imageFolder: '', maskFolder: '', channels: 1, classValues: [0, 128, 255] },
      ...{ selection: { channels: null, z: null, time: null }, folds: 1, models: 1 },
      statistics: { means: [0], stds: [1], minima: [0], maxima: [1] },
      items: [{ name: 'a', image: file, mask: file, width: 1, height: 1, fold: 1 }],
      ...{ unmatched: [], software: {} },
    },
  });
  expect(decodeCsv(readFileSync(runFiles(path).validation.results, 'utf8'))).toEqual([
    ['file', 'fold', 'dice', 'dice of class 1', 'dice of class 2', 'iou', 'uncertainty', 'uncertaintyScore'],
    ['a.png', '1', '0.7', '0.8', '0.6', '0.6', '0.1', ''],
  ]);
});
