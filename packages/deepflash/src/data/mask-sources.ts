/** Where a training learns from more than one mask of an image: probability maps of a consensus, or experts' masks. */
import { dirname, join, relative } from 'node:path';
import { type ClassMask, ImageFileError, type MatchedMasks, matchMasks, stem } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import type { Planes } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { findRaters } from '../ground-truth/expert-folders.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import { type MaskMeaning, readMeaning } from '../masks/meaning.js';
import { expertOf, type OwnValues } from './expert-values.js';
import { fingerprint } from './fingerprint.js';
import type { DataFolders, LookedAtPair } from './look-at.js';
import { readMaskFile } from './mask-file.js';
import { ambiguousProblem } from './matching-table.js';
import type { DataItem, DataRecord } from './record.js';

/** The folder of probability maps that `deepflash gt` writes beside that of masks. */
export function probabilityFolder(masks: string): string {
  return groundTruthFiles(dirname(masks)).probability;
}

/**
 * The masks of each image by several experts, as names within the folder of experts, by the name of the image file; and
 * what is odd about them, a sentence each.
 *
 * @throws FolderError; UsageError; DataError where no expert has marked an image, or masks of an expert cannot be used.
 */
export async function expertMasks(
  folder: string | null,
  { pairs }: Pick<MatchedMasks, 'pairs'>,
): Promise<{ readonly ofExperts: ExpertFiles; readonly warnings: readonly string[] }> {
  const ofExperts = new Map<string, string[]>();
  if (folder === null) return { ofExperts, warnings: [] };
  const found = await findRaters(folder, []);
  const problems = found.problems.map(({ problem }) => problem);
  const warnings = [...found.warnings];
  const images = pairs.map(({ image }) => image);
  const unclear = new Set<string>();
  for (const expert of found.experts) {
    const matched = matchMasks(images, [...expert.files.values()]);
    for (const { image, mask } of matched.pairs) {
      ofExperts.set(image, [...(ofExperts.get(image) ?? []), relative(folder, join(expert.folder, mask))]);
    }
    for (const group of matched.ambiguous) {
      problems.push(ambiguousProblem(group, { images: folder, masks: expert.folder }));
      for (const image of group.images) unclear.add(image);
    }
    if (matched.pairs.length === 0 && matched.ambiguous.length === 0) {
      warnings.push(`No mask in ${expert.folder} is of an image that is learnt from.`);
    }
  }
  for (const image of images) {
    if (ofExperts.has(image) || unclear.has(image)) continue;
    problems.push(`${image} was marked by no expert in ${folder}; add a mask of it, or take the image away.`);
  }
  if (problems.length > 0) throw new DataError(problems);
  return { ofExperts, warnings };
}

/** The masks of each image by the experts, names within their folder, by the name of the image file. */
export type ExpertFiles = ReadonlyMap<string, readonly string[]>;

/**
 * The items of a record with the files of their probability maps and experts' masks, where the settings ask for them.
 *
 * @throws DataError that names the maps that are missing.
 */
export async function withSources(
  looked: readonly LookedAtPair[],
  folders: DataFolders,
  { soft, experts }: { readonly soft: boolean; readonly experts: string | null },
  classes: number,
  { ofExperts, ownValues }: { readonly ofExperts: ExpertFiles; readonly ownValues: OwnValues },
): Promise<Omit<DataItem, 'fold'>[]> {
  const missing: string[] = [];
  const items: Omit<DataItem, 'fold'>[] = [];
  for (const { item } of looked) {
    const maps = soft ? probabilityNames(stem(item.mask.name), classes) : [];
    const probabilities: { name: string; bytes: number; sha256: string }[] = [];
    for (const name of maps) {
      const path = join(probabilityFolder(folders.masks), name);
      const file = await fingerprint(path).catch(() => undefined);
      if (file === undefined) {
        missing.push(
          `${path} is missing, and soft is to learn from it: make it with deepflash gt, or leave soft out.`,
        );
      } else probabilities.push({ name, ...file });
    }
    const masks = await Promise.all(
      (ofExperts.get(item.image.name) ?? []).map(async (name) => {
        const values = ownValues.get(expertOf(name));
        const file = { name, ...(await fingerprint(join(experts ?? '', name))) };
        return values === undefined ? file : { ...file, values: [...values] };
      }),
    );
    items.push({
      ...item,
      ...(soft ? { probabilities } : {}),
      ...(experts === null ? {} : { experts: masks }),
    });
  }
  if (missing.length > 0) throw new DataError(missing);
  return items;
}

function probabilityNames(name: string, classes: number): string[] {
  const files = groundTruthFiles('');
  const numbers = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index);
  return numbers.map((index) => relative(files.probability, files.probabilityOf(name, index, classes)));
}

/** The files of an item beside its image and mask, with their hashes. */
export function recordedSources(
  { probabilityFolder: maps = '', expertFolder: experts = '' }: DataRecord,
  item: DataItem,
): { readonly path: string; readonly sha256: string }[] {
  return [
    ...(item.probabilities ?? []).map(({ name, sha256 }) => ({ path: join(maps, name), sha256 })),
    ...(item.experts ?? []).map(({ name, sha256 }) => ({ path: join(experts, name), sha256 })),
  ];
}

/** The probability of each class of an item [classes, H, W], where its training learns from it. Throws an ImageFileError. */
export async function readProbabilities(
  { probabilityFolder: folder = '', classValues }: DataRecord,
  { probabilities, width, height }: DataItem,
): Promise<{ readonly probabilities?: Planes }> {
  if (probabilities === undefined) return {};
  const classes = classValues.length;
  const pixels = width * height;
  const data = new Float32Array(classes * pixels);
  for (const [index, { name }] of probabilities.entries()) {
    const file = join(folder, name);
    const image = await readImageFile(file);
    const remedy = 'make it again with deepflash gt';
    if (image.width !== width || image.height !== height || image.channels !== 1) {
      throw new ImageFileError({ file, problem: `is no map of ${width} x ${height} probabilities`, remedy });
    }
    if (!image.data.every((value) => Number(value) >= 0 && Number(value) <= 1)) {
      throw new ImageFileError({
        file,
        problem: 'holds values that are no probabilities from 0 to 1',
        remedy,
      });
    }
    const start = (classes === 2 ? 1 : index) * pixels;
    for (let i = 0; i < pixels; i++) data[start + i] = image.data[i] as number;
  }
  if (classes === 2) for (let i = 0; i < pixels; i++) data[i] = 1 - (data[pixels + i] as number);
  return { probabilities: { channels: classes, height, width, data } };
}

/** The masks of an item by several experts, where its training learns from them. Throws a MaskValueError. */
export async function readExperts(
  { expertFolder: folder = '' }: DataRecord,
  { experts }: DataItem,
  meaning: MaskMeaning,
  scale: number,
): Promise<{ readonly experts?: readonly ClassMask[] }> {
  if (experts === undefined) return {};
  const masks: ClassMask[] = [];
  for (const { name, values } of experts) {
    const file = join(folder, name);
    const own = values === undefined || meaning.kind !== 'classes' ? meaning : { ...meaning, values };
    masks.push(readMeaning(await readMaskFile(file), own, file, scale));
  }
  return { experts: masks };
}
