import { mkdir, rm } from 'node:fs/promises';
import { encodeMask, encodePng, encodeTiff } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { ResultPlaces } from '../foreign-files.js';
import type { Consensus } from './consensus.js';
import { groundTruthFiles } from './layout.js';

/** Where the results lie. The folder of probabilities is there before any mask, the tables are there at the end. */
export function groundTruthPlaces(folder: string): ResultPlaces {
  const { masks, instances, probability, experts } = groundTruthFiles(folder);
  return { command: 'gt', folders: [masks, instances], marks: [probability, experts] };
}

/** Makes the folders of the results, and takes away the tables of an earlier run, which must not stand beside new masks. */
export async function makeGroundTruthFolders(
  folder: string,
  content: 'classes' | 'instances',
): Promise<void> {
  const files = groundTruthFiles(folder);
  for (const path of [files.masks, files.probability]) await mkdir(path, { recursive: true });
  if (content === 'instances') await mkdir(files.instances, { recursive: true });
  for (const path of [files.experts, files.agreement, files.workbook, files.report]) {
    await rm(path, { force: true });
  }
}

/** Writes a consensus: the mask, the probability of the classes, and the numbered objects where they count. */
export async function writeConsensus(
  folder: string,
  name: string,
  consensus: Consensus,
  content: 'classes' | 'instances',
): Promise<void> {
  const files = groundTruthFiles(folder);
  const { width, height, classes } = consensus;
  await writeFileAtomic(files.mask(name), encodePng(encodeConsensus(consensus)));
  const probabilities = consensus.probabilities();
  for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
    const data = probabilities.slice(c * width * height, (c + 1) * width * height);
    await writeFileAtomic(
      files.probabilityOf(name, c, classes),
      encodeTiff({ width, height, channels: 1, dtype: 'float32', data }),
    );
  }
  if (content === 'instances') {
    await writeFileAtomic(files.instancesOf(name), encodeTiff(encodeObjects(consensus)));
  }
}

/** Classes as `encodeMask` writes them; undecided pixels keep their label. */
function encodeConsensus({ width, height, classes, mask: data }: Consensus) {
  const image = encodeMask({ width, height, classes, data });
  return {
    ...image,
    data: image.data.map((value, i) => ((data[i] as number) < classes ? value : (data[i] as number))),
  };
}

function encodeObjects({ objects: { width, height, data } }: Consensus) {
  const shape = { width, height, channels: 1 };
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  return most < 2 ** 16
    ? ({ ...shape, dtype: 'uint16', data: Uint16Array.from(data) } as const)
    : ({ ...shape, dtype: 'uint32', data } as const);
}
