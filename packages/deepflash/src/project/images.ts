/** The images of a project: files that may come, change and go at any time, also by other hands than the studio's. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareNames, hasImageEnding, type ImageInfo, isZarrName, stem } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import { messageOf, systemCode, UsageError } from '../errors.js';
import type { ProjectFiles } from './layout.js';

/** An image of a project. */
export interface ProjectImage {
  /** The file's name without its ending, by which masks and results are named. */
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly channels: readonly {
    readonly name: string | null;
    /** Red, green and blue from 0 to 255, where the file says it. */
    readonly colour: readonly [number, number, number] | null;
  }[];
  /** The channels are the red, green and blue of a colour picture. */
  readonly rgb: boolean;
  /** Planes in Z, and points in time. */
  readonly slices: number;
  readonly frames: number;
  /** Type of the samples in the file, such as `uint16`, and the file's format. */
  readonly type: string;
  readonly format: string;
  /** Size of a pixel in words; null where the file does not say it. */
  readonly pixelSize: string | null;
  /** Why it cannot be read, where that is so. */
  readonly problem?: string;
}

export interface ProjectImages {
  /** All that are there, in the order of their files' names. */
  list(): Promise<ProjectImage[]>;
  /** One of them, for which no other file is looked at. Throws a UsageError for one that is not there. */
  named(name: string): Promise<ProjectImage>;
}

/** The images of a project, of which each file is opened once as long as it stays the same. */
export function projectImages({ images: folder }: ProjectFiles): ProjectImages {
  const known = new Map<string, { readonly changed: number; readonly image: Promise<ProjectImage> }>();
  /** By the names of the images, as they were listed last. */
  let fileOf: ReadonlyMap<string, string> = new Map();

  async function listed(): Promise<readonly ListedFile[]> {
    const found = await listFiles(folder);
    // Of several with one name the first counts.
    fileOf = new Map(found.map(({ file }) => [stem(file), file] as const).reverse());
    const files = new Set(found.map(({ file }) => file));
    for (const file of known.keys()) if (!files.has(file)) known.delete(file);
    return found;
  }

  function look({ file, changed }: ListedFile): Promise<ProjectImage> {
    const before = known.get(file);
    if (before?.changed === changed) return before.image;
    const image = lookAt(join(folder, file), file);
    known.set(file, { changed, image });
    return image;
  }

  async function found(name: string): Promise<ListedFile | undefined> {
    const file = fileOf.get(name);
    return file === undefined ? undefined : listedFile(folder, file);
  }

  return {
    async list() {
      const images: ProjectImage[] = [];
      // One after the other: to look at some is to unpack them whole.
      for (const file of await listed()) images.push(await look(file));
      return images;
    },
    async named(name) {
      const there = await found(name);
      if (there !== undefined) return look(there);
      // It may have come, or got another ending, since they were listed.
      await listed();
      const come = await found(name);
      if (come === undefined) throw new UsageError(`There is no image ${name} in this project.`);
      return look(come);
    },
  };
}

interface ListedFile {
  readonly file: string;
  /** When its content was changed, in milliseconds. */
  readonly changed: number;
}

/** The image files of a folder, in the order in which files are listed everywhere; all are looked for at once. */
async function listFiles(folder: string): Promise<ListedFile[]> {
  const names = (await readdir(folder).catch(missing)) ?? [];
  const images = names.filter((name) => !name.startsWith('.') && hasImageEnding(name)).sort(compareNames);
  const files = await Promise.all(images.map((file) => listedFile(folder, file)));
  return files.filter((file) => file !== undefined);
}

/** Undefined for a file that is not there, and for what is no image for all its ending. Throws where nobody can tell. */
async function listedFile(folder: string, file: string): Promise<ListedFile | undefined> {
  const entry = await stat(join(folder, file)).catch(missing);
  if (entry === undefined || entry.isFile() === isZarrName(file)) return undefined;
  return { file, changed: entry.mtimeMs };
}

/** What is not there is nothing; of what cannot be looked at, as on a disk that is away, nobody can tell. */
function missing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}

/** The names of the image files of a folder, in order; none of an empty one. */
export async function imageFiles(folder: string): Promise<string[]> {
  return (await listFiles(folder)).map(({ file }) => file);
}

async function lookAt(path: string, file: string): Promise<ProjectImage> {
  const name = stem(file);
  try {
    const { width, height, channels, rgb, slices, frames, storedType, format, pixelSize, unit } =
      await imageInfo(path);
    return {
      ...{ name, file, width, height, rgb, slices, frames, format, type: storedType },
      channels: channels.map((channel) => ({ name: channel.name, colour: channel.colour })),
      pixelSize: pixelSize === null ? null : `${Number(pixelSize.x.toPrecision(3))} ${unit ?? ''}`.trim(),
    };
  } catch (error) {
    const nothing = { channels: [], rgb: false, slices: 1, frames: 1, format: '', type: '', pixelSize: null };
    return { name, file, width: 0, height: 0, ...nothing, problem: messageOf(error) };
  }
}

/** What an image file is. Throws an ImageFileError. */
export async function imageInfo(path: string): Promise<ImageInfo> {
  const source = await openImageFile(path);
  await source.close();
  return source.info;
}
