/**
 * What a submission expects a task of a prediction to need, before the margins that it adds, against what the same
 * prediction takes: small images, one large image, and five networks together, in one thread and in two. Seconds are a
 * processor's.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { describeModelFile } from '@deepflash/segmentation';
import { expectedPrediction, foldFiles, sampleImage } from 'deepflash';
import { namesIn, training } from './material.js';
import type { Place } from './place.js';

interface Case {
  readonly images: number;
  readonly side: number;
  readonly tileSize: number;
  readonly encoder: string;
  readonly models: number;
  readonly threads: number;
}

const CASES: Readonly<Record<string, Case>> = {
  '48 images of 256 x 256': {
    ...{ images: 48, side: 256, tileSize: 256, encoder: 'mobilenet_v2', models: 1, threads: 1 },
  },
  'one image of 3000 x 3000': {
    ...{ images: 1, side: 3000, tileSize: 512, encoder: 'mobilenet_v2', models: 1, threads: 1 },
  },
  '4 images of 512 x 512, five networks': {
    ...{ images: 4, side: 512, tileSize: 256, encoder: 'resnet34', models: 5, threads: 1 },
  },
  'the same in two threads': {
    ...{ images: 4, side: 512, tileSize: 256, encoder: 'resnet34', models: 5, threads: 2 },
  },
};

export async function estimates(place: Place): Promise<void> {
  const { at, deepflash } = place;
  for (const [name, one] of Object.entries(CASES)) {
    const { images, side, tileSize, encoder, models, threads } = one;
    const run = at(`estimate-${encoder}-${tileSize}`);
    const whole = ['encoderDepth=5', 'decoderChannels=256,128,64,32,16'];
    const settings = [`tileSize=${tileSize}`, `encoder=${encoder}`, ...whole];
    if (!existsSync(run)) await deepflash('train', '--out', run, ...training(place, 1, 1), ...settings);
    const folder = at(`estimated-${side}`);
    if (!existsSync(folder)) {
      mkdirSync(folder);
      const { image } = sampleImage({ number: 1, size: side });
      for (let number = 1; number <= images; number++)
        writeFileSync(join(folder, `${number}.png`), encodePng(image));
    }
    const { model } = foldFiles(run, 1);
    const named = Array.from({ length: models }, () => model);
    const expected = await expectedPrediction({
      description: describeModelFile(readFileSync(model)),
      ...{ modelFiles: named, images: folder, files: namesIn(folder), shards: [namesIn(folder)] },
      ...{ views: 1, cpus: threads },
      device: 'cpu',
    });
    const ran = await deepflash(
      ...['predict', '--model', ...named, '--images', folder, '--out', at(`predicted-${side}-${threads}`)],
      ...['--threads', String(threads), '--test-time-augmentation', 'false'],
    );

    console.log(
      `${name} (${models} of ${encoder}, tiles of ${tileSize}): expected ${expected.megabytes.toFixed(0)} MB and ${expected.seconds?.toFixed(0)} s, took ${ran.peak.toFixed(0)} MB and ${ran.processor.toFixed(0)} s.`,
    );
  }
}
