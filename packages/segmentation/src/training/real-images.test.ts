/** That training works on real images: cFOS-positive neurons by several experts' consensus. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRuntime } from '@deepflash/engine/node';
import { decodeMask } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import { expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../sampling/augmentation.js';
import { channelStatistics } from '../sampling/statistics.js';
import type { LabelledImage, TrainingPlan } from './plan.js';
import { trainFold } from './train-fold.js';

const folder = fileURLToPath(new URL('../../../../../shared/data/cfos', import.meta.url));
const present = existsSync(folder);

/** The upper left quarter of an image, to keep the test short. */
async function quarter(name: string): Promise<LabelledImage> {
  const image = await readImageFile(join(folder, 'images', name));
  const file = join(folder, 'masks', name.replace('.png', '_cFOS.png'));
  const mask = decodeMask(await readImageFile(file), [0, 255], file);
  const [height, width] = [image.height / 2, image.width / 2];
  const corner = (data: ArrayLike<number>): Float32Array => {
    const out = new Float32Array(height * width);
    for (let i = 0; i < out.length; i++)
      out[i] = data[Math.floor(i / width) * image.width + (i % width)] ?? 0;
    return out;
  };
  return {
    name,
    planes: { channels: 1, height, width, data: corner(image.data) },
    mask: { width, height, classes: 2, data: Uint8Array.from(corner(mask.data)) },
  };
}

it.skipIf(!present)(
  `learns to find neurons in images that it has not seen${present ? '' : ' (skipped: shared/data/cfos is not here)'}`,
  async () => {
    const images = await Promise.all(readdirSync(join(folder, 'images')).sort().map(quarter));
    const training = images.slice(0, 18);
    const gathered = channelStatistics();
    for (const { planes } of training) gathered.add(planes);
    const plan: TrainingPlan = {
      architecture: 'PSPNet',
      encoder: 'resnet18',
      classes: 2,
      tileSize: 64,
      scale: 1,
      batchSize: 8,
      steps: 40,
      learningRate: 2e-3,
      optimizer: 'Adam',
      weightDecay: 0,
      gradientClip: null,
      loss: 'CrossEntropyDiceLoss',
      augmentation: DEFAULT_AUGMENTATION,
      seed: 0,
      validationEvery: 40,
      classValues: [0, 255],
    };
    const trained = await trainFold({
      runtime: await nodeRuntime(),
      plan,
      statistics: gathered.result(),
      fold: 1,
      training,
      validation: images.slice(18, 21),
      signal: new AbortController().signal,
      onEvent: () => {},
      onCheckpoint: async () => {},
    });
    // All background gives 0, all foreground 0.07; a long training of a U-Net reaches 0.8 and more.
    expect(trained.dice).toBeGreaterThan(0.5);
  },
  240_000,
);
