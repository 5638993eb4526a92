import { expect, test } from 'vitest';
import { describeSettings } from './describe.js';
import { parseSettings } from './parse.js';
import { schemaVersion } from './schema.js';
import { SettingsError } from './settings-error.js';
import { trainingSteps } from './steps.js';

function problemsOf(input: unknown): readonly string[] {
  try {
    parseSettings(input);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test('no settings at all give the defaults', () => {
  expect(parseSettings({})).toMatchObject({
    architecture: 'Unet',
    tileSize: null,
    batchSize: null,
    learningRate: 1e-3,
    loss: 'CrossEntropyDiceLoss',
    folds: null,
    testTimeAugmentation: true,
    gamma: [0.8, 1.2],
  });
});

test('settings that were written with their version are read again', () => {
  const settings = parseSettings({ steps: 7, gamma: [1, 1] });
  expect(parseSettings(JSON.parse(JSON.stringify({ schemaVersion, ...settings })))).toEqual(settings);
});

test('all faults are told at once, unknown names with the nearest one', () => {
  expect(problemsOf({ tilesize: 256, batch_size: 4, zebra: 1, steps: 'many', tileSize: 100 })).toEqual([
    'tilesize is no setting (did you mean tileSize?)',
    'batch_size is no setting (did you mean batchSize?)',
    'zebra is no setting',
    'tileSize must be a whole number, a multiple of 32, from 32 to 2048, or null, not 100',
    'steps must be a whole number from 1 to 1000000, or null, not "many"',
  ]);
});

test.each([
  [{ device: 'gpu' }, 'device must be one of auto, cpu, webgpu, cuda, not "gpu"'],
  [{ gamma: [1.2, 0.8] }, 'gamma must be two numbers from 0.1 to 10, the smaller one first, not [1.2,0.8]'],
  [{ z: 'min' }, 'z must be a whole number from 1, max or mean, or null, not "min"'],
  [
    { channels: [0] },
    'channels must be numbers or names with commas between them, such as 1,DAPI, or null, not [0]',
  ],
  [{ classes: 1 }, 'classes must be a whole number from 2 to 256, or null, not 1'],
  [{ gradientClip: 0 }, 'gradientClip must be a number above 0, or null, not 0'],
  [
    { encoderWeights: 'image-net' },
    'encoderWeights must be auto, none, imagenet, the path of a .safetensors file, or hf:owner/repository, not "image-net"',
  ],
  [{ classWeights: [1, 0] }, 'classWeights must be a number above 0 for each class, or null, not [1,0]'],
  [{ classes: 3, classWeights: [1, 2] }, 'classWeights must be 3 numbers, one for each class, and are 2'],
  [{ tverskyAlpha: 0, tverskyBeta: 0 }, 'tverskyAlpha and tverskyBeta must not both be 0'],
  [{ folds: 2, models: 3 }, 'models must not be above folds, and 3 is above 2'],
  [{ encoderDepth: 2 }, 'encoderDepth must be 3, 4 or 5, or null, not 2'],
  [
    { decoderChannels: [64, 32] },
    'Unet does not go with resnet34: its decoder has 5 parts, and the decoder channels are [64,32]. Give 5 whole numbers from 1 on, such as 256, 128, 64, 32, 16',
  ],
  [{ architecture: 'PAN', tileSize: 96 }, 'tileSize must be at least 128 for PAN'],
  [
    { schemaVersion: 99 },
    'they have the schemaVersion 99, and this version of deepflash reads 1: a newer deepflash wrote them, so update this one',
  ],
  ['steps', 'they must be an object of names and values'],
])('%j is refused in plain words', (input, problem) => {
  expect(problemsOf(input)).toEqual([problem]);
});

test('a network that there is not is refused with those that there are', () => {
  const [problem = '', ...others] = problemsOf({ architecture: 'DeepLabV3', encoder: 'vgg16_bn' });
  expect(others).toEqual([]);
  expect(problem).toMatch(
    /^DeepLabV3 does not go with vgg16_bn: .* go Unet, .*; with this architecture resnet18, /,
  );
});

test('an epoch sees as many pixels as the images have', () => {
  const settings = { epochs: 2, steps: 9, tileSize: 128, scale: 2, batchSize: 4 };
  expect(trainingSteps(settings, 18 * 1024 * 1024)).toBe(144);
  expect(trainingSteps({ ...settings, epochs: null }, 1)).toBe(9);
});

test('every setting says what it takes and what it does', () => {
  for (const { values, help } of describeSettings()) {
    expect(values).not.toMatch(/undefined/);
    expect(help).toMatch(/\.$/);
  }
});

test('words for weights are taken in any capitals, and paths as they are', () => {
  expect(parseSettings({ encoderWeights: 'ImageNet' }).encoderWeights).toBe('imagenet');
  expect(parseSettings({ encoderWeights: 'None' }).encoderWeights).toBe('none');
  expect(parseSettings({ encoderWeights: '/A/Model.onnx' }).encoderWeights).toBe('/A/Model.onnx');
});
