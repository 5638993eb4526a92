/** A project to look at before one brings images of one's own. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeMask, encodePng, stem } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { sampleImage } from '../demo/cells.js';
import type { ProjectFiles } from './layout.js';

const SAMPLES = 12;
const SIDE = 256;
const EXPERTS = ['Ada', 'Ben', 'Cleo'];

/** Generated images on which three experts drew, each with a mind of their own about cells out of focus. Returns how many. */
export async function writeSampleProject(files: ProjectFiles): Promise<number> {
  for (const expert of EXPERTS) await mkdir(files.expert(expert), { recursive: true });
  for (let number = 1; number <= SAMPLES; number++) {
    const { image, mask } = sampleImage({ number, size: SIDE });
    const name = `cells-${String(number).padStart(2, '0')}.png`;
    await writeFileAtomic(join(files.images, name), encodePng(image));
    // The last two are left to the visitor.
    if (number > SAMPLES - 2) continue;
    for (const [index, expert] of EXPERTS.entries()) {
      const data = grown(mask.data, SIDE, index - 1);
      await writeFileAtomic(files.labels(expert, stem(name)), encodePng(encodeMask({ ...mask, data })));
    }
  }
  return SAMPLES;
}

/** A mask with one ring of pixels more or fewer: people draw wide or tight. */
function grown(mask: Uint8Array, width: number, by: number): Uint8Array {
  if (by === 0) return mask;
  const wanted = by > 0 ? 1 : 0;
  return mask.map((value, i) => {
    const around = [i - 1, i + 1, i - width, i + width].map((at) => mask[at] ?? value);
    return around.includes(wanted) ? wanted : value;
  });
}
