/** On which images experts drew: what is in files of labels, and strokes that are on the disk and not in them yet. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { compareNames, stem } from '@deepflash/imaging';
import { imageFiles } from './images.js';
import { imagesWithStrokes } from './journal.js';
import type { ProjectFiles } from './layout.js';

/** Whether an expert has drawn on an image. */
export function isDrawn(files: ProjectFiles, expert: string, image: string): boolean {
  return [files.labels, files.journal, files.instancesJournal].some((file) =>
    existsSync(file(expert, image)),
  );
}

/** The names of the images that an expert has drawn on, in order. */
export async function drawnImages(files: ProjectFiles, expert: string): Promise<string[]> {
  const names = await Promise.all([
    imageFiles(files.expert(expert)).then((labels) => labels.map(stem)),
    imagesWithStrokes(dirname(files.journal(expert, ''))),
    imagesWithStrokes(dirname(files.instancesJournal(expert, ''))),
  ]);
  return [...new Set(names.flat())].sort(compareNames);
}
