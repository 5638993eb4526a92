import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { encodeLabels, encodeMask, encodePng, encodeTiff } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { decodeCsv } from '../csv.js';
import type { ResultPlaces } from '../foreign-files.js';
import type { Consensus } from './consensus.js';
import { groundTruthFiles } from './layout.js';
import { MEAN_OF_ALL } from './tables.js';

/** Where the results lie. The folder of probabilities is there before any mask, the tables are there at the end. */
export function groundTruthPlaces(folder: string): ResultPlaces {
  const { masks, instances, probability, experts, ...files } = groundTruthFiles(folder);
  return {
    command: 'gt',
    folders: [masks, instances],
    tables: [files.agreement, files.workbook, files.report],
    marks: [probability, experts],
  };
}

/**
 * Makes the folders of the results, and takes away of an earlier run what nobody could tell from the results of this one
 * if it ended half-way: the files of images that are not there any more, then the tables.
 *
 * @param images the names of those that are there
 * @returns the names of the images of which the earlier run wrote
 */
export async function makeGroundTruthFolders(
  folder: string,
  content: 'classes' | 'instances',
  images: readonly string[],
): Promise<string[]> {
  const files = groundTruthFiles(folder);
  const earlier = await imagesInTable(files.agreement);
  await removeEarlierConsensus(
    folder,
    earlier.filter((name) => !images.includes(name)),
  );
  for (const path of [files.masks, files.probability]) await mkdir(path, { recursive: true });
  if (content === 'instances') await mkdir(files.instances, { recursive: true });
  for (const path of [files.experts, files.agreement, files.workbook, files.report]) {
    await rm(path, { force: true });
  }
  return earlier;
}

/** Every image has rows in the table of agreement. */
async function imagesInTable(agreement: string): Promise<string[]> {
  if (!existsSync(agreement)) return [];
  const [, ...rows] = decodeCsv(await readFile(agreement, 'utf8'));
  const names = new Set(rows.map(([name = '']) => name));
  return [...names].filter((name) => name !== MEAN_OF_ALL && name !== '' && basename(name) === name);
}

/**
 * Removes what an earlier run wrote of some images and this one has not written anew.
 *
 * @param written paths of the files of this run
 */
export async function removeEarlierConsensus(
  folder: string,
  names: readonly string[],
  written: ReadonlySet<string> = new Set(),
): Promise<void> {
  const files = groundTruthFiles(folder);
  const probabilities = await readdir(files.probability).catch(() => []);
  for (const name of names) {
    const own = probabilities.filter(
      (file) => file.startsWith(name) && /^(_class\d+)?\.tif$/.test(file.slice(name.length)),
    );
    const all = [
      files.mask(name),
      files.instancesOf(name),
      ...own.map((file) => join(files.probability, file)),
    ];
    for (const path of all) if (!written.has(path)) await rm(path, { force: true });
  }
}

/**
 * Writes a consensus: the mask, the probability of the classes, and the numbered objects where they count.
 *
 * @returns the paths of its files
 */
export async function writeConsensus(
  folder: string,
  name: string,
  consensus: Consensus,
  content: 'classes' | 'instances',
): Promise<string[]> {
  const files = groundTruthFiles(folder);
  const { width, height, classes, pixelSize, unit } = consensus;
  const written: string[] = [];
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    await writeFileAtomic(path, bytes);
    written.push(path);
  };
  await write(files.mask(name), encodePng(encodeConsensus(consensus)));
  const probabilities = consensus.probabilities();
  for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
    const data = probabilities.slice(c * width * height, (c + 1) * width * height);
    await write(
      files.probabilityOf(name, c, classes),
      encodeTiff({ width, height, channels: 1, dtype: 'float32', data }, { pixelSize, unit }),
    );
  }
  if (content === 'instances') {
    await write(files.instancesOf(name), encodeLabels(consensus.objects, { pixelSize, unit }));
  }
  return written;
}

/** Classes as `encodeMask` writes them; undecided pixels keep their label. */
function encodeConsensus({ width, height, classes, mask: data }: Consensus) {
  const image = encodeMask({ width, height, classes, data });
  return {
    ...image,
    data: image.data.map((value, i) => ((data[i] as number) < classes ? value : (data[i] as number))),
  };
}
