import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeSettings } from '@deepflash/segmentation';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addSettingsOptions, trainingSettings } from './settings-options.js';

function parsed(...args: string[]): Record<string, unknown> {
  const command = addSettingsOptions(new Command(), describeSettings()).option('--config <file>');
  return command.parse(args, { from: 'user' }).opts();
}

test('flags and --set win over the file, and the file over the defaults', async () => {
  const config = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'config.json');
  writeFileSync(config, '{"schemaVersion": 1, "steps": 5, "seed": 5, "folds": 5}');
  const options = parsed('--config', config, '--set', 'seed=7', 'flips=false', '--folds', 'null');
  expect(await trainingSettings(options, { steps: 1, batchSize: 2 })).toMatchObject({
    steps: 5,
    seed: 7,
    folds: null,
    flips: false,
    batchSize: 2,
  });
});

test('a setting that is given as a flag and by --set is refused', async () => {
  await expect(trainingSettings(parsed('--steps', '3', '--set', 'steps=4'))).rejects.toThrow(
    /steps is given twice/,
  );
});

test('weights are found from every folder in which the run is taken up again', async () => {
  const { encoderWeights } = await trainingSettings(parsed('--encoder-weights', 'w.safetensors'));
  expect(encoderWeights).toBe(resolve('w.safetensors'));
});
