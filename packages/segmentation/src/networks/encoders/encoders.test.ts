/** Every encoder against segmentation_models.pytorch 0.3.3 in double precision, some of them dilated. */
import { readFileSync } from 'node:fs';
import { Graph, kaimingUniformFanIn } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { compareNetwork } from '../../verification/compare-network.js';
import { parseNetworkReference } from '../../verification/network-reference.js';
import type { Builder } from '../layers.js';
import { type EncoderName, encoders } from '../network.js';
import { DilationError } from './levels.js';

const folder = new URL('../../../fixtures/networks/encoders/', import.meta.url);

async function differencesFrom(name: string): Promise<readonly string[]> {
  const reference = parseNetworkReference(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  return (await compareNetwork(await nodeRuntime(), reference)).differences;
}

it.each([
  'Unet-se_resnext50_32x4d',
  'Unet-efficientnet-b1',
  'Unet-densenet121',
  'PSPNet-vgg16_bn',
  'DeepLabV3-mobilenet_v2',
  'DeepLabV3-efficientnet-b0',
  'DeepLabV3Plus-tu-convnext_tiny',
  'PSPNet-tu-convnext_tiny',
])('%s', async (name) => {
  expect(await differencesFrom(name)).toEqual([]);
});

// Larger networks of the same parts take long: they are compared with DEEPFLASH_ALL_TESTS=1.
it
  .runIf(process.env.DEEPFLASH_ALL_TESTS === '1')
  .each([
    'Unet-resnext50_32x4d',
    'Unet-vgg16_bn',
    'Unet-resnet101',
    'Unet-resnet152',
    'Unet-efficientnet-b2',
    'Unet-efficientnet-b3',
    'Unet-efficientnet-b4',
  ])('%s', async (name) => {
  expect(await differencesFrom(name)).toEqual([]);
});

describe('depth and output stride', () => {
  const features = (
    name: EncoderName,
    options: Parameters<(typeof encoders)[EncoderName]['features']>[3],
  ) => {
    const graph = new Graph();
    const builder: Builder = { graph, mode: 'train', dropout: 'off', initialise: kaimingUniformFanIn };
    const result = encoders[name].features(builder, 'encoder', graph.input('x', [1, 3, 64, 64]), options);
    return { graph, sizes: result.map(({ shape }) => shape[2]) };
  };
  const poolingEncoders: readonly EncoderName[] = ['densenet121', 'vgg16_bn'];
  const others = (Object.keys(encoders) as EncoderName[]).filter((name) => !poolingEncoders.includes(name));

  it.each(others)('are kept by %s', (name) => {
    const sizes = name === 'tu-convnext_tiny' ? [64, 16, 8] : [64, 32, 16, 8];
    expect(features(name, { outputStride: 16 }).sizes).toEqual([...sizes, 4, 4]);
    expect(features(name, { outputStride: 8 }).sizes).toEqual([...sizes, 8, 8]);
    expect(features(name, { depth: 3 }).sizes).toHaveLength(4);
  });

  it('have the parameters of the levels that are left out, but gather nothing for them', () => {
    const whole = features('resnet18', {}).graph;
    const cut = features('resnet18', { depth: 3 }).graph;
    expect(cut.variables.map(({ name }) => name)).toEqual(whole.variables.map(({ name }) => name));
    const gathered = [...cut.updates.keys()].map(({ name }) => name);
    expect(gathered.some((name) => name.includes('layer2'))).toBe(true);
    expect(gathered.some((name) => /layer[34]/.test(name))).toBe(false);
  });

  it.each(poolingEncoders)('below 32 are refused by %s', (name) => {
    expect(() => features(name, { outputStride: 16 })).toThrow(DilationError);
  });
});
