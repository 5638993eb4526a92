import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { UsageError } from '../errors.js';
import { sampleImage } from './cells.js';

export const TRAINING_IMAGES = 16;
export const TEST_IMAGES = 6;
const SIZE = 256;

/** Where the parts of a demonstration lie. */
export function demoFiles(out: string) {
  const folders = (part: string) => ({ images: join(out, part, 'images'), masks: join(out, part, 'masks') });
  return {
    training: folders('training'),
    test: folders('test'),
    run: join(out, 'run'),
    prediction: join(out, 'prediction'),
    scores: join(out, 'scores'),
    report: join(out, 'report.html'),
  };
}

/** Writes the sample images and masks. Throws a UsageError when the folder holds something else. */
export async function writeSamples(out: string): Promise<void> {
  const { training, test } = demoFiles(out);
  const entries = (await readdir(out).catch(() => [])).filter((name) => !name.startsWith('.'));
  if (entries.length > 0 && !existsSync(join(out, 'training'))) {
    throw new UsageError(
      `${out} is not empty (it holds ${entries[0]}${entries.length > 1 ? ', …' : ''}): name a new folder with --out.`,
    );
  }
  for (const folder of [training, test]) {
    await mkdir(folder.images, { recursive: true });
    await mkdir(folder.masks, { recursive: true });
  }
  for (let number = 1; number <= TRAINING_IMAGES + TEST_IMAGES; number++) {
    const { image, mask } = sampleImage({ number, size: SIZE });
    const folder = number <= TRAINING_IMAGES ? training : test;
    const name = `cells-${String(number).padStart(2, '0')}.png`;
    await writeFileAtomic(join(folder.images, name), encodePng(image));
    await writeFileAtomic(join(folder.masks, name), encodePng(encodeMask(mask)));
  }
}
