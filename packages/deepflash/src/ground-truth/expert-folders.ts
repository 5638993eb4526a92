/** The masks of several experts, found in one folder for each of them. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { compareNames, FolderError, hasImageEnding, matchMasks, stem } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { messageOf, UsageError } from '../errors.js';
import { predictionFiles } from '../runs/layout.js';

/** Somebody, or a model, whose masks are compared. */
export interface Rater {
  readonly name: string;
  readonly kind: 'expert' | 'model';
  readonly folder: string;
  /** The mask files, without the folder, by the name of their image. */
  readonly files: ReadonlyMap<string, string>;
}

/** A folder of predictions that stands beside the experts under a name. */
export interface ModelFolder {
  readonly name: string;
  readonly folder: string;
}

/** A fault that leaves something out, in a sentence. */
export interface RaterProblem {
  /** Null where a whole folder is left out. */
  readonly image: string | null;
  readonly problem: string;
  /** `undrawn`: somebody has a folder with nothing in it, and has not drawn yet perhaps. */
  readonly kind?: 'undrawn';
}

export interface FoundRaters {
  readonly experts: readonly Rater[];
  readonly models: readonly Rater[];
  /** The names of the images, which are those of the masks without their ending, in order. */
  readonly images: readonly string[];
  readonly problems: readonly RaterProblem[];
  readonly warnings: readonly string[];
}

/**
 * Finds the experts' masks and the models' predictions. Masks of the same name, endings aside, are of the same
 * image; a prediction is of the image whose mask's name begins with its own.
 *
 * @throws FolderError when the folder holds no folders of masks; UsageError when names clash.
 */
export async function findRaters(folder: string, models: readonly ModelFolder[]): Promise<FoundRaters> {
  const problems: RaterProblem[] = [];
  const warnings: string[] = [];
  const experts: Rater[] = [];
  for (const name of await expertNames(folder)) {
    const path = join(folder, name);
    try {
      if (await isEmpty(path)) {
        const problem = `${path} is empty: put the masks of ${name} into it, or take it away.`;
        problems.push({ image: null, problem, kind: 'undrawn' });
        continue;
      }
      experts.push(raterOf(name, 'expert', path, await masksIn(path, warnings), problems));
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      problems.push({ image: null, problem: error.message });
    }
  }
  const images = [...new Set(experts.flatMap(({ files }) => [...files.keys()]))].sort(compareNames);
  checkCapitals(images);
  checkModelNames(models, experts);
  const found: Rater[] = [];
  for (const model of models) found.push(await findModel(model, images, problems, warnings));
  return { experts, models: found, images, problems, warnings };
}

/** Whether a path is a folder itself or lies within it. */
export function liesWithin(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way);
}

async function expertNames(folder: string): Promise<string[]> {
  const { folders, masks } = await contents(folder);
  const [first] = masks;
  if (first !== undefined) {
    const problem =
      folders.length === 0
        ? `holds masks itself (${some(masks)}) and no folders of experts`
        : `holds masks (${some(masks)}) beside the folders of the experts`;
    throw new FolderError({
      file: folder,
      problem,
      remedy: `put the masks of each expert into a folder of its own, such as ${join(folder, 'expert_1', first)}`,
    });
  }
  if (folders.length > 0) return folders;
  throw new FolderError({
    file: folder,
    problem: 'holds no folders',
    remedy: 'name the folder that holds one folder of masks for each expert',
  });
}

/** The masks of one expert. Folders further down are not searched, and that is said. */
async function masksIn(folder: string, warnings: string[]): Promise<string[]> {
  const { folders, masks } = await contents(folder);
  if (folders.length > 0 && masks.length === 0) {
    throw new FolderError({
      file: folder,
      problem: `holds folders (${some(folders)}) and no masks itself`,
      remedy:
        'put the masks of each expert right into their folder, or name as --experts the folder whose folders hold the masks',
    });
  }
  if (folders.length > 0) warnings.push(`The folders in ${folder} (${some(folders)}) are passed over.`);
  return listImageFiles(folder);
}

