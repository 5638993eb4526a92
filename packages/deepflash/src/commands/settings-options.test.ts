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

test.each([
  ['{"epochs": 25}', ['--steps', '6'], { steps: 6, epochs: null, minutes: null }],
  ['{"steps": 445, "minutes": 40}', ['--epochs', '2'], { steps: null, epochs: 2, minutes: null }],
  ['{"steps": 445}', ['--minutes', '5'], { steps: null, epochs: null, minutes: 5 }],
  ['{"steps": 445, "epochs": 3}', ['--seed', '1'], { steps: null, epochs: 3, minutes: null }],
  ['{"steps": 445, "minutes": 40}', ['--seed', '1'], { steps: 445, epochs: null, minutes: 40 }],
])('of a length in the file %s the command line %j has the last word', async (file, args, length) => {
  const config = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'config.json');
  writeFileSync(config, file);
  expect(await trainingSettings(parsed('--config', config, ...args))).toMatchObject(length);
});

test('two lengths on the command line are refused', async () => {
  const both = trainingSettings(parsed('--steps', '3', '--set', 'epochs=4'));
  await expect(both).rejects.toThrow(/steps and epochs are two ways/);
});

test('weights are found from every folder in which the run is taken up again', async () => {
  const { encoderWeights } = await trainingSettings(parsed('--encoder-weights', 'w.safetensors'));
  expect(encoderWeights).toBe(resolve('w.safetensors'));
});

test('what is wrong with the file and on the command line is told in one message', async () => {
  const config = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'config.json');
  writeFileSync(config, '{"tilesize": 64, "flips": 3}');
  const options = parsed('--config', config, '--set', 'stesp=1', '--folds', '0');
  await expect(trainingSettings(options)).rejects.toThrow(
    /4 faults:\n.*stesp is no setting \(did you mean steps\?\)\n.*tilesize is no setting \(did you mean tileSize\?\)\n(.*\n)*.*flips must be true or false, not 3/,
  );
});
