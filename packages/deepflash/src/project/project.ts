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
});

export type ProjectSettings = z.infer<typeof settingsSchema>;

export interface Project {
  readonly folder: string;
  readonly files: ProjectFiles;
  readonly settings: ProjectSettings;
}

/** An image of a project. */
export interface ProjectImage {
  /** The file's name without its ending, by which masks and results are named. */
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly channels: readonly { readonly name: string | null }[];
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
    };
    await writeFileAtomic(files.settings, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
  }
  for (const part of ['images', 'annotations', 'runs', 'predictions', 'exports', 'jobs'] as const) {
    await mkdir(files[part], { recursive: true });
  }
  return { folder, files, settings: await readSettings(files.settings) };
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
    const { width, height, channels } = await imageInfo(path);
    return { name, file, width, height, channels: channels.map((channel) => ({ name: channel.name })) };
  } catch (error) {
    return { name, file, width: 0, height: 0, channels: [], problem: messageOf(error) };
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
