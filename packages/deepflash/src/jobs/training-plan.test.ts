import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, float32 } from '@deepflash/engine';
import { parseSettings } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import { encoderWeights, trainingPlan } from './training-plan.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));

function weightsFile(name: string, names: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, encodeSafetensors(new Map(names.map((key) => [key, float32([1], [1])]))));
  return file;
}

test('a plan counts classes and steps, and validates about five times', () => {
  const size = { width: 128, height: 128 };
  const image = {
    name: 'a',
    planes: { ...size, channels: 1, data: new Float32Array(128 * 128) },
    mask: { ...size, classes: 3, data: new Uint8Array(128 * 128) },
  };
  const settings = parseSettings({ epochs: 100, tileSize: 64, batchSize: 2, flips: false });
  expect(trainingPlan(settings, [0, 128, 255], [image])).toMatchObject({
    classes: 3,
    steps: 200,
    validationEvery: 40,
    augmentation: { flips: 'none', rotation: 360, gamma: [0.8, 1.2] },
  });
});

test('weights of an encoder alone get the names that they have in the network', async () => {
  const alone = await encoderWeights(weightsFile('alone.safetensors', ['conv1.weight']));
  expect([...(alone ?? new Map()).keys()]).toEqual(['encoder.conv1.weight']);
  const whole = await encoderWeights(
    weightsFile('whole.safetensors', ['encoder.conv1.weight', 'head.weight']),
  );
  expect([...(whole ?? new Map()).keys()]).toEqual(['encoder.conv1.weight']);
});

test('a file that holds no weights is named', async () => {
  const file = join(folder, 'text.safetensors');
  writeFileSync(file, 'no weights at all');
  await expect(encoderWeights(file)).rejects.toThrow(/text\.safetensors cannot be used as encoderWeights/);
  await expect(encoderWeights(join(folder, 'gone.safetensors'))).rejects.toThrow(
    /gone\.safetensors, which does not exist/,
  );
  expect(await encoderWeights('none')).toBeUndefined();
});
