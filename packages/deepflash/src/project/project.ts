/** A project: images, what experts drew on them, networks and predictions, in one folder. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { compareNames } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
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

/** The names of the folders in a folder. */
export async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort(compareNames);
}