async function contents(folder: string): Promise<{ folders: string[]; masks: string[] }> {
  const visible = await entriesIn(folder);
  const isFolder = (entry: Dirent): boolean => entry.isDirectory() || entry.isSymbolicLink();
  const names = (of: readonly Dirent[]): string[] => of.map(({ name }) => name).sort(compareNames);
  const masks = names(visible).filter(hasImageEnding);
  return { masks, folders: names(visible.filter(isFolder)).filter((name) => !masks.includes(name)) };
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await entriesIn(folder)).length === 0;
}

async function entriesIn(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(async (error: unknown) => {
    // Says in words what is wrong with the folder.
    await listImageFiles(folder);
    throw new FolderError({
      file: folder,
      problem: `cannot be read (${messageOf(error)})`,
      remedy: 'try again',
    });
  });
  return entries.filter(({ name }) => !name.startsWith('.') && !SYSTEM_FILES.includes(name));
}

const SYSTEM_FILES = ['__MACOSX', 'Thumbs.db'];

function raterOf(
  name: string,
  kind: Rater['kind'],
  folder: string,
  masks: readonly string[],
  problems: RaterProblem[],
): Rater {
  const files = new Map<string, string>();
  for (const file of masks) {
    // Some systems store accented letters in one piece, some in two.
    const image = stem(file).normalize('NFC');
    const same = files.get(image);
    if (same === undefined) files.set(image, file);
    else
      problems.push({
        image,
        problem: `${join(folder, same)} and ${file} have the same name; keep the one that is meant.`,
      });
  }
  return { name, kind, folder, files };
}

async function findModel(
  { name, folder }: ModelFolder,
  images: readonly string[],
  problems: RaterProblem[],
  warnings: string[],
): Promise<Rater> {
  const path = await predictionsIn(folder);
  const files = new Map<string, string>();
  const ending = '.png';
  const { pairs, ambiguous, unmatchedImages } = matchMasks(
    await listImageFiles(path),
    images.map((image) => image + ending),
  );
  for (const { image, mask } of pairs) files.set(mask.slice(0, -ending.length), image);
  for (const group of ambiguous) {
    problems.push({
      image: null,
      problem: `${group.images.map((image) => join(path, image)).join(' and ')} ${group.images.length > 1 ? 'have the same name' : `fits several images (${group.masks.map(stem).join(', ')})`}; keep the one that is meant.`,
    });
  }
  if (files.size === 0) {
    throw new UsageError(
      `No prediction in ${path} has a name with which that of a mask begins (such as ${images[0]}); check the folder of --model ${name}.`,
    );
  }
  if (unmatchedImages.length > 0) {
    warnings.push(
      `${unmatchedImages.length} of the predictions in ${path} are of no image and are left out.`,
    );
  }
  return { name, kind: 'model', folder: path, files };
}

/** What `deepflash predict` wrote has its masks one level deeper. */
async function predictionsIn(folder: string): Promise<string> {
  const { folders, masks } = await contents(folder);
  return masks.length === 0 && folders.includes('masks') ? predictionFiles(folder).masks : folder;
}

function checkCapitals(images: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const image of images) {
    const other = seen.get(image.toLowerCase());
    if (other !== undefined) {
      throw new UsageError(
        `The masks ${other} and ${image} differ only in capital letters: write the name of an image alike in all folders.`,
      );
    }
    seen.set(image.toLowerCase(), image);
  }
}

function checkModelNames(models: readonly ModelFolder[], experts: readonly Rater[]): void {
  const names = experts.map(({ name }) => name);
  for (const { name } of models) {
    if (names.includes(name)) {
      throw new UsageError(
        `--model ${name} has the name of another model or of an expert: choose another name.`,
      );
    }
    names.push(name);
  }
}

function some(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
}
