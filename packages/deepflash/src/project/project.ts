/** A project: images, what experts drew on them, networks and predictions, in one folder. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { compareNames, FolderError, type ImageInfo, stem } from '@deepflash/imaging';
import { listImageFiles, openImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import { z } from 'zod';
import { messageOf, UsageError } from '../errors.js';
import { makeFolder } from '../writable.js';
import { type ProjectFiles, projectFiles } from './layout.js';

const settingsSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  created: z.string(),
  /** Names of the classes, the background first. */
  classes: z.array(z.string()).min(2).max(255),
  /** What an object of a drawing is: a region of one class, or what has a number of its own, so that objects may touch. */
  objects: z.enum(['regions', 'numbered']).default('regions'),
  /** The step of the tour of the pages, from 1; 0: none is shown. */
  tour: z.int().min(0).default(0),
});

export type ProjectSettings = z.infer<typeof settingsSchema>;

export interface Project {
  readonly folder: string;
  readonly files: ProjectFiles;
  /** Writes settings that have changed. Throws a UsageError for those that do not fit. */
  change(changed: Partial<ProjectSettings>): Promise<void>;
  /** The latest ones. */
  readonly settings: ProjectSettings;
}

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

/**
 * Opens the project in a folder, or makes one where the folder is new or empty.
 *
 * @throws UsageError for a folder that holds something else, or a project of a newer version.
 */
export async function openProject(path: string): Promise<Project> {
  const folder = resolve(path);
  const files = projectFiles(folder);
  if (!existsSync(files.settings)) {
    const entries = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'));
    if (entries.length > 0) {
      throw new UsageError(
        `${path} is no project and is not empty (it holds ${entries[0]}${entries.length > 1 ? ', …' : ''}): name a new folder.`,
      );
    }
    await makeFolder(folder);
    const settings: ProjectSettings = {
      ...{ schemaVersion: 1, name: basename(folder), created: new Date().toISOString() },
      classes: ['background', 'object'],
      objects: 'regions',
      tour: 0,
    };
    await writeFileAtomic(files.settings, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
  }
  for (const part of ['images', 'annotations', 'runs', 'predictions', 'exports', 'jobs'] as const) {
    await mkdir(files[part], { recursive: true });
  }
  let settings = await readSettings(files.settings);
  return {
    ...{ folder, files },
    get settings() {
      return settings;
    },
    async change(changed) {
      const next = settingsSchema.safeParse({ ...settings, ...changed });
      if (!next.success) {
        throw new UsageError(
          `That does not fit: ${next.error.issues.map(({ message }) => message).join('; ')}.`,
        );
      }
      await writeFileAtomic(
        files.settings,
        new TextEncoder().encode(`${JSON.stringify(next.data, null, 2)}\n`),
      );
      settings = next.data;
    },
  };
}

/** Names the classes anew. Throws a UsageError for names that are missing or the same, and where drawings need more. */
export async function renameClasses(
  { settings, change }: Project,
  classes: readonly string[],
): Promise<readonly string[]> {
  const names = classes.map((name) => name.trim());
  if (names.some((name) => name === '') || new Set(names).size < names.length) {
    throw new UsageError('Each class needs a name of its own.');
  }
  if (names.length < settings.classes.length) {
    throw new UsageError('Classes can be added and renamed; what is drawn needs those that are there.');
  }
  await change({ classes: names });
  return names;
}

async function readSettings(file: string): Promise<ProjectSettings> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON (${messageOf(error)}): restore it.`);
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} was written by another version of deepflash: update this one.`);
}

/** Lists images, of which each file is opened once as long as it stays the same. */
export function imageLister({ files }: Project): () => Promise<ProjectImage[]> {
  const known = new Map<string, { readonly changed: number; readonly image: ProjectImage }>();
  return async () => {
    const images: ProjectImage[] = [];
    for (const file of await imageFiles(files.images)) {
      const path = join(files.images, file);
      const changed = (await stat(path)).mtimeMs;
      const before = known.get(file);
      const image = before?.changed === changed ? before.image : await lookAt(path, file);
      known.set(file, { changed, image });
      images.push(image);
    }
    return images;
  };
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

/** The image files of a folder; none of an empty one. */
export async function imageFiles(folder: string): Promise<string[]> {
  try {
    return await listImageFiles(folder);
  } catch (error) {
    if (error instanceof FolderError) return [];
    throw error;
  }
}

/** The names of the folders in a folder. */
export async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort(compareNames);
}
